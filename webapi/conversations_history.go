package webapi

import (
	"context"
	"strconv"
	"strings"

	"taut/chat"
	"taut/store"
)

const (
	historyCursor  = "next_ts"
	maxHistory     = 999
	defaultReplies = 1_000
)

type historyAnswer struct {
	reply
	Messages            []chat.Message `json:"messages"`
	HasMore             bool           `json:"has_more"`
	Oldest              string         `json:"oldest,omitempty"`
	Latest              string         `json:"latest,omitempty"`
	PinCount            int            `json:"pin_count"`
	ChannelActionsTS    *int64         `json:"channel_actions_ts"` // always null
	ChannelActionsCount int            `json:"channel_actions_count"`
}

// conversationsHistory is a page of a conversation, newest first.
func (s *Server) conversationsHistory(ctx context.Context, q *request) (answer, error) {
	c, err := q.readable(ctx, "history")
	if err != nil {
		return nil, err
	}
	if err := q.mayRead(ctx, c); err != nil {
		return nil, err
	}
	r, err := q.timeRange(defaultPage, maxHistory)
	if err != nil {
		return nil, err
	}
	before, err := q.tsCursor()
	if err != nil {
		return nil, err
	}
	if before != 0 && (r.Latest == 0 || before-1 < r.Latest) {
		r.Latest = before - 1
	}
	a := &historyAnswer{Oldest: q.args.text("oldest"), Latest: q.args.text("latest")}
	a.Messages, a.HasMore, err = q.workspace.History(ctx, c.ID, r)
	if err != nil {
		return nil, err
	}
	if a.HasMore = a.HasMore && len(a.Messages) > 0; a.HasMore {
		a.page(cursorAt(a.Messages[len(a.Messages)-1].TS))
	}
	if a.PinCount, err = q.workspace.PinCount(ctx, c.ID); err != nil {
		return nil, err
	}
	if a.Messages, err = q.shown(ctx, c.ID, a.Messages); err != nil {
		return nil, err
	}
	return a, q.nameCaller(ctx, c.ID, a.Messages)
}

// readsMembersOnly: see mayRead.
func (q *request) readsMembersOnly() bool { return q.caller.Bot != "" }

// mayRead: a bot reads only where it is a member; people read public channels
// too.
func (q *request) mayRead(ctx context.Context, c chat.Channel) error {
	if !q.readsMembersOnly() || c.Type != chat.PublicChannel {
		return nil
	}
	return q.mustBeMember(ctx, c)
}

// shown is what the caller sees of messages: metadata only where it is asked
// for, and of roots whether the caller follows the thread.
func (q *request) shown(ctx context.Context, channel chat.ChannelID, messages []chat.Message) ([]chat.Message, error) {
	if messages == nil {
		return []chat.Message{}, nil
	}
	withMetadata := q.args.boolean("include_all_metadata", false)
	var roots []chat.TS
	for i := range messages {
		q.present(&messages[i], withMetadata)
		if messages[i].ReplyCount > 0 {
			roots = append(roots, messages[i].TS)
		}
	}
	states, err := q.workspace.ThreadStates(ctx, channel, q.caller.User, roots)
	for i := range messages {
		if m := &messages[i]; m.ReplyCount > 0 {
			subscribed := states[m.TS].Follows
			m.Subscribed, m.IsLocked = &subscribed, new(bool)
		}
	}
	return messages, err
}

// timeRange reads oldest, latest, inclusive and limit. The store's range has
// its bounds included whatever the caller wants.
func (q *request) timeRange(byDefault, most int) (r store.Range, err error) {
	if r.Limit, err = q.args.limit("limit", byDefault, most); err != nil {
		return r, err
	}
	if r.Oldest, err = q.bound("oldest", "invalid_ts_oldest"); err != nil {
		return r, err
	}
	if r.Latest, err = q.bound("latest", "invalid_ts_latest"); err != nil {
		return r, err
	}
	r.Inclusive = true
	if q.args.boolean("inclusive", false) {
		return r, nil
	}
	if r.Oldest != 0 {
		r.Oldest++
	}
	if r.Latest != 0 {
		r.Latest--
	}
	return r, nil
}

// bound reads a time that need not be any message's ts: whole seconds, or with
// a fraction of any length. Zero is open, as is now for the latest.
func (q *request) bound(name, failure string) (chat.TS, error) {
	text := q.args.text(name)
	if text == "" || name == "latest" && text == "now" {
		return 0, nil
	}
	seconds, fraction, _ := strings.Cut(text, ".")
	if seconds == "" || len(seconds) > 11 || strings.ContainsAny(text, "+-eE_ ") {
		return 0, fail(failure)
	}
	fraction = (fraction + "000000")[:6]
	ts, err := strconv.ParseInt(seconds+fraction, 10, 64)
	if err != nil {
		return 0, fail(failure)
	}
	return chat.TS(ts), nil
}

func cursorAt(ts chat.TS) string {
	return encodeCursor(historyCursor, strconv.FormatInt(int64(ts), 10))
}

// tsCursor is the ts of the page before's last message.
func (q *request) tsCursor() (chat.TS, error) {
	place, err := q.args.cursor(historyCursor)
	if place == "" || err != nil {
		return 0, err
	}
	ts, err := strconv.ParseInt(place, 10, 64)
	if err != nil || ts <= 0 {
		return 0, fail("invalid_cursor")
	}
	return chat.TS(ts), nil
}
