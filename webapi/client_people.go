package webapi

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"taut/chat"
)

// peopleAnswer is a page of those whom a client asked for.
type peopleAnswer struct {
	reply
	Users []chat.UserObject `json:"users"`
}

const (
	peopleCursor   = "people"
	channelsCursor = "named_channel"
	defaultNamed   = 20
	maxFoundText   = 200 // letters of what is searched for
)

// clientUsers finds people and bots by users, their ids, or by query, what their names
// hold, best first. Those whom the caller may not know of are left out, as those are
// who never were.
func (s *Server) clientUsers(ctx context.Context, q *request) (answer, error) {
	if q.args.has("users") {
		users, err := q.people(ctx, q.args.list("users"))
		return q.peopleAnswer(users), err
	}
	query, err := q.directoryQuery(peopleCursor)
	if err != nil {
		return nil, err
	}
	if q.caller.Role.IsGuest() {
		known, err := q.colleagueIDs(ctx)
		if err != nil {
			return nil, err
		}
		query.Restricted, query.Among = true, among(known)
	}
	found, err := s.directory.SearchUsers(ctx, q.caller.Workspace, query)
	if err != nil {
		return nil, err
	}
	a := q.peopleAnswer(found.Users)
	if a.page(""); found.More {
		a.page(placeCursor(peopleCursor, found.Next))
	}
	return a, nil
}

// among are as many of the ids as a search looks among, each time the same.
func among[ID ~string](known map[ID]bool) []string {
	ids := make([]string, 0, len(known))
	for id := range known {
		ids = append(ids, string(id))
	}
	slices.Sort(ids)
	return ids[:min(len(ids), chat.MaxAmong)]
}

func (q *request) peopleAnswer(users []chat.User) *peopleAnswer {
	a := &peopleAnswer{Users: make([]chat.UserObject, 0, len(users))}
	for _, u := range users {
		a.Users = append(a.Users, q.userObject(u))
	}
	return a
}

// people are those of the users whom the caller may know of, in their order, as far as
// there are any.
func (q *request) people(ctx context.Context, ids []string) ([]chat.User, error) {
	if len(ids) > maxUsersInfo {
		return nil, fail("too_many_users")
	}
	asked := make([]chat.UserID, len(ids))
	for i, id := range ids {
		asked[i] = chat.UserID(id)
	}
	visible, err := q.server.VisibleUsers(ctx, q.caller, asked)
	if err != nil {
		return nil, err
	}
	found, err := q.server.directory.UsersByID(ctx, q.caller.Workspace, visible)
	if err != nil {
		return nil, err
	}
	users := make([]chat.User, 0, len(found))
	for _, id := range visible {
		switch {
		case id == slackbot:
			users = append(users, q.slackbot())
		case len(found) > 0 && found[0].ID == id:
			users, found = append(users, found[0]), found[1:]
		}
	}
	return users, nil
}

// directoryQuery reads the arguments of a search by names.
func (q *request) directoryQuery(kind string) (query chat.DirectoryQuery, err error) {
	query.Text = q.args.text("query")
	if len([]rune(query.Text)) > maxFoundText {
		return query, fail("invalid_arguments")
	}
	if query.Limit, err = q.args.limit("limit", defaultNamed, chat.MaxDirectoryPage); err != nil {
		return query, err
	}
	query.Inactive = q.args.boolean("include_inactive", false)
	text, err := q.args.cursor(kind)
	if err != nil || text == "" {
		return query, err
	}
	rank, rest, _ := strings.Cut(text, ":")
	id, name, ok := strings.Cut(rest, ":")
	query.After = chat.DirectoryPlace{Name: name, ID: id}
	if query.After.Rank, err = strconv.Atoi(rank); err != nil || !ok {
		return query, fail("invalid_cursor")
	}
	return query, nil
}

// placeCursor goes on after a place.
func placeCursor(kind string, p chat.DirectoryPlace) string {
	return encodeCursor(kind, fmt.Sprintf("%d:%s:%s", p.Rank, p.ID, p.Name))
}

// foundChannel is what a list of public channels to join needs.
type foundChannel struct {
	ID        chat.ChannelID `json:"id"`
	Name      string         `json:"name"`
	Creator   chat.UserID    `json:"creator"`
	Created   int64          `json:"created"`
	IsGeneral bool           `json:"is_general"`
	Archived  bool           `json:"is_archived"`
	IsMember  bool           `json:"is_member"`
}

type foundChannelsAnswer struct {
	reply
	Channels []foundChannel `json:"channels"`
}

// clientChannels finds public channels by channels, their ids, or by query, what their
// names hold, best first; a guest theirs alone. Private ones a client has from its own
// list.
func (s *Server) clientChannels(ctx context.Context, q *request) (answer, error) {
	query, err := q.directoryQuery(channelsCursor)
	if err != nil {
		return nil, err
	}
	mine, err := q.memberships(ctx)
	if err != nil {
		return nil, err
	}
	if q.caller.Role.IsGuest() {
		query.Restricted, query.Among = true, among(mine)
	}
	if q.args.has("channels") {
		ids := q.args.list("channels")
		if len(ids) > chat.MaxDirectoryPage {
			return nil, invalidArguments("[ERROR] too many [json-pointer:/channels]")
		}
		if query.Restricted {
			ids = slices.DeleteFunc(ids, func(id string) bool { return !mine[chat.ChannelID(id)] })
		}
		query = chat.DirectoryQuery{Restricted: true, Among: ids, Inactive: true}
	}
	found, err := s.directory.SearchChannels(ctx, q.caller.Workspace, query)
	if err != nil {
		return nil, err
	}
	a := &foundChannelsAnswer{Channels: make([]foundChannel, 0, len(found.Channels))}
	public, err := q.stillPublic(ctx, found.Channels)
	if err != nil {
		return nil, err
	}
	for _, f := range found.Channels {
		if public[f.ID] {
			a.Channels = append(a.Channels, foundChannel{f.ID, f.Name, f.Creator, f.Created, f.General, f.Archived, mine[f.ID]})
		}
	}
	if a.page(""); found.More {
		a.page(placeCursor(channelsCursor, found.Next))
	}
	return a, nil
}

// stillPublic are those of the found that are public now: what found them follows a
// conversion by what it is told.
func (q *request) stillPublic(ctx context.Context, found []chat.PublicFacts) (map[chat.ChannelID]bool, error) {
	ids := make([]chat.ChannelID, len(found))
	for i, f := range found {
		ids[i] = f.ID
	}
	return q.workspace.PublicAmong(ctx, ids)
}
