package store

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
)

// slowRead is a read whose rows stay open until it ends.
func slowRead(t *testing.T, w *Workspace) (end func()) {
	t.Helper()
	rows, err := w.store.db.QueryContext(t.Context(), "SELECT user_id FROM users WHERE workspace_id = ? UNION ALL SELECT 'x'", w.id)
	if err != nil {
		t.Fatal(err)
	}
	return func() { rows.Close() }
}

// A workspace that reads as much as it can, and has more waiting, leaves
// connections for another's reads.
func TestReadsOfAnotherGoThrough(t *testing.T) {
	s := openStore(t)
	loud, quiet := newTeam(t, s, "loud"), newTeam(t, s, "quiet")
	most := s.db.gate.most
	var ends []func()
	for range most {
		ends = append(ends, slowRead(t, loud.Workspace))
	}
	var waiting sync.WaitGroup
	for range 100 {
		waiting.Go(func() {
			if _, err := loud.User(t.Context(), loud.owner.ID); err != nil {
				t.Error(err)
			}
		})
	}
	for loud.waitingReads() < 100 {
		runtime.Gosched()
	}
	c := quiet.channel("dev")
	if _, err := quiet.Unread(t.Context(), quiet.owner.ID, []chat.ChannelID{c.ID}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := quiet.History(t.Context(), c.ID, Range{}); err != nil {
		t.Fatal(err)
	}
	for _, end := range ends {
		end()
	}
	waiting.Wait()
	if g := s.db.gate; len(g.running) != 0 || len(g.waiting) != 0 || len(g.turns) != 0 {
		t.Errorf("in use after all: %v, waiting %v", g.running, g.waiting)
	}
}

func (tm *team) waitingReads() int {
	g := tm.store.db.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting[tm.id])
}

func TestReadGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newReadGate(4, newMetrics(nil).readRefused)
		var mu sync.Mutex
		var served []chat.WorkspaceID
		enter := func(w chat.WorkspaceID) {
			go func() {
				if g.enter(t.Context(), w) == nil {
					mu.Lock()
					defer mu.Unlock()
					served = append(served, w)
				}
			}()
			synctest.Wait()
		}
		for range 6 {
			enter("A")
		}
		if len(served) != 3 {
			t.Errorf("%d of one workspace run at once", len(served))
		}
		enter("B")
		enter("B")
		if len(served) != 4 {
			t.Errorf("%v run", served)
		}
		// Turn by turn, though A has waited longer.
		for range 4 {
			done := served[0]
			served = served[1:]
			g.leave(done)
			synctest.Wait()
		}
		counts := map[chat.WorkspaceID]int{}
		for _, w := range served {
			counts[w]++
		}
		if counts["A"] != 3 || counts["B"] != 1 {
			t.Errorf("%v run after four were done", served)
		}
		for _, w := range served {
			g.leave(w)
		}
		if len(g.running) != 0 || g.free != 4 {
			t.Errorf("in use after all: %v", g.running)
		}
	})
}

func TestReadGateIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newReadGate(1, newMetrics(nil).readRefused)
		if err := g.enter(t.Context(), "A"); err != nil {
			t.Fatal(err)
		}
		gone, cancel := context.WithCancel(t.Context())
		start := time.Now()
		results := make(chan error, maxWaitingReads+1)
		for i := range maxWaitingReads {
			ctx := t.Context()
			if i == 0 {
				ctx = gone
			}
			go func() { results <- g.enter(ctx, "A") }()
		}
		synctest.Wait()
		if err := g.enter(t.Context(), "A"); chat.CodeOf(err) != chat.Limited {
			t.Errorf("one too many: %v", err)
		}
		cancel()
		if err := <-results; chat.CodeOf(err) != chat.Unavailable || time.Since(start) != 0 {
			t.Errorf("a caller who went away: %v after %s", err, time.Since(start))
		}
		for range maxWaitingReads - 1 {
			if err := <-results; chat.CodeOf(err) != chat.Unavailable {
				t.Errorf("one who waited too long: %v", err)
			}
		}
		if waited := time.Since(start); waited != readWait || len(g.turns) != 0 || len(g.waiting) != 0 {
			t.Errorf("waited %s; left in the queue: %v", waited, g.turns)
		}
		g.leave("A")
		if err := g.enter(t.Context(), "A"); err != nil {
			t.Error(err)
		}
	})
}
