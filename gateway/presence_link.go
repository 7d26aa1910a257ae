package gateway

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"taut/chat"
)

// run works on what is not yet so, when there is something new and, for what
// failed, now and then.
func (p *presence) run() {
	defer func() {
		if p.link != nil {
			p.link.Close()
		}
	}()
	retry := time.NewTicker(presenceRetry)
	defer retry.Stop()
	for {
		select {
		case <-p.server.ctx.Done():
			return
		case <-p.wake:
		case <-retry.C:
		}
		if time.Now().Before(p.paused) {
			continue
		}
		if err := p.work(); err != nil {
			p.server.log.Warn("presence server failed", "error", err)
			p.paused = time.Now().Add(presenceRetry)
		}
	}
}

// work does what can be done now. An error is one that concerns all that is left.
func (p *presence) work() error {
	if p.server.cfg.Presence == nil || p.idle() {
		return nil
	}
	ctx, cancel := context.WithTimeout(p.server.ctx, presenceTimeout)
	defer cancel()
	if err := p.attach(ctx); err != nil {
		return err
	}
	leased := p.lease(ctx) // one server of several may be out of reach: the others go on
	ctx, cancel = context.WithTimeout(p.server.ctx, presenceTimeout)
	defer cancel()
	return errors.Join(leased, p.watch(ctx))
}

func (p *presence) idle() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.leases)+len(p.releases)+len(p.backlogs) == 0
}

func (p *presence) attach(ctx context.Context) (err error) {
	if p.link == nil {
		p.link, err = p.server.cfg.Presence.Attach(ctx, p.server.cfg.Name, p)
	}
	return err
}

// lease renews and releases; what fails is kept.
func (p *presence) lease(ctx context.Context) error {
	p.mu.Lock()
	leases, releases := p.leases, p.releases
	p.leases, p.releases = map[string]chat.Device{}, map[string]chat.Device{}
	p.mu.Unlock()
	renewed := bulk(ctx, leases, p.link.Renew)
	released := bulk(ctx, releases, p.link.Release)
	if renewed == nil {
		clear(leases)
	}
	if released == nil {
		clear(releases)
	}
	if renewed != nil || released != nil {
		p.keep(leases, releases)
	}
	return errors.Join(renewed, released)
}

func bulk(ctx context.Context, devices map[string]chat.Device, call func(context.Context, []chat.Device) error) error {
	if len(devices) == 0 {
		return nil
	}
	return call(ctx, slices.Collect(maps.Values(devices)))
}

// keep puts back what failed, where nothing newer has come.
func (p *presence) keep(leases, releases map[string]chat.Device) {
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.Copy(releases, p.releases)
	maps.Copy(leases, p.leases)
	maps.DeleteFunc(leases, func(connection string, _ chat.Device) bool {
		_, ended := releases[connection]
		return ended
	})
	p.leases, p.releases = leases, releases
}

// watch asks the server once for each workspace with a backlog; one that fails
// waits, and is no other's matter.
func (p *presence) watch(ctx context.Context) error {
	for _, w := range p.due(time.Now()) {
		add, remove := p.ask(w)
		states, err := p.link.Watch(ctx, w, add, remove)
		p.settle(w, add, remove, states, err)
		if err != nil {
			p.server.log.Warn("watching presence failed", "workspace", w, "error", err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (p *presence) due(now time.Time) (due []chat.WorkspaceID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for w, b := range p.backlogs {
		if !now.Before(b.after) {
			due = append(due, w)
		}
	}
	return due
}

// ask takes a batch out of a workspace's backlog.
func (p *presence) ask(w chat.WorkspaceID) (add, remove []chat.UserID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.backlogs[w]
	if b == nil {
		return nil, nil
	}
	remove = p.some(w, b, false, watchBatch) // first: they make room
	add = p.some(w, b, true, watchBatch-len(remove))
	return add, remove
}

// some takes up to max users of a backlog, who are wanted or who aren't.
func (p *presence) some(w chat.WorkspaceID, b *backlog, wanted bool, max int) (users []chat.UserID) {
	for id := range b.users {
		if len(users) == max {
			break
		}
		if u := p.users[watchKey{w, id}]; u.wanted() == wanted {
			u.asking = true
			users = append(users, id)
		}
	}
	slices.Sort(users) // the answers come in the same order each time
	return users
}

// settle takes the server's answer: whom it doesn't name it doesn't tell of.
func (p *presence) settle(w chat.WorkspaceID, add, remove []chat.UserID, states []chat.PresenceState, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.backlogs[w]
	if b == nil {
		return // nothing was asked
	}
	if err == nil {
		for _, id := range remove {
			u := p.users[watchKey{w, id}]
			u.confirmed, u.doubted = false, false
		}
	}
	answered := make(map[chat.UserID]bool, len(states)) // despite an error too: by other servers
	for _, s := range states {
		answered[s.User] = true
		if u := p.users[watchKey{w, s.User}]; u != nil {
			u.confirmed = true
		}
		p.tell(told{w, s})
	}
	for _, id := range slices.Concat(remove, add) {
		k := watchKey{w, id}
		u := p.users[k]
		u.asking, u.doubted = false, !answered[id] && (u.doubted || err != nil)
		u.known = u.known && u.confirmed
		p.file(k, u)
	}
	switch {
	case err != nil || len(states) < len(add):
		b.after = time.Now().Add(presenceRetry)
	case len(b.users) > 0:
		p.again()
	}
}
