package sim

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"

	"taut/channelserver"
	"taut/chat"
	"taut/gateway"
	"taut/ring"
	"taut/router"
	"taut/store"
)

// process is one life of the server: every role but webapi, whose part the
// world plays by calling the store.
type process struct {
	store   *store.Store
	owners  []*owner
	between *unreliable

	mu    sync.Mutex
	gates []*gate // guarded by mu: a gate may be replaced
}

// owner is a channel server with the router that publishes to it.
type owner struct {
	moody
	server *channelserver.Server
	router *router.Router
}

// gate is a gateway with its listener.
type gate struct {
	shift    atomic.Uint64 // changes which stream is which owner's, to this gateway
	gateway  *gateway.Server
	listener *pipes
	server   *http.Server
	served   chan struct{}
}

var gateNames = []string{"gateway-1", "gateway-2"}

// start opens the store and builds what stands on it. committed hears of each
// commit before the router does.
func start(ctx context.Context, w *world, dir string) (*process, error) {
	p := &process{}
	ready := make(chan struct{})
	s, err := store.Open(ctx, store.Options{Data: dir, Committed: func(events []chat.Event) {
		<-ready
		if w.dying.Load() {
			return // nobody will ever know
		}
		w.ledger.committed(events)
		if w.trap.death(w, dir, events) {
			return
		}
		p.between.publish(events)
		w.trap.stall(events)
	}})
	if err != nil {
		return nil, err
	}
	p.store = s
	p.between = &unreliable{dice: w.dice}
	for range w.owners {
		o, err := openOwner(ctx, w, s)
		if err != nil {
			return nil, err
		}
		p.owners = append(p.owners, o)
		p.between.to = append(p.between.to, o.router)
	}
	close(ready)
	for i := range gateNames {
		p.gates = append(p.gates, p.openGate(w, i))
	}
	return p, nil
}

func openOwner(ctx context.Context, w *world, s *store.Store) (*owner, error) {
	server, err := channelserver.New(ctx, s, channelserver.Options{})
	if err != nil {
		return nil, err
	}
	o := &owner{server: server, moody: moody{ChannelServer: server, dice: w.dice, dying: &w.dying}}
	o.router = router.New(router.Options{Owner: func(chat.Stream) chat.ChannelServer { return server }})
	return o, nil
}

func (p *process) openGate(w *world, i int) *gate {
	back := &backend{world: w, store: p.store, likely: map[chat.UserID][]chat.ChannelID{}}
	g := &gate{listener: newPipes(), served: make(chan struct{})}
	g.gateway = gateway.New(gateway.Config{
		Authenticator: back, Conversations: back, Name: gateNames[i], Shards: 2,
		Owner: func(s chat.Stream) chat.ChannelServer {
			turn := uint64(i) + g.shift.Load()
			if g.shift.Load() > 0 {
				turn += ring.Hash(s) % 3
			}
			return &p.owners[turn%uint64(len(p.owners))].moody
		},
		// So little that readers overflow.
		QueueBytes: 4 << 10,
	})
	g.server = &http.Server{Handler: g.gateway}
	go func() {
		defer close(g.served)
		g.server.Serve(g.listener)
	}()
	return g
}

func (g *gate) close() {
	g.server.Close()
	g.gateway.Close()
	<-g.served
}

// replaceGate ends one gateway, in peace or at once, and starts another.
func (p *process) replaceGate(w *world, i int, drain bool) {
	p.mu.Lock()
	old := p.gates[i]
	p.mu.Unlock()
	if drain {
		old.gateway.Drain(context.Background())
	}
	old.close()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gates[i] = p.openGate(w, i)
}

// move changes which streams are whose, to one gateway, or ends its links: it has to
// subscribe anew what it follows.
func (p *process) move(i int, ends bool) {
	g := p.gate(i)
	if !ends {
		g.shift.Add(1)
		g.gateway.Moved()
		return
	}
	for _, o := range p.owners {
		o.end(gateNames[i%len(gateNames)])
	}
}

func (p *process) gate(i int) *gate {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.gates[i%len(p.gates)]
}

// stopServing ends all but the store.
func (p *process) stopServing() {
	for i := range gateNames {
		p.gate(i).close()
	}
	p.between.close()
	for _, o := range p.owners {
		o.router.Close()
		o.server.Close()
	}
}

// outage begins or ends a time in which the gateways can't reach a channel server.
func (p *process) outage(on bool) {
	for _, o := range p.owners {
		o.outage.Store(on)
	}
}

// calm ends all faults.
func (p *process) calm() {
	p.outage(false)
	p.between.calm.Store(true)
	for _, o := range p.owners {
		o.calm.Store(true)
	}
}

// backend is what a gateway asks: a token is the user's id.
type backend struct {
	world *world
	store *store.Store

	mu     sync.Mutex
	likely map[chat.UserID][]chat.ChannelID // where users were when they last came here
}

func (b *backend) Authenticate(_ context.Context, token string) (chat.Caller, error) {
	return chat.Caller{Workspace: b.world.team, User: chat.UserID(token), Role: chat.Member, TokenType: chat.UserToken, TokenID: token}, nil
}

func (b *backend) AuthenticateFrom(ctx context.Context, p chat.Presented) (chat.Caller, error) {
	return b.Authenticate(ctx, p.Token)
}

func (b *backend) RedeemTicket(ctx context.Context, ticket string) (chat.Caller, error) {
	return b.Authenticate(ctx, ticket)
}

func (b *backend) Memberships(ctx context.Context, c chat.Caller) (chat.MembershipSnapshot, error) {
	m, err := b.store.Workspace(c.Workspace).Memberships(ctx, c.User)
	m.Role = c.Role
	if err == nil && b.world.dying.Load() {
		return m, errDying
	}
	var channels []chat.ChannelID
	for _, in := range m.Channels {
		channels = append(channels, in.Channel)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.likely[c.User] = channels
	return m, err
}

// LikelyChannels are out of date where the user came by another gateway since.
func (b *backend) LikelyChannels(_ context.Context, c chat.Caller) ([]chat.ChannelID, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.likely[c.User], nil
}

func (b *backend) VisibleUsers(_ context.Context, _ chat.Caller, users []chat.UserID) ([]chat.UserID, error) {
	return users, nil
}

func (b *backend) Incarnation(context.Context) (string, error) { return b.store.Incarnation(), nil }

func (b *backend) Post(ctx context.Context, c chat.Caller, p chat.RTMPost) (chat.RTMPosted, error) {
	posted, err := b.store.Workspace(c.Workspace).PostMessage(ctx, store.Post{
		Channel: chat.ChannelID(p.Channel), Author: c.User, Key: p.ClientMsgID, Origin: p.Origin,
		Message: chat.Message{Text: p.Text, ClientMsgID: p.ClientMsgID},
	})
	if err == nil && b.world.dying.Load() {
		err = errDying
	}
	if err != nil {
		return chat.RTMPosted{}, err
	}
	return chat.RTMPosted{Stream: posted.Event.Stream, Seq: posted.Event.Seq, TS: posted.Event.TS, Text: p.Text}, nil
}
