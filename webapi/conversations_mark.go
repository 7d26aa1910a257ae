package webapi

import "context"

// conversationsMark moves the caller's read mark, on all their devices.
func (s *Server) conversationsMark(ctx context.Context, q *request) (answer, error) {
	ts, err := q.bound("ts", "invalid_timestamp")
	if err != nil {
		return nil, err
	}
	c, err := q.writable(ctx, allTypes...)
	if err != nil {
		return nil, err
	}
	if err := q.mustBeMember(ctx, c); err != nil {
		return nil, err
	}
	return done(), q.workspace.Mark(ctx, q.caller.User, c.ID, ts)
}
