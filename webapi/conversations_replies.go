package webapi

import (
	"context"

	"taut/chat"
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
	if messages, err = q.shown(ctx, c.ID, messages); err != nil {
		return nil, err
	}
	for _, m := range messages {
		a.Messages = append(a.Messages, threadMessage{Message: m})
	}
	return a, q.addThreadReading(ctx, c.ID, &a.Messages[0])
}

// addThreadReading says of a followed thread's root how far the caller has read it.
func (q *request) addThreadReading(ctx context.Context, id chat.ChannelID, root *threadMessage) error {
	if root.Subscribed == nil || !*root.Subscribed {
		return nil
	}
	states, err := q.workspace.ThreadStates(ctx, id, q.caller.User, []chat.TS{root.TS})
	if err != nil {
		return err
	}
	read := states[root.TS].LastRead
	root.UnreadCount = new(int)
	root.LastRead = orNoTS(read)
	if read < root.LatestReply {
		*root.UnreadCount, err = q.workspace.UnreadReplies(ctx, id, root.TS, q.caller.User, read)
	}
	return err
}
