package webapi

import (
	"context"

	"taut/store"
)

type authRevokeAnswer struct {
	reply
	Revoked bool `json:"revoked"`
}

// authRevoke ends the token with which it is called; with test it only says so.
func (s *Server) authRevoke(ctx context.Context, q *request) (answer, error) {
	if q.args.boolean("test", false) {
		return &authRevokeAnswer{}, nil
	}
	_, err := q.workspace.Revoke(ctx, store.Revocation{User: q.caller.User, Only: q.caller.TokenID})
	return &authRevokeAnswer{Revoked: true}, err
}
