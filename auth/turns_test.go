package auth

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/internal/testenv"
)

// Whose workspace's sign-ins are tried by many at once waits for them; another's don't.
func TestSignInsOfOneWorkspaceKeepNoOthersWaiting(t *testing.T) {
	s := testenv.Open(t)
	reg := prometheus.NewRegistry()
	a, err := New(t.Context(), s, reg)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	flooded, other := testenv.NewTeam(t, s, 1), testenv.NewTeam(t, s, 1)
	var taken []chat.WorkspaceID // all places
	for n := 0; ; n++ {
		w := chat.WorkspaceID(fmt.Sprint("TTAKEN", n))
		ctx, cancel := context.WithCancel(t.Context())
		if n > 0 {
			cancel() // whoever finds a place takes it all the same
		}
		err := a.hashing.Enter(ctx, w)
		cancel()
		if err != nil {
			break
		}
		taken = append(taken, w)
	}
	tries := func(team *testenv.Team, n int) {
		_, err := a.SignIn(t.Context(), Credentials{Domain: team.Info.Domain, Email: fmt.Sprint(n, "@example.com"), Password: "wrong"}, Browser{Address: fmt.Sprint("192.0.2.", n)})
		if chat.CodeOf(err) != chat.Forbidden {
			t.Error(err)
		}
	}
	const many = 40
	var done sync.WaitGroup
	var mu sync.Mutex
	answered := 0 // guarded by mu
	for n := range many {
		done.Go(func() {
			tries(flooded, n)
			mu.Lock()
			answered++
			mu.Unlock()
		})
	}
	awaitWaits(t, reg, many+1) // and the one that found no place
	done.Go(func() {
		tries(other, 1)
		mu.Lock()
		defer mu.Unlock()
		if answered > many/2 {
			t.Errorf("after %d of the other workspace", answered)
		}
	})
	awaitWaits(t, reg, many+2)
	for _, w := range taken {
		a.hashing.Leave(w)
	}
	done.Wait()
}

// awaitWaits waits until a place was waited for so many times.
func awaitWaits(t *testing.T, reg *prometheus.Registry, n float64) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(time.Minute); ; {
		families, err := reg.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			if f.GetName() == "taut_gate_waits_total" && f.GetMetric()[0].GetCounter().GetValue() >= n {
				return
			}
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("fewer than %v wait", n)
		}
	}
}
