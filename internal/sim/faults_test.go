package sim

import (
	"context"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"taut/chat"
	"taut/router"
)

// dice is a source of chance that goroutines share.
type dice struct {
	mu sync.Mutex
	r  *rand.Rand
}

func newDice(seed, stream uint64) *dice { return &dice{r: rand.New(rand.NewPCG(seed, stream))} }

func (d *dice) intn(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.r.IntN(n)
}

// percent is true in p of 100 cases.
func (d *dice) percent(p int) bool { return d.intn(100) < p }

// unreliable stands between the commits and the routers: it loses, repeats and
// delays what is published. Where there are two owners, which both believe that
// all is theirs, it publishes to one of them: the other one has to look.
type unreliable struct {
	to   []*router.Router
	dice *dice
	calm atomic.Bool // nothing is lost
	deaf atomic.Bool // all is lost

	mu     sync.Mutex
	closed bool // guarded by mu
	later  sync.WaitGroup
}

// close waits for what is delayed; what is committed later is lost.
func (u *unreliable) close() {
	u.mu.Lock()
	u.closed = true
	u.mu.Unlock()
	u.later.Wait()
}

func (u *unreliable) publish(events []chat.Event) {
	u.mu.Lock()
	defer u.mu.Unlock()
	to := u.to[u.dice.intn(len(u.to))]
	ctx := context.Background()
	switch n := u.dice.intn(100); {
	case u.closed, u.deaf.Load():
	case u.calm.Load() || n >= 25:
		to.Publish(ctx, events)
	case n < 10: // lost
	case n < 15:
		to.Publish(ctx, events)
		to.Publish(ctx, events)
	default:
		delay := time.Duration(u.dice.intn(200)) * time.Millisecond
		u.later.Go(func() {
			time.Sleep(delay)
			to.Publish(ctx, events)
		})
	}
}

// moody is a channel server whose gateways now and then have no room and, in an
// outage, can't reach it.
type moody struct {
	chat.ChannelServer
	dice   *dice
	outage atomic.Bool
	calm   atomic.Bool
	dying  *atomic.Bool // nothing gets out any more

	mu    sync.Mutex
	links map[string]chat.Link // by gateway; guarded by mu
}

func (m *moody) Attach(ctx context.Context, gateway string, sink chat.Sink) (chat.Link, error) {
	if err := m.fault(); err != nil {
		return nil, err
	}
	link, err := m.ChannelServer.Attach(ctx, gateway, &moodySink{sink, m})
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.links == nil {
		m.links = make(map[string]chat.Link)
	}
	m.links[gateway] = link
	return &moodyLink{link, m}, nil
}

// end ends a gateway's link.
func (m *moody) end(gateway string) {
	m.mu.Lock()
	link := m.links[gateway]
	m.mu.Unlock()
	if link != nil {
		link.Close()
	}
}

func (m *moody) fault() error {
	if m.dying.Load() {
		return errDying
	}
	if m.outage.Load() && m.dice.percent(50) {
		return chat.NewError(chat.Unavailable, "outage")
	}
	return nil
}

type moodySink struct {
	chat.Sink
	moody *moody
}

func (s *moodySink) Deliver(events []chat.Event) bool {
	if s.moody.dying.Load() || !s.moody.calm.Load() && s.moody.dice.percent(8) {
		return false
	}
	return s.Sink.Deliver(events)
}

type moodyLink struct {
	chat.Link
	moody *moody
}

func (l *moodyLink) Subscribe(ctx context.Context, subs []chat.Subscription) ([]chat.Position, error) {
	if err := l.moody.fault(); err != nil {
		return nil, err
	}
	positions, err := l.Link.Subscribe(ctx, subs)
	if l.moody.dying.Load() {
		return nil, errDying
	}
	return positions, err
}

func (l *moodyLink) Read(ctx context.Context, r chat.ReadRequest) (chat.Page, error) {
	if err := l.moody.fault(); err != nil {
		return chat.Page{}, err
	}
	page, err := l.Link.Read(ctx, r)
	if l.moody.dying.Load() {
		return chat.Page{}, errDying
	}
	return page, err
}

// pipes is a listener whose connections are in memory.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (p *pipes) dial() (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}
