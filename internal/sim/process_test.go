package sim

import (
	"context"
	"net/http"
	"sync"

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
	owner   *channelserver.Server
	moody   *moody
	router  *router.Router
	between *unreliable

	mu    sync.Mutex
	gates []*gate // guarded by mu: a gate may be replaced
}

// gate is a gateway with its listener.
type gate struct {
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
		w.ledger.committed(events)
		p.between.publish(events)
	}})
	if err != nil {
		return nil, err
	}
	p.store = s
	p.owner, err = channelserver.New(ctx, s, channelserver.Options{})
	if err != nil {
		return nil, err
	}
	p.moody = &moody{ChannelServer: p.owner, dice: w.dice}
	p.router = router.New(router.Options{Ring: ring.Static("owner"), Members: map[string]chat.ChannelServer{"owner": p.owner}})
	p.between = &unreliable{Router: p.router, dice: w.dice}
	close(ready)
	for _, name := range gateNames {
		p.gates = append(p.gates, p.openGate(w, name))
	}
	return p, nil
}

func (p *process) openGate(w *world, name string) *gate {
	back := &backend{w, p.store}
	g := &gate{
		gateway: gateway.New(gateway.Config{
			Authenticator: back, Conversations: back, Name: name, Shards: 2,
			Owner: func(chat.Stream) chat.ChannelServer { return p.moody },
			// So little that readers overflow.
			QueueBytes: 4 << 10,
		}),
		listener: newPipes(),
		served:   make(chan struct{}),
	}
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
	p.gates[i] = p.openGate(w, gateNames[i])
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
	p.between.later.Wait()
	p.router.Close()
	p.owner.Close()
}

// backend is what a gateway asks: a token is the user's id.
type backend struct {
	world *world
	store *store.Store
}

func (b *backend) Authenticate(_ context.Context, token string) (chat.Caller, error) {
	return chat.Caller{Workspace: b.world.team, User: chat.UserID(token), Role: chat.Member, TokenType: chat.UserToken, TokenID: token}, nil
}

func (b *backend) RedeemTicket(ctx context.Context, ticket string) (chat.Caller, error) {
	return b.Authenticate(ctx, ticket)
}

func (b *backend) Memberships(ctx context.Context, c chat.Caller) (chat.MembershipSnapshot, error) {
	return b.store.Workspace(c.Workspace).Memberships(ctx, c.User)
}

func (b *backend) Incarnation(context.Context) (string, error) { return b.store.Incarnation(), nil }

func (b *backend) Post(ctx context.Context, c chat.Caller, p chat.RTMPost) (chat.RTMPosted, error) {
	posted, err := b.store.Workspace(c.Workspace).PostMessage(ctx, store.Post{
		Channel: chat.ChannelID(p.Channel), Author: c.User, Key: p.ClientMsgID, Origin: p.Origin,
		Message: chat.Message{Text: p.Text, ClientMsgID: p.ClientMsgID},
	})
	if err != nil {
		return chat.RTMPosted{}, err
	}
	return chat.RTMPosted{Stream: posted.Event.Stream, Seq: posted.Event.Seq, TS: posted.Event.TS, Text: p.Text}, nil
}
