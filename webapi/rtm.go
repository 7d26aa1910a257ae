package webapi

import (
	"context"
	"strings"

	"taut/chat"
)

func (s *Server) rtmMethods() []method {
	return []method{{name: "rtm.connect", handle: s.rtmConnect}}
}

type rtmConnectAnswer struct {
	reply
	URL  string  `json:"url"`
	Self rtmSelf `json:"self"`
	Team rtmTeam `json:"team"`
}

type rtmSelf struct {
	ID   chat.UserID `json:"id"`
	Name string      `json:"name"`
}

type rtmTeam struct {
	ID     chat.WorkspaceID `json:"id"`
	Name   string           `json:"name"`
	Domain string           `json:"domain"`
}

// rtmConnect hands out a socket's URL. The ticket is in its path, as a client
// may replace the query. In the query is what the socket is to do otherwise.
func (s *Server) rtmConnect(ctx context.Context, q *request) (answer, error) {
	workspace, err := q.workspace.Info(ctx)
	if err != nil {
		return nil, err
	}
	user, err := q.workspace.User(ctx, q.caller.User)
	if err != nil {
		return nil, err
	}
	ticket, err := s.auth.NewTicket(ctx, q.caller)
	if err != nil {
		return nil, err
	}
	// http becomes ws, and https wss.
	at := "ws" + strings.TrimPrefix(q.publicURL(), "http") + "/websocket/" + ticket
	if q.args.boolean("batch_presence_aware", false) {
		at += "?batch_presence_aware=1"
	}
	return &rtmConnectAnswer{
		URL:  at,
		Self: rtmSelf{user.ID, user.Name},
		Team: rtmTeam{workspace.ID, workspace.Name, workspace.Domain},
	}, nil
}
