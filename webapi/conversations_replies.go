package webapi

import (
	"context"

	"taut/chat"
	"taut/store"
)

type repliesAnswer struct {
	reply
	Messages []threadMessage `json:"messages"`
	HasMore  bool            `json:"has_more"`
}

// threadMessage is a message of a thread; its root tells what the caller has
// read.
type threadMessage struct {
	chat.Message
	LastRead    string `json:"last_read,omitempty"`
	UnreadCount *int   `json:"unread_count,omitempty"`
}

// conversationsReplies is a page of a thread: the root, then replies from the
// oldest on.
func (s *Server) conversationsReplies(ctx context.Context, q *request) (answer, error) {
	c, err := q.readable(ctx, "history")
	if err != nil {
		return nil, err
	}
	if err := q.mayRead(ctx, c); err != nil {
		return nil, err
	}
	root, err := q.args.ts("ts", "thread_not_found")
	if err != nil {
		return nil, err
	}
	r, err := q.timeRange(defaultReplies, defaultReplies)
	if err != nil {
		return nil, err
	}
	after, err := q.tsCursor()
	if err != nil {
		return nil, err
	}
	r.Oldest = max(r.Oldest, after+1)
	messages, more, err := q.workspace.Replies(ctx, c.ID, root, r)
	if err != nil {
		return nil, err
	}
	a := &repliesAnswer{HasMore: more && len(messages) > 1}
	if a.HasMore {
		a.page(cursorAt(messages[len(messages)-1].TS))
	}
	if err := q.nameCaller(ctx, c.ID, messages); err != nil {
		return nil, err
	}
	for _, m := range q.shown(messages) {
		a.Messages = append(a.Messages, threadMessage{Message: m})
	}
	return a, q.addThreadReading(ctx, c.ID, a.Messages)
}

// addThreadReading says of a followed thread's root how far it is read: as far
// as the channel is.
func (q *request) addThreadReading(ctx context.Context, id chat.ChannelID, messages []threadMessage) error {
	if len(messages) == 0 || messages[0].Subscribed == nil || !*messages[0].Subscribed {
		return nil
	}
	root := &messages[0]
	all, err := q.workspace.Unread(ctx, q.caller.User, []chat.ChannelID{id})
	if err != nil {
		return err
	}
	mark := all[id].LastRead
	root.UnreadCount = new(int)
	root.LastRead = orNoTS(mark)
	if mark >= root.LatestReply {
		return nil
	}
	unread, _, err := q.workspace.Replies(ctx, id, root.TS, store.Range{Oldest: mark, Limit: defaultReplies})
	*root.UnreadCount = max(0, len(unread)-1)
	return err
}
