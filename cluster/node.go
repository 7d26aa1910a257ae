package cluster

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"taut/registry"
	"taut/ring"
)

const (
	// leaseTTL is after how long a node is dead that nobody hears of.
	leaseTTL = 3 * time.Second
	// retryPause is the time between attempts to say that the node is there.
	retryPause = 250 * time.Millisecond
	// leavePoll and leaveLimit: how often a node that leaves looks whether its slots
	// have moved, and for how long.
	leavePoll  = 50 * time.Millisecond
	leaveLimit = 3 * time.Second
)

// Options say who the node is, and who hears of what. The functions may be nil; each
// is called by one goroutine at a time and must not block.
type Options struct {
	Name, Address, Version string
	Roles                  []string
	Registry               registry.Registry
	Log                    *slog.Logger

	Held    func(until time.Time)         // the lease lives until then
	Ringed  func(*ring.Assignment)        // the assignment of now, also after a new lease
	Members func(map[string]Member)       // who is there
	Drained func(drained map[string]bool) // which nodes are to be empty
	Heat    func() ring.Heat              // what the node has to do as a channel server; nil where it is none
}

// Node is this process, as a member of the cluster.
type Node struct {
	options Options
	log     *slog.Logger
	self    Member

	assignment atomic.Pointer[ring.Assignment]
	restored   atomic.Bool // the registry has none, or an older one than it had
	listed     int64       // the newest epoch that the registry had; sawRings' alone

	mu      sync.Mutex
	manager string            // the node that makes the ring, where this one may; guarded by mu
	members map[string]Member // guarded by mu
	drained map[string]bool   // guarded by mu
	lease   registry.Lease    // guarded by mu; nil while there is none
	changed chan struct{}     // closed and replaced when any of it changes; guarded by mu

	ringing sync.Mutex // held while Ringed is called
	stop    context.CancelFunc
	running sync.WaitGroup
}

// Start begins to be there. It doesn't wait for the registry.
func Start(o Options) *Node {
	instance := make([]byte, 8)
	rand.Read(instance)
	n := &Node{
		options: o, log: o.Log.With("component", "cluster"), changed: make(chan struct{}),
		self: Member{Instance: hex.EncodeToString(instance), Address: o.Address, Roles: o.Roles, Version: o.Version},
	}
	life, stop := context.WithCancel(context.Background())
	n.stop = stop
	n.running.Go(func() { n.live(life) })
	n.running.Go(func() { o.Registry.Watch(life, membersPrefix, n.sawMembers) })
	n.running.Go(func() { o.Registry.Watch(life, ringsPrefix, n.sawRings) })
	n.running.Go(func() { o.Registry.Watch(life, drainPrefix, n.sawDrain) })
	if slices.Contains(o.Roles, RoleRing) {
		n.running.Go(func() { o.Registry.Watch(life, leadersPrefix, n.sawLeaders) })
	}
	return n
}

// Ring is the assignment of now; nil while none is known.
func (n *Node) Ring() *ring.Assignment { return n.assignment.Load() }

// Close ends the membership: at once to others, as the lease is given back. Leave
// first to go in peace.
func (n *Node) Close() {
	n.stop()
	n.running.Wait()
}

// Leave says that the node is about to stop and waits until its slots have moved.
func (n *Node) Leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, leaveLimit)
	defer cancel()
	n.mu.Lock()
	n.self.Leaving = true
	lease := n.lease
	n.mu.Unlock()
	if lease == nil || n.announceLeave(ctx, lease) != nil {
		return
	}
	tick := time.NewTicker(leavePoll)
	defer tick.Stop()
	for {
		a := n.Ring()
		if a == nil || !slices.Contains(a.Members(), n.options.Name) || len(a.Members()) == 1 {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// announceLeave doesn't wait for long for a registry that may be going away too.
func (n *Node) announceLeave(ctx context.Context, lease registry.Lease) error {
	ctx, cancel := context.WithTimeout(ctx, leaveLimit/3)
	defer cancel()
	return n.announce(ctx, lease)
}

// live has a lease, and another one when that ended.
func (n *Node) live(ctx context.Context) {
	for ctx.Err() == nil {
		if err := n.liveOnce(ctx); err != nil && ctx.Err() == nil {
			n.log.Warn("no place in the registry", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(retryPause):
		}
	}
}

// liveOnce is one lease's life.
func (n *Node) liveOnce(ctx context.Context) error {
	lease, err := n.options.Registry.Lease(ctx, leaseTTL, n.options.Held)
	if err != nil {
		return err
	}
	defer func() {
		n.change(func() { n.lease = nil })
		// ctx may have ended; the lease is given back all the same.
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), retryPause*4)
		defer cancel()
		lease.Close(within)
	}()
	if err := n.announce(ctx, lease); err != nil {
		return err
	}
	n.change(func() { n.lease = lease })
	n.tellRing()
	var managing sync.WaitGroup
	life, stop := context.WithCancel(ctx)
	defer managing.Wait()
	defer stop()
	if slices.Contains(n.options.Roles, RoleRing) {
		managing.Go(func() { n.stand(life, lease) })
	}
	if n.options.Heat != nil {
		managing.Go(func() { n.tellHeat(life, lease) })
	}
	select {
	case <-ctx.Done():
		return nil
	case <-lease.Ended():
		return registry.ErrEnded
	}
}

// announce writes what the node says of itself.
func (n *Node) announce(ctx context.Context, lease registry.Lease) error {
	n.mu.Lock()
	if a := n.Ring(); a != nil {
		n.self.Epoch = a.Epoch()
	}
	text, err := json.Marshal(n.self)
	n.mu.Unlock()
	if err != nil {
		return err
	}
	return lease.Put(ctx, membersPrefix+n.options.Name, text)
}

// change changes what is guarded and tells those who wait for that.
func (n *Node) change(do func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	do()
	close(n.changed)
	n.changed = make(chan struct{})
}

func (n *Node) sawLeaders(keys map[string][]byte) {
	n.change(func() { n.manager = string(keys[leaderRing]) })
}

func (n *Node) sawMembers(keys map[string][]byte) {
	members := parseMembers(keys)
	n.change(func() { n.members = members })
	if n.options.Members != nil {
		n.options.Members(members)
	}
}

func (n *Node) sawDrain(keys map[string][]byte) {
	drained := make(map[string]bool, len(keys))
	for name := range keys {
		drained[name] = true
	}
	n.change(func() { n.drained = drained })
	if n.options.Drained != nil {
		n.options.Drained(drained)
	}
}

// sawRings takes a newer assignment. An older one would be a registry's that was
// restored from a copy: the manager goes on from the epoch that nodes know.
func (n *Node) sawRings(keys map[string][]byte) {
	text, ok := keys[RoleChannelServer]
	if !ok {
		n.sawOlder(n.listed > 0)
		return
	}
	a := new(ring.Assignment)
	if err := json.Unmarshal(text, a); err != nil {
		n.log.Error("the ring can't be read", "err", err)
		return
	}
	n.sawOlder(a.Epoch() < n.listed)
	n.listed = max(n.listed, a.Epoch())
	n.Hear(a)
}

// Hear takes an assignment if it is newer than what this node knows: the registry's,
// or one that another node told of, as a node that is apart from the registry goes on.
func (n *Node) Hear(a *ring.Assignment) {
	newer := false
	n.change(func() {
		known := n.Ring()
		if newer = known == nil || known.Epoch() < a.Epoch(); newer {
			n.assignment.Store(a)
		}
	})
	if newer {
		n.log.Info("ring", "epoch", a.Epoch(), "members", a.Members())
		n.tellRing()
	}
}

// sawOlder notes whether the registry is behind what this node knows. Who starts now
// would believe it, so the manager writes another one even for the same members.
func (n *Node) sawOlder(is bool) {
	if n.restored.Swap(is) != is && is {
		n.log.Warn("the registry has an older ring than this node: it was restored or emptied")
		n.change(func() {})
	}
}

// tellRing tells the assignment of now. After a new lease too: who lost the one
// before has let go of everything.
func (n *Node) tellRing() {
	n.ringing.Lock()
	defer n.ringing.Unlock()
	if a := n.Ring(); a != nil && n.options.Ringed != nil {
		n.options.Ringed(a)
	}
}
