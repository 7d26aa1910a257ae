package webapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"taut/chat"
)

// maxQuotes bounds the messages that one message passes on.
const maxQuotes = 10

// quoteMarks are the members that say that an attachment is another message.
var quoteMarks = []string{"is_share", "is_msg_unfurl"}

// quoteMembers are what a quote says of its message: nobody but the server does.
var quoteMembers = []string{
	"author_id", "author_name", "author_icon", "author_link", "author_subname", "channel_name", "from_url",
	"text", "ts", "blocks", "message_blocks", "files",
}

// vouch makes of each attachment that says that it is another message what that
// message is, where the caller may read it. Others become attachments like any.
func (q *request) vouch(ctx context.Context, raw json.RawMessage) (json.RawMessage, error) {
	if !bytes.Contains(raw, []byte("is_share")) && !bytes.Contains(raw, []byte("is_msg_unfurl")) {
		return raw, nil
	}
	var attachments []map[string]json.RawMessage
	if err := json.Unmarshal(raw, &attachments); err != nil {
		return nil, err
	}
	left := maxQuotes
	for _, a := range attachments {
		if !isQuote(a) {
			continue
		}
		left--
		known := false
		if left >= 0 {
			var err error
			if known, err = q.quote(ctx, a); err != nil {
				return nil, err
			}
		}
		if !known {
			dropQuote(a)
		}
	}
	return encode(attachments)
}

func isQuote(attachment map[string]json.RawMessage) bool {
	for _, mark := range quoteMarks {
		if _, ok := attachment[mark]; ok {
			return true
		}
	}
	return false
}

func dropQuote(attachment map[string]json.RawMessage) {
	for _, mark := range quoteMarks {
		delete(attachment, mark)
	}
	delete(attachment, "author_id")
}

// quote fills the attachment from the message that its channel_id and ts name;
// false: there is none that the caller may read.
func (q *request) quote(ctx context.Context, a map[string]json.RawMessage) (bool, error) {
	var named struct {
		Channel chat.ChannelID
		TS      chat.TS
	}
	if json.Unmarshal(a["channel_id"], &named.Channel) != nil || json.Unmarshal(a["ts"], &named.TS) != nil {
		return false, nil
	}
	c, m, err := q.quoted(ctx, named.Channel, named.TS)
	if err != nil {
		if failed := (*apiError)(nil); errors.As(err, &failed) || chat.CodeOf(err) == chat.NotFound {
			return false, nil
		}
		return false, err
	}
	for _, name := range quoteMembers {
		delete(a, name)
	}
	said := map[string]any{
		"is_share": true, "is_msg_unfurl": true, "channel_name": c.Name, "from_url": q.permalink(c.ID, m),
		"text": m.Text, "ts": m.TS, "author_name": q.authorName(ctx, m),
	}
	if m.User != "" && m.BotID == "" {
		said["author_id"] = m.User
	}
	if m.Blocks != nil {
		said["message_blocks"] = []any{map[string]any{
			"channel": c.ID, "ts": m.TS, "message": map[string]any{"blocks": m.Blocks},
		}}
	}
	if m.Files != nil {
		said["files"] = q.wholeFiles(m.Files)
	}
	for name, value := range said {
		if a[name], err = encode(value); err != nil {
			return false, err
		}
	}
	return true, nil
}

// quoted is a message that the caller may read.
func (q *request) quoted(ctx context.Context, id chat.ChannelID, ts chat.TS) (chat.Channel, chat.Message, error) {
	c, err := q.channel(ctx, id)
	if err == nil {
		err = q.mayRead(ctx, c)
	}
	if err == nil {
		err = q.mustHave(scopeFamilies[c.Type] + ":history")
	}
	if err != nil {
		return c, chat.Message{}, err
	}
	m, err := q.workspace.Message(ctx, c.ID, ts)
	return c, m, err
}

// authorName is what a message's author is called; "" where nobody knows.
func (q *request) authorName(ctx context.Context, m chat.Message) string {
	if m.Username != "" {
		return m.Username
	}
	if m.BotID != "" {
		var bot struct {
			Name string `json:"name"`
		}
		if json.Unmarshal(m.BotProfile, &bot) != nil {
			return ""
		}
		return bot.Name
	}
	u, err := q.user(ctx, m.User)
	if err != nil {
		return ""
	}
	if p := u.Profile(); p.DisplayName != "" {
		return p.DisplayName
	}
	return u.Profile().RealName
}
