package webapi

import (
	"context"

	"taut/chat"
)

// Mentioned implements chat.Mentioner.
func (s *Server) Mentioned(ctx context.Context, q chat.MentionQuery) (users []chat.UserID, all bool, err error) {
	return q.Mentions.Users, q.Mentions.All(), nil
}

var _ chat.Mentioner = (*Server)(nil)
