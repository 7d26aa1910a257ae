package gather

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestAStormIsAFewQueries: the more come at once, the fewer the queries for each.
func TestAStormIsAFewQueries(t *testing.T) {
	for _, storm := range []struct {
		within      time.Duration
		perThousand int64
	}{{0, 3}, {400 * time.Millisecond, 6}, {2 * time.Second, 8}, {6 * time.Second, 14}} {
		synctest.Test(t, func(t *testing.T) {
			const all = 4_000 // the race detector itself gives up at some more
			var queries, most atomic.Int64
			g := New(Limits{}, whose, counting(&queries, &most))
			var asking sync.WaitGroup
			for n := range all {
				asking.Go(func() {
					<-time.After(storm.within * time.Duration(n) / all)
					got, found, err := g.Get(t.Context(), key{"T1", n})
					if err != nil || found != (n%7 != 0) || found && got != 2*n {
						t.Errorf("%d: %d, %v, %v", n, got, found, err)
					}
				})
			}
			asking.Wait()
			if q := queries.Load() * 1000 / all; q > storm.perThousand {
				t.Errorf("within %s: %d queries a thousand, want at most %d", storm.within, q, storm.perThousand)
			}
			if most.Load() > 1_000 {
				t.Errorf("%d keys in one query", most.Load())
			}
			// Afterwards nobody waits for others.
			<-time.After(after)
			for n := range 20 {
				<-time.After(20 * time.Millisecond)
				start := time.Now()
				g.Get(t.Context(), key{"T1", n})
				if took := time.Since(start); took > time.Millisecond {
					t.Errorf("question %d after the storm took %s", n, took)
				}
			}
		})
	}
}

// TestFewWhoAskAgainAndAgainAreNotKeptWaiting for others who don't come: all who ask
// wait already.
func TestFewWhoAskAgainAndAgainAreNotKeptWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rounds = 20
		var queries, most atomic.Int64
		g := New(Limits{}, whose, counting(&queries, &most))
		start := time.Now()
		var asking sync.WaitGroup
		for n := range 50 {
			asking.Go(func() {
				for round := range rounds {
					g.Get(t.Context(), key{"T1", n*rounds + round})
				}
			})
		}
		asking.Wait()
		if took := time.Since(start); took > rounds*(lull+2*time.Millisecond) {
			t.Errorf("%d rounds took %s", rounds, took)
		}
		if q := queries.Load(); q > 2*rounds {
			t.Errorf("%d queries of %d rounds", q, rounds)
		}
	})
}

// TestAKeyCountsOnce however many ask for it: one query answers them all.
func TestAKeyCountsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var queries, most atomic.Int64
		g := New(Limits{Batch: 4}, whose, counting(&queries, &most))
		var asking sync.WaitGroup
		for n := range 1_000 {
			asking.Go(func() { g.Get(t.Context(), key{"T1", n % 2}) })
		}
		asking.Wait()
		if q := queries.Load(); q > 4 {
			t.Errorf("%d queries for two keys", q)
		}
	})
}

// TestOneClientsRequestsAreNoStorm: those that begin together wait for no others.
func TestOneClientsRequestsAreNoStorm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var queries, most atomic.Int64
		g := New(Limits{}, whose, counting(&queries, &most))
		start := time.Now()
		for n := range 3 {
			var asking sync.WaitGroup
			for range 40 {
				asking.Go(func() { g.Get(t.Context(), key{"T1", n}) })
			}
			asking.Wait()
		}
		if took := time.Since(start); took > 10*time.Millisecond {
			t.Errorf("three times 40 questions of one key took %s", took)
		}
	})
}

// TestHeavyAnswersMakeSmallQueries, and light ones large ones again.
func TestHeavyAnswersMakeSmallQueries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		heavy, most := 100, 0
		g := New(Limits{Queries: 1}, whose, func(_ context.Context, keys []key) (map[key]int, error) {
			<-time.After(time.Millisecond)
			answers := map[key]int{}
			for _, k := range keys {
				answers[k] = heavy
			}
			most = max(most, len(keys))
			return answers, nil
		}).Weigh(5_000, func(weight int) int { return weight })
		storm := func() {
			var asking sync.WaitGroup
			for n := range 3_000 {
				asking.Go(func() { g.Get(t.Context(), key{"T1", n}) })
			}
			asking.Wait()
		}
		storm()
		if most > unweighed {
			t.Errorf("%d keys were asked for before an answer was weighed", most)
		}
		most = 0
		storm()
		if most > 60 {
			t.Errorf("%d keys of 100 each, want about 50", most)
		}
		heavy = 1
		storm()
		if most != 1_000 {
			t.Errorf("at most %d light ones were asked for", most)
		}
	})
}
