package webapi

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"taut/chat"
	"taut/store"
)

func (s *Server) scheduledMethods() []method {
	return []method{
		{name: "chat.scheduleMessage", handle: s.chatScheduleMessage, scopes: chatWrite, required: []string{"channel", "post_at"}, errors: map[string]string{
			"not_found:user":    "channel_not_found",
			"limited:at_once":   "restricted_too_many",
			"limited:scheduled": "message_limit_exceeded",
		}},
		{name: "chat.deleteScheduledMessage", handle: s.chatDeleteScheduledMessage, scopes: chatWrite,
			required: []string{"channel", "scheduled_message_id"}, errors: map[string]string{
				"not_found:scheduled": "invalid_scheduled_message_id",
				"not_found:channel":   "invalid_scheduled_message_id",
			}},
		{name: "chat.scheduledMessages.list", handle: s.chatScheduledMessagesList},
	}
}

// maxAhead is how far in the future a message may be scheduled.
const maxAhead = 120 * 24 * time.Hour

type scheduleAnswer struct {
	reply
	Channel chat.ChannelID `json:"channel"`
	ID      string         `json:"scheduled_message_id"`
	PostAt  int64          `json:"post_at"`
	Message delayedMessage `json:"message"`
}

// delayedMessage is a message that is not sent yet: it has no ts.
type delayedMessage struct {
	Type        string           `json:"type"`
	Subtype     string           `json:"subtype,omitempty"`
	User        chat.UserID      `json:"user,omitempty"`
	Team        chat.WorkspaceID `json:"team,omitempty"`
	BotID       chat.BotID       `json:"bot_id,omitempty"`
	AppID       chat.AppID       `json:"app_id,omitempty"`
	BotProfile  json.RawMessage  `json:"bot_profile,omitempty"`
	Username    string           `json:"username,omitempty"`
	Icons       json.RawMessage  `json:"icons,omitempty"`
	Text        string           `json:"text"`
	Blocks      json.RawMessage  `json:"blocks,omitempty"`
	Attachments json.RawMessage  `json:"attachments,omitempty"`
	Metadata    json.RawMessage  `json:"metadata,omitempty"`
	ThreadTS    chat.TS          `json:"thread_ts,omitzero"`
}

func (q *request) delayed(m chat.Message, author chat.UserID) delayedMessage {
	return delayedMessage{
		Type: "delayed_message", Subtype: m.Subtype, User: author, Team: m.Team, BotID: m.BotID, AppID: m.AppID,
		BotProfile: q.wholeURLs(m.BotProfile), Username: m.Username, Icons: m.Icons,
		Text: m.Text, Blocks: m.Blocks, Attachments: m.Attachments, Metadata: m.Metadata, ThreadTS: m.ThreadTS,
	}
}

// chatScheduleMessage checks and completes the message as chat.postMessage would
// now; whether its author may post it is asked now and when it is sent.
func (s *Server) chatScheduleMessage(ctx context.Context, q *request) (answer, error) {
	at, err := q.postAt(chat.Now())
	if err != nil {
		return nil, err
	}
	content, err := q.scheduledContent(ctx)
	if err != nil {
		return nil, err
	}
	channel, err := q.target(ctx, q.args.text("channel"))
	if err != nil {
		return nil, err
	}
	content.Openly = q.writesOpenly()
	m, err := q.workspace.Schedule(ctx, store.Scheduled{Channel: channel, User: q.caller.User, PostAt: at, Content: content})
	if err != nil {
		return nil, q.hide(ctx, channel, err)
	}
	return &scheduleAnswer{Channel: channel, ID: m.ID, PostAt: at, Message: q.delayed(content.Message, q.caller.User)}, nil
}

// postAt reads the time in seconds since 1970, which some clients send with a fraction.
func (q *request) postAt(now time.Time) (int64, error) {
	whole, _, _ := strings.Cut(strings.TrimSpace(q.args.text("post_at")), ".")
	at, err := strconv.ParseInt(whole, 10, 64)
	switch {
	case err != nil:
		return 0, fail("invalid_time")
	case at <= now.Unix():
		return 0, fail("time_in_past")
	case at > now.Add(maxAhead).Unix():
		return 0, fail("time_too_far")
	}
	return at, nil
}

func (q *request) scheduledContent(ctx context.Context) (store.ScheduledContent, error) {
	c, err := q.readContent(ctx)
	if err != nil {
		return store.ScheduledContent{}, err
	}
	var files []chat.FileID
	given, err := q.newFiles()
	if err != nil {
		return store.ScheduledContent{}, err
	}
	if given != nil {
		files = *given
	}
	if c.empty() && len(files) == 0 {
		return store.ScheduledContent{}, fail("no_text")
	}
	m := c.message()
	if m.ThreadTS, err = q.args.ts("thread_ts", "invalid_thread_ts"); err != nil {
		return store.ScheduledContent{}, err
	}
	if err := q.sign(ctx, &m); err != nil {
		return store.ScheduledContent{}, err
	}
	m.ClientMsgID = ""
	return store.ScheduledContent{
		Message:   m,
		Broadcast: m.ThreadTS != 0 && q.args.boolean("reply_broadcast", false),
		Mentions:  c.mentions(),
		Links:     q.links(),
		Files:     files,
	}, fits(m)
}

// scheduledFiles are those of the messages that are there still.
func (q *request) scheduledFiles(ctx context.Context, all []store.Scheduled) (map[chat.FileID]fileInfo, error) {
	var ids []chat.FileID
	for _, m := range all {
		ids = append(ids, m.Content.Files...)
	}
	found := map[chat.FileID]fileInfo{}
	if len(ids) == 0 {
		return found, nil
	}
	byID, err := q.workspace.FilesByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(byID, func(_ chat.FileID, f chat.File) bool { return f.State != chat.FileReady })
	infos, err := q.fileInfos(ctx, slices.Collect(maps.Values(byID)))
	for _, f := range infos {
		found[f.ID] = f
	}
	return found, err
}

func (s *Server) chatDeleteScheduledMessage(ctx context.Context, q *request) (answer, error) {
	channel, id := q.args.channel("channel"), q.args.text("scheduled_message_id")
	if !chat.ValidID(string(channel), "CDG") {
		return nil, fail("channel_not_found")
	}
	return done(), q.workspace.DeleteScheduled(ctx, q.caller.User, channel, id)
}

type scheduledAnswer struct {
	reply
	Messages []scheduledObject `json:"scheduled_messages"`
}

type scheduledObject struct {
	ID      string         `json:"id"`
	Channel chat.ChannelID `json:"channel_id"`
	PostAt  int64          `json:"post_at"`
	Created int64          `json:"date_created"`
	Text    string         `json:"text"`
	// Error is why it could not be sent, by the name that chat.postMessage gives to it.
	Error string `json:"error,omitempty"`
	// What else a client needs to show it and to change it; Slack doesn't tell.
	ThreadTS  chat.TS         `json:"thread_ts,omitzero"`
	Broadcast bool            `json:"reply_broadcast,omitempty"`
	Blocks    json.RawMessage `json:"blocks,omitempty"`
	Files     []fileInfo      `json:"files,omitempty"`
}

const scheduledCursor = "scheduled"

// chatScheduledMessagesList lists what the caller has scheduled, by time.
func (s *Server) chatScheduledMessagesList(ctx context.Context, q *request) (answer, error) {
	query, err := q.scheduledQuery()
	if err != nil {
		return nil, err
	}
	found, more, err := q.workspace.ScheduledMessages(ctx, query)
	if err != nil {
		return nil, err
	}
	a := &scheduledAnswer{Messages: make([]scheduledObject, len(found))}
	files, err := q.scheduledFiles(ctx, found)
	if err != nil {
		return nil, err
	}
	for i, m := range found {
		a.Messages[i] = scheduledObject{ID: m.ID, Channel: m.Channel, PostAt: m.PostAt, Created: m.Created,
			Text: m.Content.Message.Text, Error: s.failureName(m.Failed),
			ThreadTS: m.Content.Message.ThreadTS, Broadcast: m.Content.Broadcast, Blocks: m.Content.Message.Blocks}
		for _, id := range m.Content.Files {
			if f, ok := files[id]; ok {
				a.Messages[i].Files = append(a.Messages[i].Files, f)
			}
		}
	}
	next := ""
	if more {
		last := found[len(found)-1]
		next = encodeCursor(scheduledCursor, strconv.FormatInt(last.PostAt, 10)+" "+last.ID)
	}
	a.page(next)
	return a, nil
}

// failureName is the name for "code:what", why a message could not be sent.
func (s *Server) failureName(failed string) string {
	if failed == "" || failed == store.FailedByRestore {
		return failed
	}
	code, what, _ := strings.Cut(failed, ":")
	return s.table["chat.postMessage"].asAPIError(chat.NewError(chat.Code(code), what)).name
}

func (q *request) scheduledQuery() (store.ScheduledQuery, error) {
	query := store.ScheduledQuery{User: q.caller.User, Channel: q.args.channel("channel")}
	if query.Channel != "" && !chat.ValidID(string(query.Channel), "CDG") {
		return query, fail("invalid_channel")
	}
	var err error
	if query.Limit, err = q.args.limit("limit", 100, 100); err != nil {
		return query, err
	}
	for name, bound := range map[string]*int64{"oldest": &query.Oldest, "latest": &query.Latest} {
		if *bound, err = q.args.seconds(name); err != nil {
			return query, err
		}
	}
	place, err := q.args.cursor(scheduledCursor)
	if err != nil || place == "" {
		return query, err
	}
	at, id, _ := strings.Cut(place, " ")
	query.After.ID = id
	if query.After.PostAt, err = strconv.ParseInt(at, 10, 64); err != nil {
		return query, fail("invalid_cursor")
	}
	return query, nil
}

// seconds reads a time in seconds since 1970, without its fraction.
func (a *args) seconds(name string) (int64, error) {
	whole, _, _ := strings.Cut(strings.TrimSpace(a.text(name)), ".")
	if whole == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return 0, invalidArguments("[ERROR] must be a timestamp [json-pointer:/" + name + "]")
	}
	return n, nil
}
