package rpc

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
)

// TestSilenceIsTriedByOne: who gave no answer is passed over, until one question in a
// while has its answer.
func TestSilenceIsTriedByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := silences{of: map[silent]*hearing{}}
		expect := func(node, method string, want bool) {
			t.Helper()
			if got := s.ask(node, method); got != want {
				t.Errorf("%s of %s may be asked: %v", method, node, got)
			}
		}
		began := time.Now()
		time.Sleep(time.Second)
		s.answered("a", "M")
		s.waited("a", "M", began) // it is slow
		expect("a", "M", true)
		s.waited("a", "M", time.Now())
		expect("a", "M", false)
		expect("a", "L", false)
		expect("b", "M", true)
		time.Sleep(asideFor)
		expect("a", "M", true)
		expect("a", "M", false)
		expect("a", "L", false)
		s.answered("a", "L") // which another one of its methods needn't be
		expect("a", "L", true)
		expect("a", "M", false)
		time.Sleep(asideFor)
		s.answered("a", "M")
		expect("a", "M", true)
		expect("a", "M", true)
	})
}

// remembering is an edge cache that counts who asks it, and answers once it is thawed.
type remembering struct {
	chat.EdgeCache
	thawed chan struct{}
	asked  atomic.Int64
}

func (r *remembering) LikelyChannels(context.Context, chat.Caller) ([]chat.ChannelID, error) {
	r.asked.Add(1)
	<-r.thawed
	return []chat.ChannelID{"C1"}, nil
}

// TestAFrozenEdgeCacheIsPassedOver: those who are there wait for it once, and who comes
// then goes to the next one.
func TestAFrozenEdgeCacheIsPassedOver(t *testing.T) {
	ids := identities(t, "acme", "one", "two", "gate")
	n := NewNodes(ids[2], slog.New(slog.DiscardHandler))
	t.Cleanup(n.Close)
	names := inTurn(ann.Workspace, []string{"one", "two"})
	caches := map[string]*remembering{names[0]: {thawed: make(chan struct{})}, names[1]: {thawed: make(chan struct{})}}
	close(caches[names[1]].thawed)
	for _, id := range ids[:2] {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(Serve(l, id, Services{EdgeCache: caches[id.Node]}, slog.New(slog.DiscardHandler)).Close)
		n.Listens(id.Node, l.Addr().String(), "1")
	}
	t.Cleanup(func() { close(caches[names[0]].thawed) }) // before its server waits for it
	all := n.EdgeCaches(func() []string { return names }, nil)
	var answered atomic.Int64
	ask := func() {
		if likely, err := all.LikelyChannels(t.Context(), ann); err == nil && len(likely) == 1 {
			answered.Add(1)
		}
	}
	var asking sync.WaitGroup
	for range 10 {
		asking.Go(ask)
	}
	asking.Wait()
	before := caches[names[0]].asked.Load()
	answered.Store(0)
	for range 100 {
		ask()
	}
	// On a machine that stands still one tries it again after a while, and the other one
	// may be late, too.
	if tried := caches[names[0]].asked.Load() - before; tried > 10 || answered.Load() < 50 {
		t.Errorf("%d of 100 waited for what answers nobody, %d were answered", tried, answered.Load())
	}
}
