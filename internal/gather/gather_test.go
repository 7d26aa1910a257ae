package gather

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
)

type key struct {
	workspace chat.WorkspaceID
	n         int
}

func whose(k key) chat.WorkspaceID { return k.workspace }

// counting answers with twice the key, but for odd multiples of seven; a query takes 1 ms.
func counting(queries, most *atomic.Int64) func(context.Context, []key) (map[key]int, error) {
	return func(_ context.Context, keys []key) (map[key]int, error) {
		queries.Add(1)
		most.Store(max(most.Load(), int64(len(keys))))
		<-time.After(time.Millisecond)
		found := map[key]int{}
		for _, k := range keys {
			if k.n%7 != 0 {
				found[k] = 2 * k.n
			}
		}
		return found, nil
	}
}

// TestNoAnswerIsOlderThanItsQuestion: who asks while a query runs is not given its answer.
func TestNoAnswerIsOlderThanItsQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now atomic.Int64
		g := New(Limits{}, whose, func(_ context.Context, keys []key) (map[key]int64, error) {
			read := now.Load()
			<-time.After(time.Second)
			return map[key]int64{keys[0]: read}, nil
		})
		var asking sync.WaitGroup
		for n := range int64(20) {
			asking.Go(func() {
				<-time.After(time.Duration(1+n) * 100 * time.Millisecond)
				now.Store(n)
				if got, _, err := g.Get(t.Context(), key{"T1", 1}); err != nil || got < n {
					t.Errorf("asked at %d: %d, %v", n, got, err)
				}
			})
		}
		asking.Wait()
	})
}

// TestWhoLeadsMayGo: the others are answered all the same.
func TestWhoLeadsMayGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var queries, most atomic.Int64
		g := New(Limits{Queries: 1}, whose, counting(&queries, &most))
		g.storm.all, g.last = surplus{counted, time.Now()}, time.Now() // the leader has to wait
		var asking sync.WaitGroup
		for n := range 30 {
			asking.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(10+n%3*1000)*time.Millisecond)
				defer cancel()
				_, _, err := g.Get(ctx, key{"T1", n})
				if impatient := n%3 == 0; impatient != errors.Is(err, context.DeadlineExceeded) || impatient != (chat.CodeOf(err) == chat.Unavailable) {
					t.Errorf("%d: %v", n, err)
				}
			})
		}
		asking.Wait()
		if len(g.waiting.of) != 0 || len(g.waiting.order) != 0 || g.leader != nil {
			t.Errorf("left: %v, %v, led %v", g.waiting.of, g.waiting.order, g.leader != nil)
		}
	})
}

// TestAFailureIsEverybodys of the query, and nobody's afterwards.
func TestAFailureIsEverybodys(t *testing.T) {
	fails := errors.New("fails")
	broken := true
	g := New(Limits{}, whose, func(context.Context, []key) (map[key]int, error) {
		if broken {
			return nil, fails
		}
		return map[key]int{{"T1", 1}: 1}, nil
	})
	if _, _, err := g.Get(t.Context(), key{"T1", 1}); !errors.Is(err, fails) {
		t.Error(err)
	}
	broken = false
	if got, found, err := g.Get(t.Context(), key{"T1", 1}); got != 1 || !found || err != nil {
		t.Error(got, found, err)
	}
}

// TestOneWorkspaceFillsOnlyItsPart: beyond it is refused, another is not.
func TestOneWorkspaceFillsOnlyItsPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		open := make(chan struct{})
		g := New(Limits{Queries: 1, Waiting: 3}, whose, func(_ context.Context, keys []key) (map[key]int, error) {
			<-open
			return nil, nil
		})
		var refused atomic.Int64
		var asking sync.WaitGroup
		for n := range 6 {
			asking.Go(func() {
				if _, _, err := g.Get(t.Context(), key{"T1", n}); chat.CodeOf(err) == chat.Limited {
					refused.Add(1)
				}
			})
			synctest.Wait()
		}
		asking.Go(func() {
			if _, _, err := g.Get(t.Context(), key{"T2", 1}); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		close(open)
		asking.Wait()
		if refused.Load() != 2 { // one is being asked for, three wait
			t.Errorf("%d were refused, want 2", refused.Load())
		}
	})
}

// TestWorkspacesTakeTurns: one with thousands of questions keeps another's only one not
// waiting.
func TestWorkspacesTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(Limits{Batch: 200}, whose, func(_ context.Context, keys []key) (map[key]int, error) {
			<-time.After(time.Duration(len(keys)) * time.Millisecond)
			return nil, nil
		})
		var asking sync.WaitGroup
		for n := range 4_000 {
			asking.Go(func() { g.Get(t.Context(), key{"T1", n}) })
		}
		synctest.Wait()
		began := time.Now()
		g.Get(t.Context(), key{"T2", 1})
		if took := time.Since(began); took > 500*time.Millisecond {
			t.Errorf("another workspace's only question took %s", took)
		}
		asking.Wait()
	})
}

// TestOneWorkspacesFailureIsItsOwn, though it was asked for with others.
func TestOneWorkspacesFailureIsItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(Limits{Queries: 1}, whose, func(ctx context.Context, keys []key) (map[key]int, error) {
			for _, k := range keys {
				if k.workspace == "T1" {
					<-ctx.Done() // too many rows
					return nil, ctx.Err()
				}
			}
			return map[key]int{{"T2", 1}: 5}, nil
		})
		var asking sync.WaitGroup
		for n := range 3 {
			asking.Go(func() {
				if _, _, err := g.Get(t.Context(), key{"T1", n}); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("the workspace of which there is too much: %v", err)
				}
			})
			synctest.Wait() // the first one's query runs, the others wait
		}
		if got, found, err := g.Get(t.Context(), key{"T2", 1}); got != 5 || !found || err != nil {
			t.Errorf("another workspace's: %d, %v, %v", got, found, err)
		}
		asking.Wait()
	})
}

// TestAWorkspaceThatFailsIsAskedForAside: it fails for others once, and they wait for it
// no more; nor are those taken aside who fail when nobody is answered.
func TestAWorkspaceThatFailsIsAskedForAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := false
		g := New(Limits{}, whose, func(ctx context.Context, keys []key) (map[key]int, error) {
			<-time.After(time.Millisecond)
			for _, k := range keys {
				if k.workspace == "T1" || down {
					<-ctx.Done() // too many rows
					return nil, ctx.Err()
				}
			}
			return nil, nil
		})
		var asking sync.WaitGroup
		ask := func(w chat.WorkspaceID, within time.Duration) {
			asking.Go(func() {
				start := time.Now()
				_, _, err := g.Get(t.Context(), key{w, 1})
				if fails := w == "T1" || down; fails != (err != nil) {
					t.Errorf("%s: %v", w, err)
				}
				if took := time.Since(start); took > within {
					t.Errorf("%s took %s", w, took)
				}
			})
			synctest.Wait()
		}
		together := func(others time.Duration) {
			for range 6 {
				ask("T1", time.Minute)
				ask("T2", others)
				ask("T3", others)
			}
		}
		together(time.Minute)
		asking.Wait()
		for range 10 { // T1's pile up
			together(10 * time.Millisecond)
			<-time.After(100 * time.Millisecond)
		}
		asking.Wait()
		<-time.After(asideFor)
		down = true
		together(time.Minute)
		asking.Wait()
		for _, w := range []chat.WorkspaceID{"T1", "T2", "T3"} {
			if g.instead(w) != nil {
				t.Errorf("%s is aside, though nobody was answered", w)
			}
		}
	})
}
