package rpc

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"

	"taut/internal/certs"
	"taut/ring"
)

// Nodes are the other nodes of the cluster, to be called.
type Nodes struct {
	identity *certs.Identity
	log      *slog.Logger

	ringHeard func(*ring.Assignment) // may be nil

	running sync.WaitGroup // the goroutines of links

	mu     sync.Mutex
	nodes  map[string]*node // by name; guarded by mu
	closed bool             // guarded by mu
}

// node is one of them: a connection to where it listens now.
type node struct {
	nodes *Nodes
	name  string

	mu       sync.Mutex
	address  string           // guarded by mu; "" while it is not known
	instance string           // of its process; guarded by mu
	conn     *grpc.ClientConn // guarded by mu
}

// NewNodes has no node until it is told where one listens.
func NewNodes(i *certs.Identity, log *slog.Logger) *Nodes {
	return &Nodes{identity: i, log: log.With("component", "rpc"), nodes: make(map[string]*node)}
}

// OnRing says who hears of the assignments that channel servers tell of, old ones
// too. It comes before the first link.
func (n *Nodes) OnRing(heard func(*ring.Assignment)) { n.ringHeard = heard }

func (n *Nodes) hearRing(text []byte) {
	if n.ringHeard == nil {
		return
	}
	a := new(ring.Assignment)
	if err := json.Unmarshal(text, a); err != nil {
		n.log.Warn("a channel server's ring can't be read", "err", err)
		return
	}
	n.ringHeard(a)
}

// Listens tells where a node listens. At another address, or as another instance,
// than before it is another process: what is open to the old one ends, and the new
// one is not waited for as the old one would be.
func (n *Nodes) Listens(name, address, instance string) {
	if nd := n.node(name); nd != nil {
		nd.listens(address, instance)
	}
}

// Close ends all connections and waits for the links' goroutines.
func (n *Nodes) Close() {
	n.mu.Lock()
	n.closed = true
	nodes := n.nodes
	n.nodes = map[string]*node{}
	n.mu.Unlock()
	for _, nd := range nodes {
		nd.listens("", "")
	}
	n.running.Wait()
}

// node is that of the name, the same each time.
func (n *Nodes) node(name string) *node {
	n.mu.Lock()
	defer n.mu.Unlock()
	nd := n.nodes[name]
	if nd == nil && !n.closed {
		nd = &node{nodes: n, name: name}
		n.nodes[name] = nd
	}
	return nd
}

func (n *node) listens(address, instance string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.address == address && n.instance == instance {
		return
	}
	if n.conn != nil {
		n.conn.Close()
		n.conn = nil
	}
	n.address, n.instance = address, instance
}

const errUnknown = noAnswer("it is not known where it listens")

// dial is the connection, made when first needed. gRPC connects by itself and anew.
func (n *node) dial() (*grpc.ClientConn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.address == "" {
		return nil, unavailable(n.name, errUnknown)
	}
	if n.conn != nil {
		return n.conn, nil
	}
	conn, err := grpc.NewClient("passthrough:///"+n.address,
		grpc.WithTransportCredentials(credentials.NewTLS(n.nodes.identity.Client(n.name))),
		grpc.WithNoProxy(),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(codec{}), grpc.MaxCallRecvMsgSize(maxMessage)),
		grpc.WithInitialWindowSize(serverWindow/4), grpc.WithInitialConnWindowSize(serverWindow),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: aliveEvery, Timeout: aliveWithin, PermitWithoutStream: true}),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 50 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: time.Second},
			MinConnectTimeout: 2 * time.Second,
		}),
	)
	if err != nil {
		return nil, unavailable(n.name, noAnswer(err.Error()))
	}
	n.conn = conn
	return conn, nil
}

// call asks once. It has a deadline, the caller's or its own.
func (n *node) call(ctx context.Context, method string, request, answer message) error {
	conn, err := n.dial()
	if err != nil {
		return err
	}
	if _, has := ctx.Deadline(); !has {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, callTimeout)
		defer cancel()
	}
	return fromStatus(n.name, conn.Invoke(introduce(ctx, n.nodes.identity), method, request, answer))
}
