package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv/loopback"
	"taut/registry"
	"taut/ring"
)

// newRegistry is an etcd of one member, and a way to it.
func newRegistry(t *testing.T) func() registry.Registry {
	t.Helper()
	client := loopback.FreeFor(t)
	member, err := registry.StartEmbedded(registry.EmbeddedOptions{
		Name: "m", Folder: t.TempDir(), ClientListen: client, Peers: map[string]string{"m": loopback.FreeFor(t)}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(member.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := member.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	return func() registry.Registry {
		e, err := registry.OpenEtcd(registry.EtcdOptions{Endpoints: []string{client}, Prefix: "/taut/acme", Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { e.Close() })
		return e
	}
}

// testNode is a node with a door.
type testNode struct {
	*Node
	door   net.Listener
	mu     sync.Mutex
	epochs []int64
}

func start(t *testing.T, r registry.Registry, name string, roles ...string) *testNode {
	t.Helper()
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &testNode{door: door}
	t.Cleanup(func() { door.Close() })
	n.Node = Start(Options{
		Name: name, Address: door.Addr().String(), Roles: roles, Registry: r, Log: slog.New(slog.DiscardHandler),
		Ringed: func(a *ring.Assignment) {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.epochs = append(n.epochs, a.Epoch())
		},
	})
	t.Cleanup(n.Close)
	return n
}

// owned waits until the node knows a ring of these members.
func owned(t *testing.T, n *testNode, members ...string) *ring.Assignment {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		a := n.Ring()
		if a != nil && slices.Equal(a.Members(), members) {
			return a
		}
		if time.Now().After(deadline) {
			t.Fatalf("the ring is never of %q but of %v", members, a)
		}
		<-tick.C
	}
}

// leased waits until the node has a lease.
func (n *testNode) leased(t *testing.T) registry.Lease {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 6000 {
		n.Node.mu.Lock()
		lease := n.lease
		n.Node.mu.Unlock()
		if lease != nil {
			return lease
		}
		<-tick.C
	}
	t.Fatal("there is no lease")
	return nil
}

// reaches waits until the node knows the epoch.
func reaches(t *testing.T, n *testNode, epoch int64) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for n.Ring().Epoch() < epoch {
		if time.Now().After(deadline) {
			t.Fatalf("epoch %d never comes, but %d", epoch, n.Ring().Epoch())
		}
		<-tick.C
	}
}

func TestNodesComeAndGo(t *testing.T) {
	open := newRegistry(t)
	watcher := start(t, open(), "gate", "gateway", RoleRing)
	a := start(t, open(), "a", RoleChannelServer)
	first := owned(t, watcher, "a")
	b := start(t, open(), "b", RoleChannelServer, RoleRing)
	if second := owned(t, watcher, "a", "b"); second.Epoch() != first.Epoch()+1 {
		t.Errorf("epoch %d after %d", second.Epoch(), first.Epoch())
	}
	owned(t, a, "a", "b")

	// Drained by an operator, and taken back.
	r := open()
	for what, change := range map[string]func(context.Context, registry.Registry, string) error{"a drain": Drain, "its undoing": Undrain} {
		err := change(t.Context(), r, "typo")
		if chat.CodeOf(err) != chat.NotFound || !strings.Contains(err.Error(), "a, b, gate") {
			t.Errorf("%s of a node that there is not: %v", what, err)
		}
	}
	if err := Drain(t.Context(), r, "a"); err != nil {
		t.Fatal(err)
	}
	owned(t, watcher, "b")
	if err := Undrain(t.Context(), r, "a"); err != nil {
		t.Fatal(err)
	}
	owned(t, watcher, "a", "b")

	// One that leaves in peace has no slots when Leave returns.
	a.Leave(t.Context())
	if members := a.Ring().Members(); slices.Contains(members, "a") {
		t.Errorf("who has left owns slots, with %q", members)
	}
	a.Close()
	owned(t, watcher, "b")

	// A mark outlives its node, and can be taken back.
	if err := r.Put(t.Context(), drainPrefix+"gone", nil); err != nil {
		t.Fatal(err)
	}
	if err := Undrain(t.Context(), r, "gone"); err != nil {
		t.Errorf("undoing the drain of a node that has gone: %v", err)
	}

	// The last one keeps its slots: there is nobody to take them.
	b.Leave(t.Context())
	last := owned(t, watcher, "b")
	watcher.mu.Lock()
	defer watcher.mu.Unlock()
	for i, e := range watcher.epochs {
		if i > 0 && e < watcher.epochs[i-1] {
			t.Errorf("epochs %v", watcher.epochs)
		}
	}
	if last.Epoch() > first.Epoch()+5 {
		t.Errorf("%d epochs for five changes", last.Epoch()-first.Epoch())
	}
}

// A process that is gone is found out by knocking, not by the end of its lease.
func TestDeadProcessIsNoticed(t *testing.T) {
	open := newRegistry(t)
	watcher := start(t, open(), "gate", RoleRing)
	a := start(t, open(), "a", RoleChannelServer)
	start(t, open(), "b", RoleChannelServer)
	owned(t, watcher, "a", "b")
	a.door.Close() // its lease lives on
	owned(t, watcher, "b")
}

// When the manager dies another node makes the ring, and goes on from the epoch.
func TestManagerDies(t *testing.T) {
	open := newRegistry(t)
	first := start(t, open(), "first", RoleRing)
	a := start(t, open(), "a", RoleChannelServer)
	epoch := owned(t, a, "a").Epoch()
	start(t, open(), "second", RoleRing)
	first.Close()
	start(t, open(), "b", RoleChannelServer)
	if got := owned(t, a, "a", "b").Epoch(); got != epoch+1 {
		t.Errorf("epoch %d after %d", got, epoch)
	}
}

// The process that makes the ring is gone: others find its door closed, and don't wait
// for its lease, which lives on here. It makes no more rings.
func TestManagersProcessIsGone(t *testing.T) {
	open := newRegistry(t)
	a := start(t, open(), "a", RoleChannelServer, RoleRing)
	owned(t, a, "a")
	b := start(t, open(), "b", RoleChannelServer, RoleRing)
	owned(t, b, "a", "b")
	a.door.Close() // its lease lives on
	last := owned(t, b, "b")
	state, err := Read(t.Context(), open())
	if err != nil || state.Manager != "b" || state.Epoch != last.Epoch() {
		t.Errorf("%q made epoch %d, want b and %d; %v", state.Manager, state.Epoch, last.Epoch(), err)
	}
}

// Of a registry that was restored from a copy, or emptied, all nodes know one ring
// again, those that start later too, though the members are the same.
func TestRestoredRegistry(t *testing.T) {
	open := newRegistry(t)
	r := open()
	a := start(t, r, "a", RoleChannelServer, RoleRing)
	owned(t, a, "a")
	start(t, open(), "b", RoleChannelServer)
	before := owned(t, a, "a", "b").Epoch()
	old, err := json.Marshal(ring.New([]string{"b"}))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		what string
		do   func() error
	}{
		{"restored", func() error { return r.Put(t.Context(), ringsPrefix+RoleChannelServer, old) }},
		{"emptied", func() error { return r.Delete(t.Context(), ringsPrefix+RoleChannelServer) }},
	} {
		if err := tt.do(); err != nil {
			t.Fatal(err)
		}
		late := owned(t, start(t, open(), tt.what, "gateway"), "a", "b")
		if late.Epoch() <= before {
			t.Errorf("%s: epoch %d after %d", tt.what, late.Epoch(), before)
		}
		before = late.Epoch()
		reaches(t, a, before)
	}
}

// A node that is apart from the registry goes on with what other nodes tell it, and
// takes neither that nor what the registry says later for a step back.
func TestRingByHearsay(t *testing.T) {
	open := newRegistry(t)
	a := start(t, open(), "a", RoleChannelServer, RoleRing)
	first := owned(t, a, "a")
	gate := start(t, open(), "gate", "gateway")
	owned(t, gate, "a")
	gate.stop() // hears nothing from the registry any more
	gate.running.Wait()
	next := first.Next([]string{"b"})
	gate.Hear(next)
	gate.Hear(first)
	if got := gate.Ring(); got != next {
		t.Errorf("it goes by epoch %d", got.Epoch())
	}
	late := start(t, open(), "late", "gateway", RoleRing)
	late.Hear(next)
	owned(t, late, "b")
	if late.restored.Load() {
		t.Error("the registry counts as restored, as it is slower than hearsay")
	}
}

// A manager that knows of no ring, as the registry was emptied and it has just started,
// goes on from the epoch that others know: they don't go back.
func TestEmptiedRegistryWithNewManager(t *testing.T) {
	open := newRegistry(t)
	a := start(t, open(), "a", RoleChannelServer, RoleRing)
	first := owned(t, a, "a")
	gate := start(t, open(), "gate", "gateway")
	owned(t, gate, "a")
	gate.Hear(first.At(40))
	if err := gate.leased(t).Close(t.Context()); err != nil { // gone with all that was in the registry
		t.Fatal(err)
	}
	reaches(t, gate, 41)
	reaches(t, a, 41)
	if got := owned(t, a, "a").Epoch(); got != 41 {
		t.Errorf("epoch %d", got)
	}
}

func TestMembersThatAreNone(t *testing.T) {
	members := parseMembers(map[string][]byte{
		"a": []byte(`{"address":"h:1","roles":["channelserver"],"later":{}}`), "b": []byte(`{`), "c": []byte(`{}`),
	})
	if got := fmt.Sprint(owners(members, nil, nil)); got != "[a]" {
		t.Errorf("owners %s", got)
	}
}
