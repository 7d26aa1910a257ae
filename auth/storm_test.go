package auth

import (
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/store"
)

// queries is how many reads the store has made.
func (h *house) queries(t *testing.T) float64 {
	t.Helper()
	all, err := h.counted.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		if m.GetName() == "store_queries_total" {
			return m.GetMetric()[0].GetCounter().GetValue()
		}
	}
	t.Fatal("nobody counts queries")
	return 0
}

// TestTicketsOfAStormAreReadTogether, on a node that did not hand them out: each is
// worth what its token is.
func TestTicketsOfAStormAreReadTogether(t *testing.T) {
	h := newHouse(t)
	const clients = 100
	bound := h.store.Workspace(h.workspace.ID)
	var ids, tickets []string
	for range clients {
		text, err := NewToken(chat.UserToken, h.workspace.ID, h.owner.ID)
		if err != nil {
			t.Fatal(err)
		}
		id, err := bound.CreateToken(t.Context(), store.NewToken{Hash: HashToken(text), Type: chat.UserToken, User: h.owner.ID})
		if err != nil {
			t.Fatal(err)
		}
		ticket, err := h.NewTicket(t.Context(), chat.Caller{Workspace: h.workspace.ID, User: h.owner.ID, TokenID: id})
		if err != nil {
			t.Fatal(err)
		}
		ids, tickets = append(ids, id), append(tickets, ticket)
	}
	if _, err := bound.Revoke(t.Context(), store.Revocation{User: h.owner.ID, Only: ids[0]}); err != nil {
		t.Fatal(err)
	}
	other, err := New(t.Context(), h.store, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	before := h.queries(t)
	var redeeming sync.WaitGroup
	for n := range clients {
		redeeming.Go(func() {
			c, err := other.RedeemTicket(t.Context(), tickets[n])
			if n == 0 {
				if chat.CodeOf(err) != chat.Unauthenticated {
					t.Errorf("a revoked token's ticket: %+v, %v", c, err)
				}
			} else if err != nil || c.TokenID != ids[n] || c.User != h.owner.ID {
				t.Errorf("ticket %d: %+v, %v", n, c, err)
			}
		})
	}
	redeeming.Wait()
	if made := h.queries(t) - before; made > clients/4 {
		t.Errorf("%v queries for %d tickets", made, clients)
	}
}
