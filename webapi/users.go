package webapi

import (
	"context"
	"errors"

	"taut/chat"
)

func (s *Server) usersMethods() []method {
	read, profile := []string{"users:read"}, []string{"users.profile:read"}
	return []method{
		{name: "users.conversations", handle: s.usersConversations, scopes: anyType("read")},
		{name: "users.getPresence", handle: s.usersGetPresence, scopes: read},
		{name: "users.info", handle: s.usersInfo, scopes: read},
		{name: "users.list", handle: s.usersList, scopes: read},
		{name: "users.lookupByEmail", handle: s.usersLookupByEmail, scopes: []string{emailScope}, required: []string{"email"}},
		{name: "users.identity", handle: s.usersIdentity, scopes: []string{"identity:read"}, tokens: []chat.TokenType{chat.UserToken}},
		{name: "users.prefs.get", handle: s.usersPrefsGet},
		{name: "users.prefs.set", handle: s.usersPrefsSet, tokens: []chat.TokenType{chat.UserToken}, errors: map[string]string{"limited:prefs": "limit_exceeded"}},
		{name: "users.setActive", handle: s.usersSetActive, scopes: []string{"users:write"}},
		{name: "users.profile.get", handle: s.usersProfileGet, scopes: profile},
		{name: "users.profile.set", handle: adminsAfresh(s.usersProfileSet), scopes: []string{"users.profile:write"}, tokens: []chat.TokenType{chat.UserToken}},
		{name: "users.setPresence", handle: s.usersSetPresence, scopes: []string{"users:write"}, required: []string{"presence"}},
	}
}

const emailScope = "users:read.email"

const slackbot = chat.Slackbot

// user is the user with this id, where the caller may know of them: a guest
// knows those with whom they share a channel.
func (q *request) user(ctx context.Context, id chat.UserID) (chat.User, error) {
	if id == slackbot {
		return q.slackbot(), nil
	}
	u, err := q.workspace.User(ctx, id)
	if err != nil || !q.caller.Role.IsGuest() || id == q.caller.User {
		return u, err
	}
	mine, err := q.workspace.Memberships(ctx, q.caller.User)
	if err != nil {
		return chat.User{}, err
	}
	for _, m := range mine.Channels {
		shared, err := q.workspace.IsMember(ctx, m.Channel, id)
		if err != nil || shared {
			return u, err
		}
	}
	return chat.User{}, errInvisible
}

// slackbot is nobody's row.
func (q *request) slackbot() chat.User {
	return chat.User{ID: slackbot, Workspace: q.caller.Workspace, Name: "slackbot", RealName: "Slackbot", Role: chat.Member}
}

// errInvisible: a guest asks for somebody with whom they share no channel.
var errInvisible = fail("user_not_visible")

func isInvisible(err error) bool { return errors.Is(err, errInvisible) }

// usersByID are those of the users that exist.
func (q *request) usersByID(ctx context.Context, ids []chat.UserID) (map[chat.UserID]chat.User, error) {
	users, err := q.workspace.UsersByID(ctx, ids)
	byID := make(map[chat.UserID]chat.User, len(users))
	for _, u := range users {
		byID[u.ID] = u
	}
	return byID, err
}

// userObject is a user as the caller's token shows them.
func (q *request) userObject(u chat.User) chat.UserObject {
	o := u.Object()
	o.Profile.Absolute(q.publicURL())
	if q.mustHave(emailScope) != nil {
		o.Profile.Email = ""
	}
	if q.args.boolean("include_locale", false) {
		o.Locale = locale
	}
	return o
}

type userAnswer struct {
	reply
	User chat.UserObject `json:"user"`
}

type usersAnswer struct {
	reply
	Users []chat.UserObject `json:"users"`
}

const maxUsersInfo = 1_000

// usersInfo shows one user, or those of the undocumented list users.
func (s *Server) usersInfo(ctx context.Context, q *request) (answer, error) {
	if !q.args.has("user") && q.args.has("users") {
		return q.usersInfoList(ctx)
	}
	if err := q.args.require([]string{"user"}); err != nil {
		return nil, err
	}
	u, err := q.user(ctx, q.args.user("user"))
	if err != nil {
		return nil, err
	}
	return &userAnswer{User: q.userObject(u)}, nil
}

func (q *request) usersInfoList(ctx context.Context) (answer, error) {
	ids := q.args.list("users")
	if len(ids) > maxUsersInfo {
		return nil, fail("too_many_users")
	}
	if !q.caller.Role.IsGuest() {
		return q.usersInfoAll(ctx, ids)
	}
	a := &usersAnswer{Users: []chat.UserObject{}}
	for _, id := range ids {
		u, err := q.user(ctx, chat.UserID(id))
		if err != nil {
			return nil, err
		}
		a.Users = append(a.Users, q.userObject(u))
	}
	return a, nil
}

// usersInfoAll shows those who are all there.
func (q *request) usersInfoAll(ctx context.Context, ids []string) (answer, error) {
	found, err := q.people(ctx, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]chat.User, len(found))
	for _, u := range found {
		byID[string(u.ID)] = u
	}
	a := &usersAnswer{Users: make([]chat.UserObject, 0, len(ids))}
	for _, id := range ids {
		u, there := byID[id]
		if !there {
			return nil, chat.NewError(chat.NotFound, "user")
		}
		a.Users = append(a.Users, q.userObject(u))
	}
	return a, nil
}

// usersLookupByEmail finds an active person.
func (s *Server) usersLookupByEmail(ctx context.Context, q *request) (answer, error) {
	u, err := q.workspace.UserByEmail(ctx, q.args.text("email"))
	if err == nil {
		u, err = q.user(ctx, u.ID)
	}
	if isInvisible(err) || chat.CodeOf(err) == chat.NotFound || u.Deleted {
		return nil, fail("users_not_found")
	}
	if err != nil {
		return nil, err
	}
	return &userAnswer{User: q.userObject(u)}, nil
}
