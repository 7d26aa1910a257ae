package store_test

import (
	"slices"
	"testing"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// What grew since a mark is told to whoever knows the mark, however little it knows
// else, and not where that would be too much, the mark is of another history, or the clock it was
// taken by has been set back.
func testGrownSince(t *testing.T, open opener) {
	s := open(t)
	team := testenv.NewTeam(t, s, 1)
	_, mark, err := s.TouchedHeads(t.Context(), store.Mark{})
	if err != nil {
		t.Fatal(err)
	}
	place := mark.Place()
	if place == (chat.Mark{}) {
		t.Fatal("the mark has no place")
	}
	p := team.Post(team.Users[0].ID, "x")
	heads, all, err := s.GrownSince(t.Context(), store.MarkOf(place), 100)
	if err != nil || !all || !slices.Contains(heads, chat.Head{Stream: p.Event.Stream, Seq: p.Event.Seq}) {
		t.Errorf("%v %v %v, want all and seq %d of %s", heads, all, err, p.Event.Seq, p.Event.Stream.ID)
	}
	if _, all, err := s.GrownSince(t.Context(), store.MarkOf(place), 0); all || err != nil {
		t.Errorf("more than the limit are all: %v", err)
	}
	ahead := chat.Mark{Of: place.Of, At: place.At + 3_600_000}
	if _, all, err := s.GrownSince(t.Context(), store.MarkOf(ahead), 100); all || err != nil {
		t.Errorf("of a mark that is yet to come all is known: %v", err)
	}
	place.Of++
	if _, all, err := s.GrownSince(t.Context(), store.MarkOf(place), 100); all || err != nil {
		t.Errorf("of another history's mark all is known: %v", err)
	}
}
