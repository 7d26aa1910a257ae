package webapi

import (
	"context"
	"encoding/json"

	"taut/chat"
	"taut/store"
)

// bootAnswer is what a client needs to draw its first page: whom it belongs to
// and where they are. It asks for other people as it meets them.
type bootAnswer struct {
	reply
	Self     bootSelf                   `json:"self"`
	Team     teamObject                 `json:"team"`
	Prefs    map[string]json.RawMessage `json:"prefs"`
	Channels []chat.ChannelObject       `json:"channels"`
	IMs      []chat.ChannelObject       `json:"ims"`
	Subteams bootSubteams               `json:"subteams"`
	CacheTS  int64                      `json:"cache_ts"`
	// More: there are conversations beyond those here; users.conversations lists
	// them.
	More bool `json:"has_more_channels"`
	// Users are those whom the first page shows, where include_users asks for them:
	// the people of the DMs.
	Users []chat.UserObject `json:"users,omitempty"`
}

type bootSelf struct {
	chat.UserObject
	// Role is ours: Slack has flags for it.
	Role chat.Role `json:"role"`
}

type bootSubteams struct {
	Self []string `json:"self"`
}

// clientUserBoot tells of the caller, the workspace and the caller's
// conversations, archived ones left out.
func (s *Server) clientUserBoot(ctx context.Context, q *request) (answer, error) {
	u, err := q.workspace.User(ctx, q.caller.User)
	if err != nil {
		return nil, err
	}
	team, err := s.teamInfo(ctx, q)
	if err != nil {
		return nil, err
	}
	prefs, err := s.usersPrefsGet(ctx, q)
	if err != nil {
		return nil, err
	}
	a := &bootAnswer{
		Self: bootSelf{q.userObject(u), u.Role}, Team: team.(*teamAnswer).Team, Prefs: prefs.(*prefsAnswer).Prefs,
		Channels: []chat.ChannelObject{}, IMs: []chat.ChannelObject{},
		CacheTS: chat.Now().Unix(),
	}
	if a.Subteams.Self, err = q.workspace.UsergroupsOf(ctx, q.caller.User); err != nil {
		return nil, err
	}
	page, err := q.listChannels(ctx, store.ChannelQuery{
		Types: allTypes, ExcludeArchived: true, MemberOf: q.caller.User, SharedOnly: q.caller.Role.IsGuest(), Limit: maxPage,
	}, false)
	if err != nil {
		return nil, err
	}
	a.More = *page.envelope().Metadata.NextCursor != ""
	for _, c := range page.Channels {
		if c.IsIM {
			a.IMs = append(a.IMs, c)
		} else {
			a.Channels = append(a.Channels, c)
		}
	}
	if q.args.boolean("include_users", false) {
		return a, q.addFirstUsers(ctx, a)
	}
	return a, nil
}

// maxFirstUsers bounds the people of a client's first page; others it asks for as it
// shows them.
const maxFirstUsers = 100

func (q *request) addFirstUsers(ctx context.Context, a *bootAnswer) error {
	var ids []string
	for _, c := range a.IMs[:min(len(a.IMs), maxFirstUsers)] {
		if c.User != q.caller.User {
			ids = append(ids, string(c.User))
		}
	}
	users, err := q.people(ctx, ids)
	for _, u := range users {
		a.Users = append(a.Users, q.userObject(u))
	}
	return err
}
