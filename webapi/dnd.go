package webapi

import (
	"context"
	"strconv"
	"time"

	"taut/chat"
	"taut/internal/dnd"
	"taut/store"
)

func (s *Server) dndMethods() []method {
	read, write := []string{"dnd:read"}, []string{"dnd:write"}
	people := []chat.TokenType{chat.UserToken}
	return []method{
		{name: "dnd.info", handle: s.dndInfo, scopes: read},
		{name: "dnd.teamInfo", handle: s.dndTeamInfo, scopes: read, required: []string{"users"}},
		{name: "dnd.setSnooze", handle: s.dndSetSnooze, scopes: write, tokens: people, required: []string{"num_minutes"}},
		{name: "dnd.endSnooze", handle: s.dndEndSnooze, scopes: write, tokens: people},
		{name: "dnd.endDnd", handle: s.dndEndDnd, scopes: write, tokens: people},
	}
}

const (
	maxDNDUsers  = 1_000
	maxSnoozeMin = 30 * 24 * 60
)

type dndAnswer struct {
	reply
	dnd.Status
}

type dndTeamAnswer struct {
	reply
	Users map[chat.UserID]dnd.Shown `json:"users"`
}

type snoozeAnswer struct {
	reply
	Enabled      bool  `json:"snooze_enabled"`
	End          int64 `json:"snooze_endtime"`
	Remaining    int64 `json:"snooze_remaining"`
	IsIndefinite bool  `json:"snooze_is_indefinite"`
}

// quiet is when some users are not to be disturbed.
type quiet struct {
	schedule dnd.Schedule
	snooze   store.Snooze
}

func (q *request) quietOf(ctx context.Context, users []chat.User) (map[chat.UserID]quiet, error) {
	ids := make([]chat.UserID, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	prefs, err := q.workspace.PrefsLike(ctx, ids, "dnd_")
	if err != nil {
		return nil, err
	}
	snoozes, err := q.workspace.Snoozes(ctx, ids)
	all := make(map[chat.UserID]quiet, len(users))
	for _, u := range users {
		all[u.ID] = quiet{dnd.Read(prefs[u.ID], u.Zone()), snoozes[u.ID]}
	}
	return all, err
}

func (q *request) ownQuiet(ctx context.Context) (quiet, error) {
	me, err := q.workspace.User(ctx, q.caller.User)
	if err != nil {
		return quiet{}, err
	}
	all, err := q.quietOf(ctx, []chat.User{me})
	return all[me.ID], err
}

func (n quiet) pause() dnd.Pause {
	return dnd.Pause{From: time.UnixMilli(n.snooze.FromMS), Until: time.UnixMilli(n.snooze.UntilMS), Ended: time.UnixMilli(n.snooze.EndedMS)}
}

func (n quiet) status(now time.Time) dnd.Status { return n.schedule.Status(n.pause(), now) }

func (n quiet) shown(now time.Time) dnd.Shown { return n.status(now).Shown(n.pause()) }

// dndInfo is the status of a user, by default the caller. Of others it says what
// they show.
func (s *Server) dndInfo(ctx context.Context, q *request) (answer, error) {
	u, err := q.user(ctx, q.userOrCaller())
	if err != nil {
		return nil, err
	}
	all, err := q.quietOf(ctx, []chat.User{u})
	if err != nil {
		return nil, err
	}
	now := chat.Now()
	if u.ID == q.caller.User {
		return &dndAnswer{Status: all[u.ID].status(now)}, nil
	}
	shown := all[u.ID].shown(now)
	return &dndAnswer{Status: dnd.Status{Enabled: shown.Enabled, NextStart: shown.NextStart, NextEnd: shown.NextEnd}}, nil
}

// dndTeamInfo passes over users whom the caller doesn't know.
func (s *Server) dndTeamInfo(ctx context.Context, q *request) (answer, error) {
	ids := q.args.list("users")
	if len(ids) == 0 {
		return nil, fail("no_users_provided")
	}
	if len(ids) > maxDNDUsers {
		return nil, fail("too_many_users")
	}
	asked := make([]chat.UserID, len(ids))
	for i, id := range ids {
		asked[i] = chat.UserID(id)
	}
	visible, err := s.VisibleUsers(ctx, q.caller, asked)
	if err != nil {
		return nil, err
	}
	users, err := q.workspace.UsersByID(ctx, visible)
	if err != nil {
		return nil, err
	}
	all, err := q.quietOf(ctx, users)
	a := &dndTeamAnswer{Users: make(map[chat.UserID]dnd.Shown, len(users))}
	for id, n := range all {
		a.Users[id] = n.shown(chat.Now())
	}
	return a, err
}

func (s *Server) dndSetSnooze(ctx context.Context, q *request) (answer, error) {
	minutes, err := strconv.Atoi(q.args.text("num_minutes"))
	switch {
	case err != nil || minutes <= 0:
		return nil, fail("missing_duration")
	case minutes > maxSnoozeMin:
		return nil, fail("too_long")
	}
	now := chat.Now()
	status, err := q.changeQuiet(ctx, now, func(n *quiet) {
		n.snooze.FromMS, n.snooze.UntilMS = now.UnixMilli(), now.Add(time.Duration(minutes)*time.Minute).UnixMilli()
	})
	if err != nil {
		return nil, err
	}
	return &snoozeAnswer{Enabled: true, End: status.SnoozeEnd, Remaining: status.SnoozeRemaining}, nil
}

// changeQuiet changes the caller's own pause, and tells it.
func (q *request) changeQuiet(ctx context.Context, now time.Time, change func(*quiet)) (dnd.Status, error) {
	n, err := q.ownQuiet(ctx)
	if err != nil {
		return dnd.Status{}, err
	}
	change(&n)
	return n.status(now), q.workspace.SetSnooze(ctx, q.caller.User, &n.snooze, n.status(now), n.shown(now))
}

func (s *Server) dndEndSnooze(ctx context.Context, q *request) (answer, error) {
	status, err := q.changeQuiet(ctx, chat.Now(), func(n *quiet) { n.snooze.FromMS, n.snooze.UntilMS = 0, 0 })
	return &dndAnswer{Status: status}, err
}

// dndEndDnd ends the period that it is in now, and a pause.
func (s *Server) dndEndDnd(ctx context.Context, q *request) (answer, error) {
	now := chat.Now()
	n, err := q.ownQuiet(ctx)
	if err != nil {
		return nil, err
	}
	if !n.status(now).Quiet(now) {
		return nil, fail("not_in_dnd")
	}
	_, err = q.changeQuiet(ctx, now, func(n *quiet) {
		n.snooze.FromMS, n.snooze.UntilMS = 0, 0
		if start, end, ok := n.schedule.Period(now); ok && !start.After(now) {
			n.snooze.EndedMS = end.UnixMilli()
		}
	})
	return done(), err
}

// tellQuiet tells the status after a change of the schedule.
func (q *request) tellQuiet(ctx context.Context) error {
	n, err := q.ownQuiet(ctx)
	if err != nil {
		return err
	}
	now := chat.Now()
	return q.workspace.SetSnooze(ctx, q.caller.User, nil, n.status(now), n.shown(now))
}
