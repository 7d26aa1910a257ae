package webapi

import (
	"context"

	"taut/chat"
)

type membersAnswer struct {
	reply
	Members []chat.UserID `json:"members"`
}

const userCursor = "user"

// conversationsMembers lists who is in a conversation.
func (s *Server) conversationsMembers(ctx context.Context, q *request) (answer, error) {
	c, err := q.readable(ctx, "read")
	if err != nil {
		return nil, err
	}
	limit, err := q.pageSize()
	if err != nil {
		return nil, err
	}
	after, err := q.args.cursor(userCursor)
	if err != nil {
		return nil, err
	}
	members, err := q.workspace.Members(ctx, c.ID, chat.UserID(after), limit+1)
	if err != nil {
		return nil, err
	}
	a := &membersAnswer{}
	a.page("")
	if len(members) > limit {
		members = members[:limit]
		a.page(encodeCursor(userCursor, string(members[limit-1])))
	}
	a.Members = append([]chat.UserID{}, members...)
	return a, nil
}
