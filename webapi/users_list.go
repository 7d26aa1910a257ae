package webapi

import (
	"context"
	"slices"

	"taut/chat"
)

// maxUsersList is how many users fit in an answer without a limit.
const maxUsersList = 20_000

type usersListAnswer struct {
	reply
	Members []chat.UserObject `json:"members"`
	CacheTS int64             `json:"cache_ts"`
}

// usersList lists all users, deactivated ones too; a guest's list has those
// with whom they share a channel.
func (s *Server) usersList(ctx context.Context, q *request) (answer, error) {
	limit, err := q.args.limit("limit", maxUsersList, maxUsersList)
	if err != nil {
		return nil, err
	}
	if q.args.has("limit") {
		limit = min(limit, maxPage)
	}
	after, err := q.args.cursor(userCursor)
	if err != nil {
		return nil, err
	}
	users, more, err := q.usersPage(ctx, chat.UserID(after), limit)
	if err != nil {
		return nil, err
	}
	if more && limit == maxUsersList {
		return nil, fail("limit_required")
	}
	a := &usersListAnswer{Members: make([]chat.UserObject, 0, len(users)), CacheTS: chat.Now().Unix()}
	a.page("")
	if more {
		a.page(encodeCursor(userCursor, string(users[len(users)-1].ID)))
	}
	for _, u := range users {
		a.Members = append(a.Members, q.userObject(u))
	}
	return a, nil
}

// usersPage reads up to limit users whom the caller may know of, and tells
// whether there are more.
func (q *request) usersPage(ctx context.Context, after chat.UserID, limit int) (users []chat.User, more bool, err error) {
	if q.caller.Role.IsGuest() {
		return q.colleagues(ctx, after, limit)
	}
	for len(users) <= limit {
		page, err := q.workspace.Users(ctx, after, min(maxPage, limit+1-len(users)))
		if err != nil {
			return nil, false, err
		}
		if len(page) == 0 {
			return users, false, nil
		}
		users = append(users, page...)
		after = page[len(page)-1].ID
	}
	return users[:limit], true, nil
}

// colleagues are the users with whom a guest shares a channel. Guests are in
// few.
func (q *request) colleagues(ctx context.Context, after chat.UserID, limit int) ([]chat.User, bool, error) {
	known, err := q.colleagueIDs(ctx)
	if err != nil {
		return nil, false, err
	}
	var ids []chat.UserID
	for id := range known {
		if id > after {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	more := len(ids) > limit
	users, err := q.usersByID(ctx, ids[:min(limit, len(ids))])
	found := make([]chat.User, 0, len(users))
	for _, id := range ids[:min(limit, len(ids))] {
		if u, ok := users[id]; ok {
			found = append(found, u)
		}
	}
	return found, more && len(found) > 0, err
}

// colleagueIDs are a guest's colleagues and the guest.
func (q *request) colleagueIDs(ctx context.Context) (map[chat.UserID]bool, error) {
	mine, err := q.workspace.Memberships(ctx, q.caller.User)
	if err != nil {
		return nil, err
	}
	known := map[chat.UserID]bool{q.caller.User: true}
	for _, m := range mine.Channels {
		if err := q.addMembers(ctx, m.Channel, known); err != nil {
			return nil, err
		}
	}
	return known, nil
}

func (q *request) addMembers(ctx context.Context, id chat.ChannelID, known map[chat.UserID]bool) error {
	after := chat.UserID("")
	for {
		page, err := q.workspace.Members(ctx, id, after, maxPage)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, u := range page {
			known[u] = true
		}
		after = page[len(page)-1]
	}
}
