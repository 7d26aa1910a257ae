package gather

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
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
					<-time.After(1 + storm.within*time.Duration(n)/all)
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
			<-time.After(time.Second)
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

// TestAGatewaysClientsAreAFewReads: ten thousand come to three nodes within three
// seconds, of however many workspaces, each with a token and then for its memberships.
func TestAGatewaysClientsAreAFewReads(t *testing.T) {
	for _, took := range []time.Duration{time.Millisecond, 25 * time.Millisecond} {
		for _, workspaces := range []int{1, 10, 100, 10_000} {
			synctest.Test(t, func(t *testing.T) {
				const all, nodes, within = 10_000, 3, 3 * time.Second
				var queries, slow atomic.Int64
				read := func(context.Context, []key) (map[key]int, error) {
					queries.Add(1)
					<-time.After(took)
					return nil, nil
				}
				var tokens, memberships [nodes]*Gatherer[key, int]
				for i := range nodes {
					tokens[i], memberships[i] = New(Limits{}, whose, read), New(Limits{}, whose, read)
				}
				dice := rand.New(rand.NewPCG(1, 2))
				var asking sync.WaitGroup
				for n := range all {
					<-time.After(1 + time.Duration(dice.ExpFloat64()*float64(within/all)))
					of, node := dice.IntN(workspaces), dice.IntN(nodes)
					asking.Go(func() {
						start := time.Now()
						k := key{chat.WorkspaceID(fmt.Sprint("T", of)), n}
						tokens[node].Get(t.Context(), k)
						memberships[node].Get(t.Context(), k)
						if time.Since(start) > 2*(250*time.Millisecond+2*took)+10*time.Millisecond {
							slow.Add(1)
						}
					})
				}
				asking.Wait()
				if q := queries.Load() * 1000 / all; q > 10 || slow.Load() > 0 {
					t.Errorf("%d workspaces, reads of %s: %d reads a thousand, %d clients waited for long", workspaces, took, q, slow.Load())
				}
			})
		}
	}
}

// TestTheUsualLoadWaitsForNothing, as a few hundred a second are no storm; and where
// those come a few dozen at a time, for little.
func TestTheUsualLoadWaitsForNothing(t *testing.T) {
	for perSecond, p90 := range map[int]time.Duration{50: time.Millisecond, 100: 2 * time.Millisecond, 200: 4 * time.Millisecond} {
		for _, together := range []int{1, 20} {
			synctest.Test(t, func(t *testing.T) {
				var queries, most atomic.Int64
				g := New(Limits{}, whose, counting(&queries, &most))
				dice := rand.New(rand.NewPCG(1, 2))
				took := make([]time.Duration, perSecond*30)
				var asking sync.WaitGroup
				for n := range took {
					if n%together == 0 {
						<-time.After(1 + time.Duration(dice.ExpFloat64()/float64(perSecond/together)*float64(time.Second)))
					}
					asking.Go(func() {
						start := time.Now()
						g.Get(t.Context(), key{"T1", n})
						took[n] = time.Since(start)
					})
				}
				asking.Wait()
				slices.Sort(took)
				if nine := took[len(took)*9/10]; nine > p90+time.Duration(together-1)*4*time.Millisecond {
					t.Errorf("%d/s, %d at a time: of ten one took more than %s", perSecond, together, nine)
				}
			})
		}
	}
}

// TestAWorkspacesStormIsItsOwn: others that come meanwhile wait for nobody.
func TestAWorkspacesStormIsItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var queries, most atomic.Int64
		g := New(Limits{}, whose, counting(&queries, &most))
		var asking sync.WaitGroup
		for n := range 2_000 {
			asking.Go(func() {
				<-time.After(time.Duration(1+n) * time.Millisecond)
				g.Get(t.Context(), key{"T1", n})
			})
		}
		for n := range 18 {
			asking.Go(func() {
				<-time.After(time.Duration(200+n*100) * time.Millisecond)
				start := time.Now()
				g.Get(t.Context(), key{"T2", n})
				if took := time.Since(start); took > 5*time.Millisecond {
					t.Errorf("another workspace's question %d took %s", n, took)
				}
			})
		}
		asking.Wait()
		if q := queries.Load(); q > 60 {
			t.Errorf("%d queries", q)
		}
	})
}

// TestWorkspacesAreForgotten, however many have come.
func TestWorkspacesAreForgotten(t *testing.T) {
	s, now := newStorm(), time.Now()
	for n := range 50 * remembered {
		s.came(chat.WorkspaceID(fmt.Sprint("T", n)), now.Add(time.Duration(n)*100*time.Microsecond))
	}
	if n := len(s.of); n > 2*remembered {
		t.Errorf("%d workspaces are remembered", n)
	}
}
