package gateway

import (
	"context"
	"sync"
	"time"

	"taut/chat"
	"taut/wire"
)

const presenceTimeout = 5 * time.Second

// watchKey is a user whose presence somebody wants to see.
type watchKey struct {
	workspace chat.WorkspaceID
	user      chat.UserID
}

// watch is a user that sessions of a shard watch.
type watch struct {
	sessions map[*session]struct{}
	known    bool
	state    chat.PresenceState
}

// presence is the gateway's side of the presence server: leases and watches go
// there in bulk. Its queue is bounded by what the shards watch and hold.
type presence struct {
	server *Server
	wake   chan struct{}

	mu       sync.Mutex
	leases   []chat.Device
	releases []chat.Device
	wishes   []wish
	changes  []told

	// Owned by run.
	link   chat.PresenceLink
	shards map[watchKey]uint64 // bit i: shard i watches
	states map[watchKey]chat.PresenceState
}

// wish is a shard's: to watch users of a workspace, or to do so no more.
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
		shards: map[watchKey]uint64{}, states: map[watchKey]chat.PresenceState{},
	}
}

func (p *presence) renew(d []chat.Device) { p.queue(func() { p.leases = append(p.leases, d...) }) }
func (p *presence) release(d []chat.Device) {
	p.queue(func() { p.releases = append(p.releases, d...) })
}
func (p *presence) wish(w []wish) { p.queue(func() { p.wishes = append(p.wishes, w...) }) }

// PresenceChanged hears from the presence server.
func (p *presence) PresenceChanged(w chat.WorkspaceID, s chat.PresenceState) {
	p.queue(func() { p.changes = append(p.changes, told{w, s}) })
}

func (p *presence) queue(add func()) {
	if p.server.cfg.Presence == nil {
		return
	}
	p.mu.Lock()
	add()
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *presence) run() {
	defer func() {
		if p.link != nil {
			p.link.Close()
		}
	}()
	for {
		select {
		case <-p.server.ctx.Done():
			return
		case <-p.wake:
			p.work()
		}
	}
}

// work does what has come together. What fails is not tried again: leases are
// renewed in ten seconds anyway.
func (p *presence) work() {
	p.mu.Lock()
	leases, releases, wishes, changes := p.leases, p.releases, p.wishes, p.changes
	p.leases, p.releases, p.wishes, p.changes = nil, nil, nil, nil
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(p.server.ctx, presenceTimeout)
	defer cancel()
	if err := p.attach(ctx); err != nil {
		p.server.log.Warn("no link to the presence server", "error", err)
		return
	}
	for _, c := range changes {
		p.tell(c)
	}
	var errs [3]error
	if len(leases) > 0 {
		errs[0] = p.link.Renew(ctx, leases)
	}
	if len(releases) > 0 {
		errs[1] = p.link.Release(ctx, releases)
	}
	errs[2] = p.watch(ctx, wishes)
	for _, err := range errs {
		if err != nil {
			p.server.log.Warn("presence server failed", "error", err)
		}
	}
}

func (p *presence) attach(ctx context.Context) (err error) {
	if p.link == nil {
		p.link, err = p.server.cfg.Presence.Attach(ctx, p.server.cfg.Name, p)
	}
	return err
}

// watch turns the shards' wishes into what the gateway as a whole begins or
// ceases to watch.
func (p *presence) watch(ctx context.Context, wishes []wish) error {
	add, remove := map[chat.WorkspaceID][]chat.UserID{}, map[chat.WorkspaceID][]chat.UserID{}
	before := map[watchKey]bool{}
	var order []watchKey
	for _, w := range wishes {
		if _, seen := before[w.target]; !seen {
			before[w.target] = p.shards[w.target] != 0
			order = append(order, w.target)
		}
		p.note(w)
	}
	for _, k := range order {
		was := before[k]
		switch is := p.shards[k] != 0; {
		case is && !was:
			add[k.workspace] = append(add[k.workspace], k.user)
		case was && !is:
			remove[k.workspace] = append(remove[k.workspace], k.user)
			delete(p.states, k)
		}
	}
	for w, users := range remove {
		if len(add[w]) == 0 {
			if _, err := p.link.Watch(ctx, w, nil, users); err != nil {
				return err
			}
		}
	}
	for w, users := range add {
		states, err := p.link.Watch(ctx, w, users, remove[w])
		if err != nil {
			return err
		}
		for _, s := range states {
			p.tell(told{w, s})
		}
	}
	return nil
}

// note keeps who watches; a shard that joins others hears the known state.
func (p *presence) note(w wish) {
	bit := uint64(1) << w.shard.index
	if !w.add {
		if p.shards[w.target] &^= bit; p.shards[w.target] == 0 {
			delete(p.shards, w.target)
		}
		return
	}
	p.shards[w.target] |= bit
	if s, ok := p.states[w.target]; ok {
		w.shard.inbox.push(told{w.target.workspace, s})
	}
}

// tell takes a state to the shards that watch, unless a newer one is known.
func (p *presence) tell(t told) {
	k := watchKey{t.workspace, t.state.User}
	shards := p.shards[k]
	if last, ok := p.states[k]; shards == 0 || ok && last.Version > t.state.Version {
		return
	}
	p.states[k] = t.state
	for i, sh := range p.server.shards {
		if shards&(1<<i) != 0 {
			sh.inbox.push(t)
		}
	}
}

// do shows a state to the sessions that watch the user, if it is news.
func (t told) do(sh *shard) {
	w := sh.watched[watchKey{t.workspace, t.state.User}]
	if w == nil || w.known && w.state.Version >= t.state.Version {
		return
	}
	news := !w.known || w.state.Active != t.state.Active
	w.known, w.state = true, t.state
	if !news {
		return
	}
	for s := range w.sessions {
		sh.present(s, t.state)
	}
}

func (sh *shard) present(s *session, state chat.PresenceState) {
	sh.send(s, wire.TextFrame(wire.AppendPresence(nil, state.User, state.Active, s.batch)))
}

// watching replaces the set of users whose presence a session sees.
type watching struct {
	session *session
	users   []chat.UserID
}

func (c *watching) do(sh *shard) {
	s := c.session
	if s.closing {
		return
	}
	set := make(map[chat.UserID]struct{}, len(c.users))
	for _, u := range c.users {
		set[u] = struct{}{}
	}
	var wishes []wish
	for u := range s.watching {
		if _, stays := set[u]; !stays {
			wishes = sh.unwatchOne(s, u, wishes)
		}
	}
	for _, u := range c.users {
		if _, had := s.watching[u]; !had {
			wishes = sh.watchOne(s, u, wishes)
		}
	}
	s.watching = set
	if len(wishes) > 0 {
		sh.server.presence.wish(wishes)
	}
}

func (sh *shard) watchOne(s *session, u chat.UserID, wishes []wish) []wish {
	k := watchKey{s.caller.Workspace, u}
	w := sh.watched[k]
	if w == nil {
		w = &watch{sessions: map[*session]struct{}{}}
		sh.watched[k] = w
		wishes = append(wishes, wish{sh, true, k})
	}
	w.sessions[s] = struct{}{}
	if w.known {
		sh.present(s, w.state)
	}
	return wishes
}

func (sh *shard) unwatchOne(s *session, u chat.UserID, wishes []wish) []wish {
	k := watchKey{s.caller.Workspace, u}
	w := sh.watched[k]
	delete(w.sessions, s)
	if len(w.sessions) > 0 {
		return wishes
	}
	delete(sh.watched, k)
	return append(wishes, wish{sh, false, k})
}

// hide ends what a guest sees of one who left a channel of theirs, or of all where
// the guest left: whom they may still see they are told when they ask again.
func (sh *shard) hide(s *session, who chat.UserID) {
	if who == s.caller.User {
		sh.unwatch(s)
		return
	}
	if _, had := s.watching[who]; had {
		delete(s.watching, who)
		if wishes := sh.unwatchOne(s, who, nil); len(wishes) > 0 {
			sh.server.presence.wish(wishes)
		}
	}
}

func (sh *shard) unwatch(s *session) {
	var wishes []wish
	for u := range s.watching {
		wishes = sh.unwatchOne(s, u, wishes)
	}
	s.watching = nil
	if len(wishes) > 0 {
		sh.server.presence.wish(wishes)
	}
}

// renew renews the leases of all sockets of the shard.
func (sh *shard) renew() {
	devices := make([]chat.Device, 0, len(sh.sessions))
	for s := range sh.sessions {
		if s.ready && !s.closing {
			devices = append(devices, s.device())
		}
	}
	if len(devices) > 0 {
		sh.server.presence.renew(devices)
	}
}
