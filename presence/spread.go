package presence

import (
	"context"
	"errors"
	"sync"
	"time"

	"taut/chat"
)

const (
	// spreadRetry is the time between attempts to bring users home.
	spreadRetry = time.Second
	// spreadTimeout bounds one such attempt.
	spreadTimeout = 5 * time.Second
	// arrival is how long a user's devices may take to be renewed at a new server by
	// all gateways, before it is asked what it knows.
	arrival = 500 * time.Millisecond
)

// Spread is several servers as one: each user is at the one that Owner says. When
// that changes, or a link ends, a gateway's devices and those whom it watches are
// brought to where they belong, from what the gateway's link remembers. It implements
// chat.Presence.
type Spread struct {
	owner func(chat.WorkspaceID, chat.UserID) chat.Presence

	mu    sync.Mutex
	links map[*spreadLink]struct{} // guarded by mu
}

// NewSpread asks owner where a user is; equal for equal servers, nil for none.
func NewSpread(owner func(chat.WorkspaceID, chat.UserID) chat.Presence) *Spread {
	return &Spread{owner: owner, links: make(map[*spreadLink]struct{})}
}

// Moved says that users may be at other servers than before.
func (s *Spread) Moved() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for l := range s.links {
		l.signal()
	}
}

var errNoServer = chat.NewError(chat.Unavailable, "presence")

// SetAway tells the user's server.
func (s *Spread) SetAway(ctx context.Context, w chat.WorkspaceID, u chat.UserID, away bool) error {
	if at := s.owner(w, u); at != nil {
		return at.SetAway(ctx, w, u, away)
	}
	return errNoServer
}

// Get asks the user's server.
func (s *Spread) Get(ctx context.Context, w chat.WorkspaceID, u chat.UserID) (chat.PresenceState, error) {
	if at := s.owner(w, u); at != nil {
		return at.Get(ctx, w, u)
	}
	return chat.PresenceState{}, errNoServer
}

// Attach makes a link that attaches to each server when it is first needed.
func (s *Spread) Attach(_ context.Context, gateway string, sink chat.PresenceSink) (chat.PresenceLink, error) {
	l := &spreadLink{
		spread: s, gateway: gateway, sink: sink, wake: make(chan struct{}, 1), ended: make(chan struct{}),
		links: make(map[chat.Presence]chat.PresenceLink), devices: make(map[string]placed), watched: make(map[userKey]chat.Presence),
	}
	life, stop := context.WithCancel(context.Background())
	l.life, l.stop = life, stop
	s.mu.Lock()
	s.links[l] = struct{}{}
	s.mu.Unlock()
	l.running.Go(func() { l.run(life) })
	return l, nil
}

// placed is a device and the server that has it; nil: none, for now.
type placed struct {
	device chat.Device
	at     chat.Presence
}

// spreadLink is a gateway's link to all servers. One goroutine brings home what has
// moved; Close ends and awaits it.
type spreadLink struct {
	spread  *Spread
	gateway string
	sink    chat.PresenceSink
	wake    chan struct{}
	ended   chan struct{}
	once    sync.Once
	stop    context.CancelFunc
	running sync.WaitGroup

	life context.Context // the link's

	// calls lets one call at a time through, so that what is remembered is so.
	calls   sync.Mutex
	links   map[chat.Presence]chat.PresenceLink
	devices map[string]placed // by connection

	mu      sync.Mutex
	watched map[userKey]chat.Presence // by which server; written with calls and mu held
}

// ear is the sink at one server: what that tells of users who are watched elsewhere
// by now is old.
type ear struct {
	link *spreadLink
	at   chat.Presence
}

func (e *ear) PresenceChanged(w chat.WorkspaceID, s chat.PresenceState) {
	e.link.mu.Lock()
	at, watched := e.link.watched[userKey{w, s.User}]
	e.link.mu.Unlock()
	if watched && at == e.at {
		e.link.sink.PresenceChanged(w, s)
	}
}

// note says by which server a user is watched.
func (l *spreadLink) note(k userKey, at chat.Presence) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.watched[k] = at
}

func (l *spreadLink) unnote(k userKey) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.watched, k)
}

func (l *spreadLink) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *spreadLink) Ended() <-chan struct{} { return l.ended }

// Close ends the watching at all servers.
func (l *spreadLink) Close() {
	l.once.Do(func() {
		l.spread.mu.Lock()
		delete(l.spread.links, l)
		l.spread.mu.Unlock()
		l.stop()
		l.running.Wait()
		l.calls.Lock()
		defer l.calls.Unlock()
		for _, link := range l.links {
			link.Close()
		}
		close(l.ended)
	})
}

// Renew tells each device's server. Those of servers that can't be reached fail, and
// the others are renewed all the same.
func (l *spreadLink) Renew(ctx context.Context, devices []chat.Device) error {
	l.calls.Lock()
	defer l.calls.Unlock()
	for _, d := range devices {
		l.devices[d.Connection] = placed{d, nil}
	}
	return l.renew(ctx, devices)
}

func (l *spreadLink) renew(ctx context.Context, devices []chat.Device) (err error) {
	for at, some := range l.byServer(devices) {
		failed := l.with(ctx, at, func(link chat.PresenceLink) error { return link.Renew(ctx, some) })
		if err = errors.Join(err, failed); failed != nil {
			continue
		}
		for _, d := range some {
			l.devices[d.Connection] = placed{d, at}
		}
	}
	return err
}

// Release tells the server that has the device.
func (l *spreadLink) Release(ctx context.Context, devices []chat.Device) (err error) {
	l.calls.Lock()
	defer l.calls.Unlock()
	for _, d := range devices {
		delete(l.devices, d.Connection)
	}
	for at, some := range l.byServer(devices) {
		err = errors.Join(err, l.with(ctx, at, func(link chat.PresenceLink) error { return link.Release(ctx, some) }))
	}
	return err
}

// Watch asks the servers of the users. Where one can't be reached all of it is an
// error, and the caller asks again.
func (l *spreadLink) Watch(ctx context.Context, w chat.WorkspaceID, add, remove []chat.UserID) (states []chat.PresenceState, err error) {
	l.calls.Lock()
	defer l.calls.Unlock()
	away := map[chat.Presence][]chat.UserID{}
	for _, u := range remove {
		if at := l.watched[userKey{w, u}]; at != nil {
			away[at] = append(away[at], u)
		}
		l.unnote(userKey{w, u})
	}
	for at, users := range away {
		err = errors.Join(err, l.with(ctx, at, func(link chat.PresenceLink) error {
			_, err := link.Watch(ctx, w, nil, users)
			return err
		}))
	}
	got, failed := l.watch(ctx, w, add)
	return got, errors.Join(err, failed)
}

func (l *spreadLink) watch(ctx context.Context, w chat.WorkspaceID, users []chat.UserID) (states []chat.PresenceState, err error) {
	by := map[chat.Presence][]chat.UserID{}
	for _, u := range users {
		at := l.spread.owner(w, u)
		by[at] = append(by[at], u)
	}
	for at, some := range by {
		err = errors.Join(err, l.with(ctx, at, func(link chat.PresenceLink) error {
			got, err := link.Watch(ctx, w, some, nil)
			for _, s := range got {
				l.note(userKey{w, s.User}, at)
			}
			states = append(states, got...)
			return err
		}))
	}
	return states, err
}

func (l *spreadLink) byServer(devices []chat.Device) map[chat.Presence][]chat.Device {
	by := map[chat.Presence][]chat.Device{}
	for _, d := range devices {
		at := l.spread.owner(d.Workspace, d.User)
		by[at] = append(by[at], d)
	}
	return by
}

// with calls a server over its link, which is opened when there is none.
func (l *spreadLink) with(ctx context.Context, at chat.Presence, do func(chat.PresenceLink) error) error {
	if at == nil {
		return errNoServer
	}
	link := l.links[at]
	if link == nil {
		var err error
		if link, err = at.Attach(ctx, l.gateway, &ear{l, at}); err != nil {
			return err
		}
		l.links[at] = link
		l.running.Go(func() {
			select {
			case <-link.Ended():
				l.signal()
			case <-l.life.Done():
			}
		})
	}
	return do(link)
}
