package edgecache

import (
	"slices"

	"taut/chat"
)

func (d *directory) usersByID(ids []chat.UserID) []chat.User {
	d.mu.RLock()
	defer d.mu.RUnlock()
	found := make([]chat.User, 0, len(ids))
	seen := make(map[chat.UserID]bool, len(ids))
	for _, id := range ids {
		if e := d.users.byID[string(id)]; e != nil && !seen[id] {
			seen[id] = true
			found = append(found, e.value)
		}
	}
	return found
}

func (d *directory) searchUsers(q chat.DirectoryQuery) (f chat.FoundUsers) {
	f.Users, f.More, f.Next = search(candidates(d, &d.users, q), q)
	return f
}

func (d *directory) searchChannels(q chat.DirectoryQuery) (f chat.FoundChannels) {
	f.Channels, f.More, f.Next = search(candidates(d, &d.channels, q), q)
	return f
}

// amongAtOnce is how many ids are looked up under one lock: a commit waits for it.
const amongAtOnce = 500

// candidates are those among whom the query looks, by name. The search itself goes on
// without the lock.
func candidates[T any](d *directory, x *index[T], q chat.DirectoryQuery) []*entry[T] {
	if !q.Restricted {
		d.mu.RLock()
		defer d.mu.RUnlock()
		return x.sorted
	}
	var among []*entry[T]
	for ids := range slices.Chunk(q.Among[:min(len(q.Among), chat.MaxAmong)], amongAtOnce) {
		d.mu.RLock()
		among = append(among, x.among(ids)...)
		d.mu.RUnlock()
	}
	slices.SortFunc(among, compareEntries)
	return slices.CompactFunc(among, func(a, b *entry[T]) bool { return a.id == b.id })
}

// bounded is what of the ids one question may have.
func bounded(ids []chat.UserID) ([]chat.UserID, error) {
	if len(ids) > chat.MaxDirectoryIDs {
		return nil, chat.NewError(chat.Invalid, "users")
	}
	return ids, nil
}
