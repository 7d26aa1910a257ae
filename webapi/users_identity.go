package webapi

import (
	"context"

	"taut/chat"
)

type identityAnswer struct {
	reply
	User identityUser `json:"user"`
	Team identityTeam `json:"team"`
}

type identityUser struct {
	ID       chat.UserID `json:"id"`
	Name     string      `json:"name"`
	Email    string      `json:"email,omitempty"`
	Image24  string      `json:"image_24"`
	Image32  string      `json:"image_32"`
	Image48  string      `json:"image_48"`
	Image72  string      `json:"image_72"`
	Image192 string      `json:"image_192"`
	Image512 string      `json:"image_512"`
}

type identityTeam struct {
	ID     chat.WorkspaceID `json:"id"`
	Name   string           `json:"name"`
	Domain string           `json:"domain"`
}

// usersIdentity is who the caller is, for sites that sign people in with it.
func (s *Server) usersIdentity(ctx context.Context, q *request) (answer, error) {
	u, err := q.workspace.User(ctx, q.caller.User)
	if err != nil {
		return nil, err
	}
	w, err := q.workspace.Info(ctx)
	if err != nil {
		return nil, err
	}
	o := q.userObject(u)
	p := o.Profile
	return &identityAnswer{
		User: identityUser{ID: u.ID, Name: o.RealName, Email: p.Email, Image24: p.Image24, Image32: p.Image32, Image48: p.Image48,
			Image72: p.Image72, Image192: p.Image192, Image512: p.Image512},
		Team: identityTeam{ID: w.ID, Name: w.Name, Domain: w.Domain},
	}, nil
}

// usersSetActive does nothing, as Slack's does for years: who has a socket is active.
func (s *Server) usersSetActive(context.Context, *request) (answer, error) { return done(), nil }
