package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/store"
)

func counter() prometheus.Counter { return prometheus.NewCounter(prometheus.CounterOpts{Name: "lost"}) }

// lostUses is how many the counter tells of.
func (u *uses) lostUses(t *testing.T) float64 {
	t.Helper()
	reg := prometheus.NewRegistry()
	reg.MustRegister(u.lost)
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	return families[0].Metric[0].GetCounter().GetValue()
}

// lookOld looks up a session of the owner whose use was noted a while ago.
func (h *house) lookOld(t *testing.T, id string) error {
	t.Helper()
	now := chat.Now()
	a := answer{caller: chat.Caller{Workspace: h.workspace.ID, User: h.owner.ID, TokenID: id}}
	return h.lookSession(&a, "192.0.2.1", store.FoundToken{Session: &store.Session{
		TokenID: id, User: h.owner.ID,
		UsedMS: now.Add(-sessionTouch - time.Minute).UnixMilli(), ExpiresMS: now.Add(time.Hour).UnixMilli(),
	}})
}

// TestSessionsWhileNothingCanBeWritten: whether writes fail or hang, who has a session
// is let in.
func TestSessionsWhileNothingCanBeWritten(t *testing.T) {
	for name, touch := range map[string]func(context.Context, []store.SessionUse) error{
		"fails": func(context.Context, []store.SessionUse) error { return chat.NewError(chat.Unavailable, "store") },
		"hangs": func(ctx context.Context, _ []store.SessionUse) error { <-ctx.Done(); return ctx.Err() },
	} {
		h := newHouse(t)
		h.uses = newUses(touch, counter())
		if err := h.lookOld(t, "t"); err != nil {
			t.Errorf("the write %s: %v", name, err)
		}
		h.Close()
		if n := h.uses.lostUses(t); n != 1 {
			t.Errorf("the write %s: %v are counted as lost", name, n)
		}
	}
}

// TestTheUseOfASessionIsWritten, with where it was used from.
func TestTheUseOfASessionIsWritten(t *testing.T) {
	h := newHouse(t)
	written := make(chan []store.SessionUse, 1)
	h.uses = newUses(func(ctx context.Context, uses []store.SessionUse) error {
		written <- uses
		return h.store.TouchSessions(ctx, uses)
	}, counter())
	if err := h.lookOld(t, "t"); err != nil {
		t.Fatal(err)
	}
	if got := <-written; !slices.Equal(got, []store.SessionUse{{Workspace: h.workspace.ID, TokenID: "t", Address: "192.0.2.1"}}) {
		t.Errorf("%+v", got)
	}
	h.Close()
}

// TestUsesAreWrittenSortedAndBounded: what comes during a write is written next, each
// once; what fails is counted, and what comes after it is written.
func TestUsesAreWrittenSortedAndBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun, goOn := make(chan []store.SessionUse), make(chan error)
		u := newUses(func(_ context.Context, uses []store.SessionUse) error {
			begun <- uses
			return <-goOn
		}, counter())
		note := func(w, token string) {
			u.note(store.SessionUse{Workspace: chat.WorkspaceID(w), TokenID: token})
		}
		note("T1", "first")
		<-begun
		for n := range maxUses {
			note(fmt.Sprint("T", n%7), fmt.Sprint("token ", n))
			note(fmt.Sprint("T", n%7), fmt.Sprint("token ", n))
		}
		if note("T1", "one too many"); u.lostUses(t) != 1 {
			t.Error("any number wait")
		}
		all := map[store.SessionUse]bool{}
		result := errors.New("a write that fails")
		for len(all) < maxUses {
			goOn <- result
			result = nil
			batch := <-begun
			if len(batch) > usesBatch || !slices.IsSortedFunc(batch, func(a, b store.SessionUse) int {
				return slices.Compare([]string{string(a.Workspace), a.TokenID}, []string{string(b.Workspace), b.TokenID})
			}) {
				t.Fatalf("a batch of %d, not sorted or too large", len(batch))
			}
			for _, use := range batch {
				if all[use] {
					t.Fatalf("%+v is written twice", use)
				}
				all[use] = true
			}
		}
		goOn <- nil
		synctest.Wait()
		if u.writing {
			t.Error("the goroutine goes on for nothing")
		}
		u.close()
		note("T1", "late")
		if u.writing {
			t.Error("one begins after the end")
		}
	})
}
