package webapi

import (
	"context"

	"taut/chat"
)

type membersAmongAnswer struct {
	reply
	Members []chat.UserID `json:"members"`
}

// clientMembersAmong answers which of the users are in a conversation, so that who
// writes can be told whom a mention doesn't reach. Who is not and who never was are
// left out alike.
func (s *Server) clientMembersAmong(ctx context.Context, q *request) (answer, error) {
	c, err := q.channel(ctx, q.args.channel("channel"))
	if err != nil {
		return nil, err
	}
	users, err := q.invited()
	if err != nil {
		return nil, err
	}
	members, err := q.workspace.MembersAmong(ctx, c.ID, users)
	if err != nil {
		return nil, err
	}
	return &membersAmongAnswer{Members: append([]chat.UserID{}, members...)}, nil
}

// clientMoveBookmark puts a bookmark at another place among its channel's, counted
// from 0. Slack's methods show an order, by rank, and change none.
func (s *Server) clientMoveBookmark(ctx context.Context, q *request) (answer, error) {
	c, err := q.channel(ctx, q.args.channel("channel"))
	if err != nil {
		return nil, err
	}
	place, err := q.args.integer("place", 0)
	if err != nil {
		return nil, err
	}
	return done(), q.workspace.MoveBookmark(ctx, c.ID, q.args.text("bookmark_id"), q.caller.User, place)
}
