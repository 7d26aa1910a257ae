package gateway

import (
	"sync"
	"time"

	"taut/chat"
)

const (
	presenceTimeout = 5 * time.Second
	// presenceRetry is how long what failed waits to be tried again.
	presenceRetry = time.Second
	// watchBatch is how many users one call of Watch adds and removes.
	watchBatch = 1000
	// maxReleases is how many releases wait for a presence server that doesn't
	// answer; the leases of those beyond end by themselves.
	maxReleases = 100_000
)

// watchKey is a user whose presence somebody wants to see.
type watchKey struct {
	workspace chat.WorkspaceID
	user      chat.UserID
}

// presence is the gateway's side of the presence server: leases and watches go
// there in bulk. It holds what shall be so next to what the server is known to
// have taken, and works on the difference until there is none. So it is bounded
// by what the shards hold, and by what the server lets one watch.
type presence struct {
	server *Server
	wake   chan struct{}

	mu       sync.Mutex
	leases   map[string]chat.Device // by connection
	releases map[string]chat.Device
	users    map[watchKey]*watched
	backlogs map[chat.WorkspaceID]*backlog

	// Owned by run.
	link   chat.PresenceLink
	paused time.Time // until then nothing is tried
}

// watched is a user whom shards watch, or whom the server believes them to.
type watched struct {
	shards    uint64 // bit i: shard i watches
	confirmed bool   // the server tells of them
	doubted   bool   // a call failed: perhaps it does
	asking    bool   // a call is under way
	known     bool
	state     chat.PresenceState
}

func (u *watched) wanted() bool { return u.shards != 0 }

// backlog is a workspace's users for whom the server is to be asked.
type backlog struct {
	users map[chat.UserID]struct{}
	after time.Time // when a failure may be tried again
}

// wish is a shard's: to watch a user, or to do so no more.
type wish struct {
	shard  *shard
	add    bool
	target watchKey
}

// told is a state on its way to the shards that watch.
type told struct {
	workspace chat.WorkspaceID
	state     chat.PresenceState
}

func newPresence(s *Server) *presence {
	return &presence{
		server: s, wake: make(chan struct{}, 1),
		leases: map[string]chat.Device{}, releases: map[string]chat.Device{},
		users: map[watchKey]*watched{}, backlogs: map[chat.WorkspaceID]*backlog{},
	}
}

func (p *presence) renew(devices []chat.Device) {
	p.change(func() {
		for _, d := range devices {
			p.leases[d.Connection] = d
		}
	})
}

func (p *presence) release(devices []chat.Device) {
	p.change(func() {
		for _, d := range devices {
			delete(p.leases, d.Connection) // one that failed doesn't bring it back
			if len(p.releases) < maxReleases {
				p.releases[d.Connection] = d
			}
		}
	})
}

func (p *presence) wish(wishes []wish) {
	p.change(func() {
		for _, w := range wishes {
			p.note(w)
		}
	})
}

// change changes what shall be so.
func (p *presence) change(do func()) {
	if p.server.cfg.Presence == nil {
		return
	}
	p.mu.Lock()
	do()
	p.mu.Unlock()
	p.again()
}

func (p *presence) again() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// note keeps who watches; a shard that joins others hears the known state.
func (p *presence) note(w wish) {
	u := p.users[w.target]
	if u == nil {
		u = &watched{}
		p.users[w.target] = u
	}
	bit := uint64(1) << w.shard.index
	if w.add {
		u.shards |= bit
		if u.known {
			w.shard.inbox.push(told{w.target.workspace, u.state})
		}
	} else {
		u.shards &^= bit
	}
	p.file(w.target, u)
}

// file puts a user where they belong: to be asked for, settled or forgotten.
func (p *presence) file(k watchKey, u *watched) {
	if u.asking {
		return // filed again when the answer is there
	}
	b := p.backlogs[k.workspace]
	if u.wanted() != u.confirmed || u.doubted && !u.wanted() {
		if b == nil {
			b = &backlog{users: map[chat.UserID]struct{}{}}
			p.backlogs[k.workspace] = b
		}
		b.users[k.user] = struct{}{}
		return
	}
	if b != nil {
		if delete(b.users, k.user); len(b.users) == 0 {
			delete(p.backlogs, k.workspace)
		}
	}
	if !u.wanted() {
		delete(p.users, k)
	}
}

// PresenceChanged hears from the presence server.
func (p *presence) PresenceChanged(w chat.WorkspaceID, s chat.PresenceState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tell(told{w, s})
}

// tell takes a state to the shards that watch, unless a newer one is known.
func (p *presence) tell(t told) {
	u := p.users[watchKey{t.workspace, t.state.User}]
	if u == nil || u.known && u.state.Version > t.state.Version {
		return
	}
	u.known, u.state = true, t.state
	for i, sh := range p.server.shards {
		if u.shards&(1<<i) != 0 {
			sh.inbox.push(t)
		}
	}
}
