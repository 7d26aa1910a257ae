package fair

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
)

// crowd enters a gate and remembers who was let in, in order.
type crowd struct {
	*Gate
	mu     sync.Mutex
	served []chat.WorkspaceID
}

func (c *crowd) come(t *testing.T, n int, w chat.WorkspaceID) {
	for range n {
		go func() {
			if c.Enter(t.Context(), w) == nil {
				c.mu.Lock()
				defer c.mu.Unlock()
				c.served = append(c.served, w)
			}
		}()
		synctest.Wait()
	}
}

// first lets the one out who came in first.
func (c *crowd) first(t *testing.T) {
	if len(c.served) == 0 {
		t.Fatal("nobody is inside")
	}
	w := c.served[0]
	c.served = c.served[1:]
	c.Leave(w)
	synctest.Wait()
}

func TestOneHasItsPartAndOthersTheirTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &crowd{Gate: New("test", Limits{All: 4, Each: 3, Waiting: 100}, nil)}
		c.come(t, 6, "A")
		if len(c.served) != 3 {
			t.Errorf("%d of one workspace are inside", len(c.served))
		}
		c.come(t, 2, "B")
		if len(c.served) != 4 {
			t.Errorf("%v are inside", c.served)
		}
		for range 4 {
			c.first(t)
		}
		// Turn by turn, though A has waited longer.
		slices.Sort(c.served)
		if !slices.Equal(c.served, []chat.WorkspaceID{"A", "A", "A", "B"}) {
			t.Errorf("%v are inside after four left", c.served)
		}
		for len(c.served) > 0 {
			c.first(t)
		}
		if !c.Empty() {
			t.Error("something is left")
		}
	})
}

// Who comes last of many has as many before it as there are workspaces, not as
// there are requests.
func TestAFloodIsPassed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &crowd{Gate: New("test", Limits{All: 2, Each: 2, Waiting: 1000}, nil)}
		c.come(t, 500, "A")
		c.come(t, 500, "B")
		c.come(t, 1, "C")
		for left := 0; !slices.Contains(c.served, "C"); left++ {
			if left == 3 {
				t.Fatal("C still waits after three left")
			}
			c.first(t)
		}
		for len(c.served) > 0 {
			c.first(t)
		}
		if !c.Empty() {
			t.Error("something is left")
		}
	})
}

func TestWaitingIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const most = 10
		reg := prometheus.NewRegistry()
		g := New("test", Limits{All: 1, Each: 1, Waiting: most, Wait: 10 * time.Second}, reg)
		if err := g.Enter(t.Context(), "A"); err != nil {
			t.Fatal(err)
		}
		gone, cancel := context.WithCancel(t.Context())
		start := time.Now()
		results := make(chan error, most)
		for i := range most {
			ctx := t.Context()
			if i == 0 {
				ctx = gone
			}
			go func() { results <- g.Enter(ctx, "A") }()
		}
		synctest.Wait()
		if err := g.Enter(t.Context(), "A"); chat.CodeOf(err) != chat.Limited {
			t.Errorf("one too many: %v", err)
		}
		cancel()
		if err := <-results; chat.CodeOf(err) != chat.Unavailable || time.Since(start) != 0 {
			t.Errorf("a caller who went away: %v after %s", err, time.Since(start))
		}
		for range most - 1 {
			if err := <-results; chat.CodeOf(err) != chat.Unavailable {
				t.Errorf("one who waited too long: %v", err)
			}
		}
		if waited := time.Since(start); waited != 10*time.Second {
			t.Errorf("waited %s", waited)
		}
		g.Leave("A")
		if !g.Empty() {
			t.Error("something is left")
		}
		New("test", Limits{}, reg) // goes on with the same counters
		if refused, waited := gathered(t, reg, "taut_gate_refusals_total"), gathered(t, reg, "taut_gate_waits_total"); refused != most+1 || waited != most {
			t.Errorf("counted: %v refusals, %v waits", refused, waited)
		}
	})
}

// gathered is the value of the registry's one counter of this name.
func gathered(t *testing.T, reg *prometheus.Registry, name string) float64 {
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			return f.GetMetric()[0].GetCounter().GetValue()
		}
	}
	t.Fatalf("no %s", name)
	return 0
}

func TestWithoutPlacesToWait(t *testing.T) {
	g := New("test", Limits{All: 3, Each: 2}, nil)
	for _, c := range []struct {
		w  chat.WorkspaceID
		in bool
	}{{"T1", true}, {"T1", true}, {"T1", false}, {"T2", true}, {"T3", false}} {
		if err := g.Enter(t.Context(), c.w); (err == nil) != c.in || err != nil && chat.CodeOf(err) != chat.Limited {
			t.Errorf("%s: %v", c.w, err)
		}
	}
}

func BenchmarkEnterAndLeave(b *testing.B) {
	g := New("bench", Limits{All: 1000, Each: 1000}, nil)
	b.ReportAllocs()
	for b.Loop() {
		if g.Enter(b.Context(), "T1") == nil {
			g.Leave("T1")
		}
	}
}
