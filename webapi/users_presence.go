package webapi

import "context"

type presenceAnswer struct {
	reply
	Presence string `json:"presence"`
	*ownPresence
}

// ownPresence is what a user is told of themself only.
type ownPresence struct {
	Online          bool  `json:"online"`
	AutoAway        bool  `json:"auto_away"`
	ManualAway      bool  `json:"manual_away"`
	ConnectionCount int   `json:"connection_count"`
	LastActivity    int64 `json:"last_activity,omitempty"` // seconds
}

// usersGetPresence tells whether a user, by default the caller, is here.
func (s *Server) usersGetPresence(ctx context.Context, q *request) (answer, error) {
	u, err := q.user(ctx, q.userOrCaller())
	if err != nil {
		return nil, err
	}
	state, err := s.presence.Get(ctx, q.caller.Workspace, u.ID)
	if err != nil {
		return nil, err
	}
	a := &presenceAnswer{Presence: "away"}
	// The store knows a manual away also of a user without a device.
	if state.Active && !u.Away && !u.Deleted {
		a.Presence = "active"
	}
	if u.ID == q.caller.User {
		a.ownPresence = &ownPresence{
			Online:          state.Online,
			AutoAway:        state.AutoAway,
			ManualAway:      u.Away,
			ConnectionCount: state.Connections,
			LastActivity:    state.LastActiveMS / 1000,
		}
	}
	return a, nil
}

// usersSetPresence sets or clears the caller's manual away: durably first, then
// for those who watch.
func (s *Server) usersSetPresence(ctx context.Context, q *request) (answer, error) {
	var away bool
	switch q.args.text("presence") {
	case "away":
		away = true
	case "auto", "active":
	default:
		return nil, fail("invalid_presence")
	}
	if err := q.workspace.SetAway(ctx, q.caller.User, away); err != nil {
		return nil, err
	}
	return done(), s.presence.SetAway(ctx, q.caller.Workspace, q.caller.User, away)
}
