package webapi

import (
	"context"
	"slices"

	"taut/chat"
	"taut/store"
)

var chatWrite = []string{"chat:write"}

func (s *Server) chatMethods() []method {
	return []method{
		{name: "chat.postMessage", handle: s.chatPostMessage, scopes: chatWrite, required: []string{"channel"}, errors: postErrors},
		{name: "chat.meMessage", handle: s.chatMeMessage, scopes: chatWrite, required: []string{"channel"}, errors: postErrors},
		{name: "chat.postEphemeral", handle: s.chatPostEphemeral, scopes: chatWrite, required: []string{"channel", "user"}, errors: map[string]string{
			"not_found:user": "user_not_in_channel",
		}},
		{name: "chat.update", handle: s.chatUpdate, scopes: chatWrite, required: []string{"channel", "ts"}, errors: map[string]string{
			"archived":          "is_inactive",
			"invalid:broadcast": "cant_broadcast_message",
			"forbidden":         "cant_update_message",
		}},
		{name: "chat.delete", handle: adminsAfresh(s.chatDelete), scopes: chatWrite, required: []string{"channel", "ts"}, errors: map[string]string{
			"forbidden": "cant_delete_message",
			"archived":  "cant_delete_message",
		}},
		{name: "chat.getPermalink", handle: s.chatGetPermalink, required: []string{"channel", "message_ts"}},
	}
}

// A user id as the channel stands for the DM with that user.
var postErrors = map[string]string{"not_found:user": "channel_not_found"}

type postAnswer struct {
	reply
	Channel     chat.ChannelID `json:"channel"`
	TS          chat.TS        `json:"ts"`
	Message     *chat.Message  `json:"message,omitempty"`
	IsDuplicate bool           `json:"is_duplicate,omitempty"`
}

func (s *Server) chatPostMessage(ctx context.Context, q *request) (answer, error) {
	posted, err := q.postMessage(ctx, "")
	if err != nil {
		return nil, err
	}
	m := posted.Message
	q.present(&m, true)
	return &postAnswer{
		Channel:     chat.ChannelID(posted.Event.Stream.ID),
		TS:          m.TS,
		Message:     &m,
		IsDuplicate: posted.Duplicate,
	}, nil
}

func (s *Server) chatMeMessage(ctx context.Context, q *request) (answer, error) {
	if len([]rune(q.args.text("text"))) > maxText {
		return nil, fail("msg_too_long")
	}
	posted, err := q.postMe(ctx)
	if err != nil {
		return nil, err
	}
	return &postAnswer{Channel: chat.ChannelID(posted.Event.Stream.ID), TS: posted.Message.TS}, nil
}

type updateAnswer struct {
	reply
	Channel chat.ChannelID `json:"channel"`
	TS      chat.TS        `json:"ts"`
	Text    string         `json:"text"`
	Message *chat.Message  `json:"message"`
}

func (s *Server) chatUpdate(ctx context.Context, q *request) (answer, error) {
	ts, err := q.args.ts("ts", "message_not_found")
	if err != nil {
		return nil, err
	}
	c, err := q.readContent(ctx)
	if err != nil {
		return nil, err
	}
	if q.args.boolean("reply_broadcast", false) {
		return q.broadcast(ctx, ts, c)
	}
	files, err := q.newFiles()
	if err != nil {
		return nil, err
	}
	if isBlank(c.text) && c.blocks == nil && c.attachments == nil && c.metadata == nil && files == nil {
		return nil, fail("no_text")
	}
	channel, err := q.channel(ctx, q.args.channel("channel"))
	if err != nil {
		return nil, err
	}
	mayUpdate, err := q.mayUpdate(ctx)
	if err != nil {
		return nil, err
	}
	mentions, err := q.mentionsOfEdit(ctx, channel.ID, ts, c)
	if err != nil {
		return nil, err
	}
	m, err := q.workspace.UpdateMessage(ctx, store.Edit{
		Channel: channel.ID,
		TS:      ts,
		Actor:   q.caller.User,
		Openly:  q.writesOpenly(),
		Check: func(m chat.Message) error {
			if err := mayUpdate(m); err != nil {
				return err
			}
			c.revise(&m)
			return fits(m)
		},
		Apply:    c.revise,
		Files:    files,
		Mentions: mentions,
	})
	if err != nil {
		return nil, err
	}
	q.unfurl(channel.ID, m)
	q.present(&m, true)
	return &updateAnswer{Channel: channel.ID, TS: ts, Text: m.Text, Message: &m}, nil
}

func (s *Server) chatDelete(ctx context.Context, q *request) (answer, error) {
	ts, err := q.args.ts("ts", "message_not_found")
	if err != nil {
		return nil, err
	}
	channel, err := q.channel(ctx, q.args.channel("channel"))
	if err != nil {
		return nil, err
	}
	err = q.workspace.DeleteMessage(ctx, store.Delete{
		Channel: channel.ID,
		TS:      ts,
		Actor:   q.caller.User,
		Openly:  q.writesOpenly(),
		Check:   q.mayDelete,
	})
	if err != nil {
		return nil, err
	}
	return &postAnswer{Channel: channel.ID, TS: ts}, nil
}

// written are the subtypes of messages that somebody wrote; the others tell what
// happened to the channel.
var written = []string{"", chat.SubtypeBot, chat.SubtypeMe, chat.SubtypeThreadBroadcast, "file_share"}

// wrote tells whether the message is the caller's own.
func (q *request) wrote(m chat.Message) bool {
	if !slices.Contains(written, m.Subtype) {
		return false
	}
	if q.caller.Bot != "" {
		return m.BotID == q.caller.Bot
	}
	return m.User == q.caller.User && m.BotID == ""
}

func (q *request) mayDelete(m chat.Message) error {
	if !q.wrote(m) && !q.caller.Role.AtLeast(chat.Admin) {
		return chat.NewError(chat.Forbidden, "message")
	}
	return nil
}

type permalinkAnswer struct {
	reply
	Permalink string         `json:"permalink"`
	Channel   chat.ChannelID `json:"channel"`
}

func (s *Server) chatGetPermalink(ctx context.Context, q *request) (answer, error) {
	ts, err := q.args.ts("message_ts", "message_not_found")
	if err != nil {
		return nil, err
	}
	channel, err := q.channel(ctx, q.args.channel("channel"))
	if err != nil {
		return nil, err
	}
	if err := q.mayRead(ctx, channel); err != nil {
		return nil, err
	}
	m, err := q.workspace.Message(ctx, channel.ID, ts)
	if err != nil {
		return nil, err
	}
	return &permalinkAnswer{Permalink: q.permalink(channel.ID, m), Channel: channel.ID}, nil
}
