package webapi

import (
	"context"

	"taut/chat"
)

func (s *Server) authMethods() []method {
	return []method{
		{name: "auth.test", handle: s.authTest},
		{name: "auth.revoke", handle: s.authRevoke},
	}
}

type authTestAnswer struct {
	reply
	URL                 string           `json:"url"`
	Team                string           `json:"team"`
	User                string           `json:"user"`
	TeamID              chat.WorkspaceID `json:"team_id"`
	UserID              chat.UserID      `json:"user_id"`
	BotID               chat.BotID       `json:"bot_id,omitempty"`
	IsEnterpriseInstall bool             `json:"is_enterprise_install"`
}

func (s *Server) authTest(ctx context.Context, q *request) (answer, error) {
	workspace, err := q.workspace.Info(ctx)
	if err != nil {
		return nil, err
	}
	user, err := q.workspace.User(ctx, q.caller.User)
	if err != nil {
		return nil, err
	}
	return &authTestAnswer{
		URL:    q.publicURL() + "/",
		Team:   workspace.Name,
		User:   user.Name,
		TeamID: workspace.ID,
		UserID: user.ID,
		BotID:  q.caller.Bot,
	}, nil
}

// publicURL is where the client reaches the server, without the last slash: as
// configured, else as this request had it.
func (q *request) publicURL() string {
	if q.server.publicURL != "" {
		return q.server.publicURL
	}
	scheme := "http://"
	if q.secure() {
		scheme = "https://"
	}
	return scheme + q.http.Host
}
