package gateway_test

import (
	"context"
	"slices"
	"sync"

	"taut/chat"
)

// fakePresence keeps devices and watches; nothing expires by itself.
type fakePresence struct {
	mu      sync.Mutex
	sinks   []chat.PresenceSink
	devices map[chat.UserID]map[string]bool
	watched map[chat.UserID]int
	renewed int
	version int64
	active  map[chat.UserID]int64 // ActiveMS of the last lease
	away    map[chat.UserID]bool  // Away of the last lease

	failAttach int                       // so many calls of Attach fail
	failWatch  map[chat.WorkspaceID]bool // its Watch fails
	unreached  map[chat.UserID]bool      // at a server that is out of reach
}

func newFakePresence() *fakePresence {
	return &fakePresence{devices: map[chat.UserID]map[string]bool{}, watched: map[chat.UserID]int{}, active: map[chat.UserID]int64{}, away: map[chat.UserID]bool{}}
}

func (p *fakePresence) Attach(_ context.Context, _ string, sink chat.PresenceSink) (chat.PresenceLink, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failAttach > 0 {
		p.failAttach--
		return nil, chat.NewError(chat.Unavailable, "presence")
	}
	p.sinks = append(p.sinks, sink)
	return &fakePresenceLink{p}, nil
}

func (p *fakePresence) SetAway(context.Context, chat.WorkspaceID, chat.UserID, bool) error {
	return nil
}

func (p *fakePresence) Get(_ context.Context, _ chat.WorkspaceID, u chat.UserID) (chat.PresenceState, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state(u), nil
}

func (p *fakePresence) state(u chat.UserID) chat.PresenceState {
	p.version++
	n := len(p.devices[u])
	return chat.PresenceState{User: u, Active: n > 0, Online: n > 0, Connections: n, Version: p.version}
}

func (p *fakePresence) change(devices []chat.Device, on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, d := range devices {
		before := len(p.devices[d.User]) > 0
		if p.devices[d.User] == nil {
			p.devices[d.User] = map[string]bool{}
		}
		delete(p.devices[d.User], d.Connection)
		if on {
			p.renewed++
			p.active[d.User] = d.ActiveMS
			p.away[d.User] = d.Away
			p.devices[d.User][d.Connection] = true
		}
		if before != (len(p.devices[d.User]) > 0) && p.watched[d.User] > 0 {
			for _, s := range p.sinks {
				s.PresenceChanged(d.Workspace, p.state(d.User))
			}
		}
	}
}

// reached leaves out the devices of those who are out of reach.
func (p *fakePresence) reached(devices []chat.Device) []chat.Device {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.DeleteFunc(devices, func(d chat.Device) bool { return p.unreached[d.User] })
}

func (p *fakePresence) failure() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.unreached) > 0 {
		return chat.NewError(chat.Unavailable, "presence")
	}
	return nil
}

type fakePresenceLink struct{ p *fakePresence }

func (l *fakePresenceLink) Renew(_ context.Context, d []chat.Device) error {
	l.p.change(l.p.reached(d), true)
	return l.p.failure()
}

func (l *fakePresenceLink) Release(_ context.Context, d []chat.Device) error {
	l.p.change(d, false)
	return nil
}

func (l *fakePresenceLink) Watch(_ context.Context, w chat.WorkspaceID, add, remove []chat.UserID) ([]chat.PresenceState, error) {
	l.p.mu.Lock()
	defer l.p.mu.Unlock()
	if l.p.failWatch[w] {
		return nil, chat.NewError(chat.Unavailable, "presence")
	}
	for _, u := range remove {
		l.p.watched[u]--
	}
	var states []chat.PresenceState
	for _, u := range add {
		if l.p.unreached[u] {
			continue
		}
		l.p.watched[u]++
		states = append(states, l.p.state(u))
	}
	if len(states) < len(add) {
		return states, chat.NewError(chat.Unavailable, "presence")
	}
	return states, nil
}

func (l *fakePresenceLink) Ended() <-chan struct{} { return nil }
func (l *fakePresenceLink) Close()                 {}
