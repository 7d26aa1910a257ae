package registry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"testing"
	"time"

	"taut/internal/testenv/loopback"
)

const testTTL = time.Second

// members starts an etcd of n members and gives where each listens.
func members(t *testing.T, n int) (running []*Embedded, endpoints []string) {
	t.Helper()
	peers := map[string]string{}
	for i := range n {
		peers[fmt.Sprint("m", i)] = loopback.FreeFor(t)
	}
	for i := range n {
		at := loopback.FreeFor(t)
		m, err := StartEmbedded(EmbeddedOptions{
			Name: fmt.Sprint("m", i), Folder: t.TempDir(), ClientListen: at, Peers: peers, Log: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(m.Close)
		running, endpoints = append(running, m), append(endpoints, at)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for _, m := range running {
		if err := m.Ready(ctx); err != nil {
			t.Fatal(err)
		}
	}
	return running, endpoints
}

func open(t *testing.T, prefix string, endpoints ...string) *Etcd {
	t.Helper()
	e, err := OpenEtcd(EtcdOptions{Endpoints: endpoints, Prefix: prefix, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

func lease(t *testing.T, r Registry, ttl time.Duration) Lease {
	t.Helper()
	var l Lease
	eventually(t, "a lease", func() (err error) { l, err = r.Lease(t.Context(), ttl, nil); return err })
	return l
}

func eventually(t *testing.T, what string, try func() error) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for err := try(); err != nil; err = try() {
		if time.Now().After(deadline) {
			t.Fatalf("%s: %v", what, err)
		}
		<-tick.C
	}
}

// freeze ends a lease's renewals as a process does that dies.
func freeze(l Lease) { l.(*etcdLease).stop() }

func TestEtcd(t *testing.T) {
	_, endpoints := members(t, 1)
	t.Run("keys go with their lease", func(t *testing.T) {
		r, other := open(t, "a", endpoints...), open(t, "b", endpoints...)
		seen := make(chan []string, 100)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			r.Watch(ctx, "members/", func(keys map[string][]byte) { seen <- slices.Sorted(maps.Keys(keys)) })
		}()
		expect := func(want ...string) {
			t.Helper()
			deadline := time.After(30 * time.Second)
			for {
				select {
				case got := <-seen:
					if slices.Equal(got, want) {
						return
					}
				case <-deadline:
					t.Fatalf("%q is never seen", want)
				}
			}
		}
		expect()
		one, two := lease(t, r, testTTL), lease(t, r, time.Minute)
		must(t, one.Put(t.Context(), "members/one", []byte("1")))
		must(t, two.Put(t.Context(), "members/two", []byte("2")))
		expect("one", "two")
		must(t, two.Close(t.Context()))
		expect("one")
		freeze(one)
		expect()
		if until := one.Until(); time.Now().Before(until) {
			t.Errorf("it is gone to others, but thinks it lives for another %s", time.Until(until))
		}
		must(t, r.Put(t.Context(), "drain/one", []byte("x")))
		if keys, err := other.List(t.Context(), "drain/"); err != nil || len(keys) != 0 {
			t.Errorf("another cluster's keys: %v, %v", keys, err)
		}
		must(t, r.Delete(t.Context(), "drain/one"))
		if keys, err := r.List(t.Context(), "drain/"); err != nil || len(keys) != 0 {
			t.Errorf("deleted keys: %v, %v", keys, err)
		}
		stop()
		<-done
	})
	t.Run("a lease lives on and knows its end", func(t *testing.T) {
		r := open(t, "c", endpoints...)
		held := make(chan time.Time, 100)
		l, err := r.Lease(t.Context(), testTTL, func(until time.Time) { held <- until })
		must(t, err)
		first := <-held
		for time.Now().Before(first.Add(testTTL)) {
			<-held
		}
		select {
		case <-l.Ended():
			t.Fatal("it ended")
		default:
		}
		_, err = r.client.Revoke(t.Context(), l.(*etcdLease).id)
		must(t, err)
		select {
		case <-l.Ended():
		case <-time.After(30 * time.Second):
			t.Fatal("it was revoked and doesn't end")
		}
		if err := l.Put(t.Context(), "members/x", nil); !errors.Is(err, ErrEnded) {
			t.Errorf("put under a lease that is over: %v", err)
		}
	})
	t.Run("one leader, whose words are fenced", func(t *testing.T) {
		r := open(t, "d", endpoints...)
		one, two := lease(t, r, testTTL), lease(t, r, time.Minute)
		first, err := one.Lead(t.Context(), "ring", "one")
		must(t, err)
		must(t, first.Put(t.Context(), "ring", []byte("by one")))
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if _, err := two.Lead(ctx, "ring", "two"); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("a second leader: %v", err)
		}
		freeze(one)
		second, err := two.Lead(t.Context(), "ring", "two")
		must(t, err)
		if time.Now().Before(one.Until()) {
			t.Error("the second leads while the first thinks it lives")
		}
		if keys, err := r.List(t.Context(), "leaders/"); err != nil || string(keys["ring"]) != "two" {
			t.Errorf("the leader is %q, %v", keys, err)
		}
		must(t, second.Put(t.Context(), "ring", []byte("by two")))
		if err := first.Put(t.Context(), "ring", []byte("late")); !errors.Is(err, ErrDeposed) {
			t.Errorf("a deposed leader writes: %v", err)
		}
		keys, err := r.List(t.Context(), "ring")
		if err != nil || string(keys[""]) != "by two" {
			t.Errorf("the ring is %q, %v", keys, err)
		}
		must(t, two.Close(t.Context()))
	})
}

// TestOneOfThreeMembersDies: leases, watches and leaders live on.
func TestOneOfThreeMembersDies(t *testing.T) {
	running, endpoints := members(t, 3)
	r := open(t, "x", endpoints...)
	l, err := r.Lease(t.Context(), 4*time.Second, nil)
	must(t, err)
	leader, err := l.Lead(t.Context(), "ring", "l")
	must(t, err)
	must(t, leader.Put(t.Context(), "ring/it", []byte("1")))
	ctx, stop := context.WithCancel(t.Context())
	values := make(chan string, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.Watch(ctx, "ring/", func(keys map[string][]byte) { values <- string(keys["it"]) })
	}()
	<-values
	for i, m := range running {
		if m.etcd.Server.Leader() == m.etcd.Server.MemberID() || i == len(running)-1 {
			m.Close()
			break
		}
	}
	eventually(t, "the leader writes", func() error { return leader.Put(t.Context(), "ring/it", []byte("2")) })
	for deadline := time.After(30 * time.Second); ; {
		select {
		case v := <-values:
			if v != "2" {
				continue
			}
		case <-deadline:
			t.Error("the watch sees nothing any more")
		}
		break
	}
	select {
	case <-l.Ended():
		t.Error("the lease ended with one member of three")
	default:
	}
	stop()
	<-done
	must(t, l.Close(t.Context()))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
