package presence

import (
	"context"
	"slices"
	"sync"
	"time"

	"taut/chat"
)

// link is a gateway's side. It implements chat.PresenceLink.
type link struct {
	server *Server
	sink   chat.PresenceSink

	// telling is held for reading while the sink is called, so that Close can
	// wait for the last call.
	telling sync.RWMutex
	closed  bool
	ended   chan struct{} // closed by Close

	mu      sync.Mutex // guards watched, and makes Watch one at a time
	watched map[chat.WorkspaceID]map[chat.UserID]struct{}
}

var _ chat.PresenceLink = (*link)(nil)

// Ended is closed by Close.
func (l *link) Ended() <-chan struct{} { return l.ended }

// Renew starts or renews leases. Devices beyond the server's bounds are not
// counted, which only matters to users with very many.
func (l *link) Renew(_ context.Context, devices []chat.Device) error {
	s := l.server
	now := time.Now()
	for _, d := range devices {
		s.change(userKey{d.Workspace, d.User}, now, func(_ *shard, u *user) {
			full := s.devices.Load() >= int64(s.options.MaxDevices)
			if u.renew(d, now, s.options, full) {
				s.devices.Add(1)
			}
		})
	}
	return nil
}

// Release ends devices after the grace.
func (l *link) Release(_ context.Context, devices []chat.Device) error {
	now := time.Now()
	for _, d := range devices {
		l.server.change(userKey{d.Workspace, d.User}, now, func(_ *shard, u *user) {
			u.release(d.Connection, now, l.server.options)
		})
	}
	return nil
}

// Watch removes and adds; the answer holds the state of each added user. It leaves
// out those for whom the workspace has no room: they are not watched.
func (l *link) Watch(_ context.Context, w chat.WorkspaceID, add, remove []chat.UserID) ([]chat.PresenceState, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range remove {
		l.unwatch(userKey{w, id})
	}
	states := make([]chat.PresenceState, 0, len(add))
	for _, id := range add {
		if l.room(w, id) {
			states = append(states, l.watch(userKey{w, id}))
		}
	}
	return states, nil
}

// room notes a user as watched, if the workspace has not too many.
func (l *link) room(w chat.WorkspaceID, id chat.UserID) bool {
	users := l.watched[w]
	if _, had := users[id]; !had && len(users) >= l.server.options.MaxWatched {
		return false
	}
	if users == nil {
		users = map[chat.UserID]struct{}{}
		l.watched[w] = users
	}
	users[id] = struct{}{}
	return true
}

func (l *link) watch(key userKey) chat.PresenceState {
	s := l.server
	sh := s.shard(key)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	u := s.user(sh, key)
	if !slices.Contains(u.watchers, l) {
		u.watchers = append(u.watchers, l)
	}
	return s.snapshot(sh, key)
}

func (l *link) unwatch(key userKey) {
	users := l.watched[key.workspace]
	if delete(users, key.user); len(users) == 0 {
		delete(l.watched, key.workspace)
	}
	sh := l.server.shard(key)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if u, ok := sh.users[key]; ok {
		u.watchers = slices.DeleteFunc(u.watchers, func(w *link) bool { return w == l })
		sh.forgetIfIdle(u, time.Now())
	}
}

// Close ends the watching. The devices stay until their leases end: their
// people may be on their way to another gateway. The sink hears nothing after
// Close returned; it must not be called from the sink.
func (l *link) Close() {
	l.telling.Lock()
	if !l.closed {
		close(l.ended)
	}
	l.closed = true
	l.telling.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	for w, users := range l.watched {
		for id := range users {
			l.unwatch(userKey{w, id})
		}
	}
}

func (l *link) tell(w chat.WorkspaceID, state chat.PresenceState) {
	l.telling.RLock()
	defer l.telling.RUnlock()
	if !l.closed {
		l.sink.PresenceChanged(w, state)
	}
}
