package webapi

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"taut/chat"
)

func (s *Server) usergroupsMethods() []method {
	read, write := []string{"usergroups:read"}, []string{"usergroups:write"}
	one := []string{"usergroup"}
	errors := map[string]string{
		"exists:group": "name_already_exists", "exists:handle": "handle_already_exists",
		"not_found:group": "no_such_subteam", "not_found:user": "invalid_users", "not_found:channel": "invalid_channel_provided",
		"forbidden": "permission_denied", "limited:users": "subteam_max_users_exceeded", "limited:groups": "plan_upgrade_required",
	}
	methods := []method{
		{name: "usergroups.create", handle: adminsAfresh(s.usergroupsCreate), scopes: write, required: []string{"name"}},
		{name: "usergroups.update", handle: adminsAfresh(s.usergroupsUpdate), scopes: write, required: one},
		{name: "usergroups.enable", handle: adminsAfresh(s.usergroupsEnable), scopes: write, required: one},
		{name: "usergroups.disable", handle: adminsAfresh(s.usergroupsDisable), scopes: write, required: one},
		{name: "usergroups.list", handle: s.usergroupsList, scopes: read},
		{name: "usergroups.users.list", handle: s.usergroupsUsersList, scopes: read, required: one},
		{name: "usergroups.users.update", handle: adminsAfresh(s.usergroupsUsersUpdate), scopes: write, required: []string{"usergroup", "users"}},
	}
	for i := range methods {
		methods[i].errors = errors
	}
	return methods
}

const (
	maxGroupName        = 80  // characters
	maxGroupHandle      = 21  // as of Slack's
	maxGroupDescription = 140 // as of Slack's
	maxGroupChannels    = 100
)

type usergroupAnswer struct {
	reply
	Usergroup chat.UsergroupObject `json:"usergroup"`
}

type usergroupsAnswer struct {
	reply
	Usergroups []chat.UsergroupObject `json:"usergroups"`
}

type groupUsersAnswer struct {
	reply
	Users []chat.UserID `json:"users"`
}

// mayManageGroups fails unless the workspace's settings let the caller.
func (q *request) mayManageGroups(ctx context.Context) error {
	may, err := q.may(ctx, chat.ManageGroups)
	if err == nil && !may {
		err = chat.NewError(chat.Forbidden, "group")
	}
	return err
}

func (s *Server) usergroupsCreate(ctx context.Context, q *request) (answer, error) {
	if err := q.mayManageGroups(ctx); err != nil {
		return nil, err
	}
	g := chat.Usergroup{CreatedBy: q.caller.User}
	revise, err := q.groupRevision(ctx)
	if err != nil {
		return nil, err
	}
	revise(&g)
	if g.Name == "" {
		return nil, fail("missing_subteam_name")
	}
	if g, err = q.workspace.CreateUsergroup(ctx, g); err != nil {
		return nil, err
	}
	return &usergroupAnswer{Usergroup: g.Object()}, nil
}

// groupRevision reads what a group is to have; what is not given stays.
func (q *request) groupRevision(ctx context.Context) (func(*chat.Usergroup), error) {
	name := strings.TrimSpace(q.args.text("name"))
	if utf8.RuneCountInString(name) > maxGroupName {
		return nil, fail("name_too_long")
	}
	handle := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(q.args.text("handle")), "@"))
	if err := checkHandle(handle); err != nil {
		return nil, err
	}
	description := strings.TrimSpace(q.args.text("description"))
	if utf8.RuneCountInString(description) > maxGroupDescription {
		return nil, fail("description_too_long")
	}
	channels, err := q.groupChannels(ctx)
	if err != nil {
		return nil, err
	}
	return func(g *chat.Usergroup) {
		g.Name, g.Handle = cmp.Or(name, g.Name), cmp.Or(handle, g.Handle)
		if q.args.given("description") {
			g.Description = description
		}
		if channels != nil {
			g.Channels = channels
		}
	}, nil
}

func checkHandle(handle string) error {
	switch {
	case chat.ReservedHandle(handle):
		return fail("forbidden_handle")
	case utf8.RuneCountInString(handle) > maxGroupHandle, strings.ContainsFunc(handle, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' || r >= utf8.RuneSelf)
	}):
		return fail("bad_handle")
	}
	return nil
}

// groupChannels are those of the argument, which the caller must see; nil where
// it is absent. "[]" is none, and so is "", to which clients join an empty list.
func (q *request) groupChannels(ctx context.Context) ([]chat.ChannelID, error) {
	if !q.args.given("channels") {
		return nil, nil
	}
	ids := q.args.list("channels")
	if len(ids) > maxGroupChannels {
		return nil, fail("too_many_linked_channels")
	}
	channels := []chat.ChannelID{}
	for _, id := range ids {
		c, err := q.channel(ctx, chat.ChannelID(id))
		// All of the workspace sees a group's channels, so a private one can't be among them:
		// the store judges that again when it writes.
		if chat.CodeOf(err) == chat.NotFound || err == nil && c.Type != chat.PublicChannel {
			return nil, fail("invalid_channel_provided")
		}
		if err != nil {
			return nil, err
		}
		if !slices.Contains(channels, c.ID) {
			channels = append(channels, c.ID)
		}
	}
	return channels, nil
}

func (s *Server) usergroupsUpdate(ctx context.Context, q *request) (answer, error) {
	revise, err := q.groupRevision(ctx)
	if err != nil {
		return nil, err
	}
	return q.changeGroup(ctx, revise)
}

func (s *Server) usergroupsEnable(ctx context.Context, q *request) (answer, error) {
	return q.changeGroup(ctx, func(g *chat.Usergroup) { g.Deleted, g.DeletedBy = 0, "" })
}

func (s *Server) usergroupsDisable(ctx context.Context, q *request) (answer, error) {
	now := chat.Now().Unix()
	return q.changeGroup(ctx, func(g *chat.Usergroup) {
		if g.Deleted == 0 {
			g.Deleted, g.DeletedBy = now, q.caller.User
		}
	})
}

// changeGroup changes a group and answers with its people.
func (q *request) changeGroup(ctx context.Context, revise func(*chat.Usergroup)) (answer, error) {
	if err := q.mayManageGroups(ctx); err != nil {
		return nil, err
	}
	g, err := q.workspace.UpdateUsergroup(ctx, q.args.text("usergroup"), q.caller.User, func(g *chat.Usergroup) error {
		revise(g)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return q.answerGroup(ctx, g)
}

func (q *request) answerGroup(ctx context.Context, g chat.Usergroup) (answer, error) {
	users, err := q.visibleGroupUsers(ctx, []string{g.ID})
	if err != nil {
		return nil, err
	}
	a := &usergroupAnswer{Usergroup: q.groupObject(g, users[g.ID])}
	a.Usergroup.Users = append([]chat.UserID{}, users[g.ID]...)
	return a, nil
}

// groupObject is a group as the caller may see it, of whose people they see these:
// guests don't know of all channels, nor how many people there are beyond those.
func (q *request) groupObject(g chat.Usergroup, visible []chat.UserID) chat.UsergroupObject {
	if q.caller.Role.IsGuest() {
		g.Channels, g.UserCount = nil, len(visible)
	}
	return g.Object()
}

// visibleGroupUsers are the groups' people whom the caller may know of.
func (q *request) visibleGroupUsers(ctx context.Context, groups []string) (map[string][]chat.UserID, error) {
	users, err := q.workspace.UsergroupUsers(ctx, groups)
	if err != nil || !q.caller.Role.IsGuest() {
		return users, err
	}
	var everybody []chat.UserID
	for _, some := range users {
		everybody = append(everybody, some...)
	}
	visible, err := q.server.VisibleUsers(ctx, q.caller, everybody)
	if err != nil {
		return nil, err
	}
	seen := make(map[chat.UserID]bool, len(visible))
	for _, u := range visible {
		seen[u] = true
	}
	for id, some := range users {
		users[id] = slices.DeleteFunc(some, func(u chat.UserID) bool { return !seen[u] })
	}
	return users, nil
}

func (s *Server) usergroupsList(ctx context.Context, q *request) (answer, error) {
	all, err := q.workspace.Usergroups(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	listed := all[:0]
	for _, g := range all {
		if g.Deleted == 0 || q.args.boolean("include_disabled", false) {
			listed, ids = append(listed, g), append(ids, g.ID)
		}
	}
	named := q.args.boolean("include_users", false)
	var users map[string][]chat.UserID
	if named || q.caller.Role.IsGuest() { // whose count is of those they see
		if users, err = q.visibleGroupUsers(ctx, ids); err != nil {
			return nil, err
		}
	}
	a := &usergroupsAnswer{Usergroups: []chat.UsergroupObject{}}
	for _, g := range listed {
		o := q.groupObject(g, users[g.ID])
		if named {
			o.Users = append([]chat.UserID{}, users[g.ID]...)
		}
		a.Usergroups = append(a.Usergroups, o)
	}
	return a, nil
}

func (s *Server) usergroupsUsersList(ctx context.Context, q *request) (answer, error) {
	g, err := q.workspace.Usergroup(ctx, q.args.text("usergroup"))
	if err == nil && g.Deleted != 0 && !q.args.boolean("include_disabled", false) {
		err = chat.NewError(chat.NotFound, "group")
	}
	if err != nil {
		return nil, err
	}
	users, err := q.visibleGroupUsers(ctx, []string{g.ID})
	return &groupUsersAnswer{Users: append([]chat.UserID{}, users[g.ID]...)}, err
}

func (s *Server) usergroupsUsersUpdate(ctx context.Context, q *request) (answer, error) {
	if err := q.mayManageGroups(ctx); err != nil {
		return nil, err
	}
	ids := q.args.list("users")
	if len(ids) == 0 {
		return nil, fail("no_users_provided")
	}
	users := make([]chat.UserID, len(ids))
	for i, id := range ids {
		users[i] = chat.UserID(id)
	}
	g, err := q.workspace.SetUsergroupUsers(ctx, q.args.text("usergroup"), q.caller.User, users)
	if err != nil {
		return nil, err
	}
	return q.answerGroup(ctx, g)
}
