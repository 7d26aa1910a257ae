package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net"
	"slices"
	"sync"
	"syscall"
	"time"

	"taut/registry"
	"taut/ring"
)

const (
	// knockEvery and knockWithin: how the manager finds out that a process is gone.
	knockEvery  = 200 * time.Millisecond
	knockWithin = 150 * time.Millisecond
	// knocks is how many refusals in a row it takes.
	knocks = 2
)

// stand makes the ring whenever it may, until ctx or the lease ends.
func (n *Node) stand(ctx context.Context, lease registry.Lease) {
	for {
		leader, err := n.lead(ctx, lease)
		if err != nil {
			return // the lease's end, or the node's
		}
		n.manage(ctx, lease, leader)
	}
}

// lead waits until this node leads.
func (n *Node) lead(ctx context.Context, lease registry.Lease) (registry.Leader, error) {
	waiting, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	defer beside.Wait()
	defer stop()
	beside.Go(func() { n.watchManager(waiting) })
	return lease.Lead(ctx, leaderRing, n.options.Name)
}

// watchManager tries the door of who makes the ring: a process that is gone need not
// be waited for until its lease ends.
func (n *Node) watchManager(ctx context.Context) {
	knock := time.NewTicker(knockEvery)
	defer knock.Stop()
	refused := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-knock.C:
		}
		n.mu.Lock()
		name := n.manager
		at := n.members[name].Address
		n.mu.Unlock()
		if name == n.options.Name || at == "" || !refuses(ctx, at) {
			refused = 0
			continue
		}
		if refused++; refused < knocks {
			continue
		}
		n.log.Warn("the process of the node that makes the ring is gone", "node", name)
		if err := n.options.Registry.Unseat(ctx, leaderRing, name); err != nil && ctx.Err() == nil {
			n.log.Warn("its place is not free yet", "err", err)
		}
	}
}

// manage makes the ring while it leads.
func (n *Node) manage(ctx context.Context, lease registry.Lease, leader registry.Leader) {
	n.log.Info("this node makes the ring")
	m := &manager{node: n, leader: leader, refused: make(map[string]int), dead: make(map[string]bool)}
	if err := m.run(ctx, lease); err != nil && ctx.Err() == nil {
		n.log.Warn("this node makes the ring no more", "err", err)
	}
}

// manager is a leader's state.
type manager struct {
	node   *Node
	leader registry.Leader
	latest *ring.Assignment // that was published; nil: the registry has to be asked

	refused map[string]int  // by instance: connections in a row
	dead    map[string]bool // instances
}

// run publishes an assignment whenever it has to be another one.
func (m *manager) run(ctx context.Context, lease registry.Lease) error {
	knock := time.NewTicker(knockEvery)
	defer knock.Stop()
	for {
		m.node.mu.Lock()
		changed := m.node.changed
		m.node.mu.Unlock()
		if err := m.publish(ctx); errors.Is(err, registry.ErrDeposed) {
			return err
		} else if err != nil && ctx.Err() == nil {
			m.node.log.Warn("publishing the ring failed", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-lease.Ended():
			return registry.ErrEnded
		case <-changed:
		case <-knock.C:
			m.knock(ctx)
		}
	}
}

// publish makes the next epoch, if those who own slots should be others. Without
// anybody to own them, they stay where they are.
func (m *manager) publish(ctx context.Context) error {
	n := m.node
	n.mu.Lock()
	names, known := owners(n.members, n.drained, m.dead), newest(n.members)
	n.mu.Unlock()
	if len(names) == 0 {
		return nil
	}
	last, err := m.last(ctx)
	if err != nil || last.Same(names) && !n.restored.Load() && last.Epoch() >= known {
		return err
	}
	next := last.At(known).Next(names)
	text, err := json.Marshal(next)
	if err != nil {
		return err
	}
	m.latest = nil // until it is known to be written
	if err := m.leader.Put(ctx, ringsPrefix+RoleChannelServer, text); err != nil {
		return err
	}
	m.latest = next
	n.restored.Store(false)
	return nil
}

// last is the newest assignment that was ever published: the registry's, or this
// node's, should the registry have been restored from a copy.
func (m *manager) last(ctx context.Context) (*ring.Assignment, error) {
	asked := m.latest == nil
	if asked {
		keys, err := m.node.options.Registry.List(ctx, ringsPrefix)
		if err != nil {
			return nil, err
		}
		latest := new(ring.Assignment)
		if text, ok := keys[RoleChannelServer]; ok {
			if err := json.Unmarshal(text, latest); err != nil {
				return nil, err
			}
		}
		m.latest = latest
	}
	if a := m.node.Ring(); a != nil && a.Epoch() > m.latest.Epoch() {
		if asked {
			m.node.restored.Store(true)
		}
		m.latest = a
	}
	return m.latest, nil
}

// knock tries the doors of the channel servers, all at a time.
func (m *manager) knock(ctx context.Context) {
	n := m.node
	n.mu.Lock()
	members := maps.Clone(n.members)
	n.mu.Unlock()
	maps.DeleteFunc(members, func(name string, m Member) bool { return !m.Has(RoleChannelServer) || name == n.options.Name })
	var mu sync.Mutex
	var all sync.WaitGroup
	for name, member := range members {
		all.Go(func() {
			refused := refuses(ctx, member.Address)
			mu.Lock()
			defer mu.Unlock()
			if !refused {
				delete(m.refused, member.Instance)
				delete(m.dead, member.Instance)
				return
			}
			if m.refused[member.Instance]++; m.refused[member.Instance] == knocks {
				n.log.Warn("a member's process is gone", "node", name)
				m.dead[member.Instance] = true
			}
		})
	}
	all.Wait()
	// Those that are members no more are forgotten.
	there := slices.Collect(maps.Values(members))
	gone := func(instance string) bool {
		return !slices.ContainsFunc(there, func(m Member) bool { return m.Instance == instance })
	}
	maps.DeleteFunc(m.refused, func(instance string, _ int) bool { return gone(instance) })
	maps.DeleteFunc(m.dead, func(instance string, _ bool) bool { return gone(instance) })
}

// refuses tells whether nobody listens at the address. Silence says nothing.
func refuses(ctx context.Context, address string) bool {
	d := net.Dialer{Timeout: knockWithin}
	conn, err := d.DialContext(ctx, "tcp", address)
	if err == nil {
		conn.Close()
	}
	return errors.Is(err, syscall.ECONNREFUSED)
}
