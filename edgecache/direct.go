package edgecache

import (
	"context"
	"math"

	"taut/chat"
	"taut/store"
)

// Direct answers from the store, as a cache does at its best. By ids that is cheap; a
// search reads the whole directory. It implements chat.Directory.
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

// SearchUsers reads all.
func (s Direct) SearchUsers(ctx context.Context, w chat.WorkspaceID, q chat.DirectoryQuery) (chat.FoundUsers, error) {
	d, err := s.read(ctx, w)
	if err != nil {
		return chat.FoundUsers{}, err
	}
	return d.searchUsers(q), nil
}

// SearchChannels reads all.
func (s Direct) SearchChannels(ctx context.Context, w chat.WorkspaceID, q chat.DirectoryQuery) (chat.FoundChannels, error) {
	d, err := s.read(ctx, w)
	if err != nil {
		return chat.FoundChannels{}, err
	}
	return d.searchChannels(q), nil
}

func (s Direct) read(ctx context.Context, w chat.WorkspaceID) (*directory, error) {
	d := newDirectory(w, "")
	return d, d.readRows(ctx, s.Store.Workspace(w), math.MaxInt64)
}
