package edgecache

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
)

func in(channels ...chat.ChannelID) (m []chat.Membership) {
	for _, c := range channels {
		m = append(m, chat.Membership{Channel: c})
	}
	return m
}

// TestHintsAreBounded: the longest unused go first, one that is too large is not kept,
// and what is gone weighs nothing.
func TestHintsAreBounded(t *testing.T) {
	user := func(n int) person { return person{"T1", chat.UserID(fmt.Sprint("U", n))} }
	one := (&hint{of: user(0), channels: "C1 C2"}).size()
	h := newHints(3 * one)
	for n := range 3 {
		h.keep(user(n), in("C1", "C2"))
	}
	h.of(user(0))
	h.keep(user(3), in("C1", "C2"))
	h.keep(user(0), in("C3", "C4")) // in place of the others
	for n, want := range [][]chat.ChannelID{{"C3", "C4"}, nil, {"C1", "C2"}, {"C1", "C2"}} {
		if got := h.of(user(n)); !slices.Equal(got, want) {
			t.Errorf("user %d: %v, want %v", n, got, want)
		}
	}
	if h.size() != 3*one || h.order.Len() != 3 || len(h.known) != 3 {
		t.Errorf("%d bytes of %d for %d and %d entries", h.size(), 3*one, h.order.Len(), len(h.known))
	}
	var many []chat.ChannelID
	for n := range 1_000 {
		many = append(many, chat.ChannelID(fmt.Sprint("C", n)))
	}
	h.keep(user(0), in(many...))
	h.keep(user(2), nil)
	h.drop(user(3))
	h.drop(user(9))
	if h.size() != 0 || h.order.Len() != 0 || len(h.known) != 0 {
		t.Errorf("%d bytes are left of %d and %d entries", h.size(), h.order.Len(), len(h.known))
	}
}

func TestHintsAreOnePersons(t *testing.T) {
	h := newHints(hintBytes)
	h.keep(person{"T1", "U1"}, in("C1"))
	for _, p := range []person{{"T2", "U1"}, {"T1", "U2"}, {"T1", ""}, {"", "U1"}, {}} {
		if got := h.of(p); got != nil {
			t.Errorf("%v is told of %v", p, got)
		}
	}
}

// TestHintsAreForgotten that nobody asks for any more.
func TestHintsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHints(hintBytes)
		h.keep(person{"T1", "U1"}, in("C1"))
		h.keep(person{"T1", "U2"}, in("C1"))
		time.Sleep(hintIdle / 2)
		h.of(person{"T1", "U1"})
		time.Sleep(hintIdle/2 + time.Second)
		h.sweep(time.Now().Add(-hintIdle))
		if h.of(person{"T1", "U1"}) == nil || h.of(person{"T1", "U2"}) != nil || len(h.known) != 1 {
			t.Errorf("%d are kept", len(h.known))
		}
	})
}
