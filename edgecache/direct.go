package edgecache

import (
	"context"

	"taut/chat"
	"taut/store"
)

// Direct answers from the store, as a cache does at its best. By ids that is cheap; a
// search goes through the whole directory, of which it holds a page of rows at a time and
// what it found. It implements chat.Directory.
type Direct struct{ Store *store.Store }

var _ chat.Directory = Direct{}

// UsersByID are those that exist.
func (s Direct) UsersByID(ctx context.Context, w chat.WorkspaceID, ids []chat.UserID) ([]chat.User, error) {
	ids, err := bounded(ids)
	if err != nil {
		return nil, err
	}
	d := newDirectory(w, "")
	users, err := s.Store.Workspace(w).UsersByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, u := range users {
		d.users.add(userEntry(u.Object()))
	}
	return d.usersByID(ids), nil
}

// SearchUsers goes through all.
func (s Direct) SearchUsers(ctx context.Context, w chat.WorkspaceID, q chat.DirectoryQuery) (f chat.FoundUsers, _ error) {
	found := newFinder[chat.User](q)
	if err := readUsers(ctx, s.Store.Workspace(w), amongOnly(q, found.see)); err != nil {
		return f, err
	}
	f.Users, f.More, f.Next = found.page()
	return f, nil
}

// SearchChannels goes through all.
func (s Direct) SearchChannels(ctx context.Context, w chat.WorkspaceID, q chat.DirectoryQuery) (f chat.FoundChannels, _ error) {
	found := newFinder[chat.PublicFacts](q)
	if err := readChannels(ctx, s.Store.Workspace(w), amongOnly(q, found.see)); err != nil {
		return f, err
	}
	f.Channels, f.More, f.Next = found.page()
	return f, nil
}

// amongOnly shows the entries among which the query looks.
func amongOnly[T any](q chat.DirectoryQuery, see func(*entry[T])) func(*entry[T]) error {
	among := map[string]bool{}
	if q.Restricted {
		for _, id := range q.Among[:min(len(q.Among), chat.MaxAmong)] {
			among[id] = true
		}
	}
	return func(e *entry[T]) error {
		if !q.Restricted || among[e.id] {
			see(e)
		}
		return nil
	}
}
