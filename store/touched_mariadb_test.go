//go:build mariadb

package store_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// A transaction that took its time before a mark and commits after it has grown its
// stream since the mark.
func TestMariaDBGrowsLate(t *testing.T) {
	s := openMariaDB(t)
	team := testenv.NewTeam(t, s, 1)
	hold := filepath.Join(t.TempDir(), "hold")
	if err := os.WriteFile(hold, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TAUT_TEST_HOLD", hold)
	posted := make(chan store.Posted, 1)
	go func() { posted <- team.Post(team.Users[0].ID, "late") }()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := os.Stat(hold + ".held"); err == nil {
			break
		}
		if t.Context().Err() != nil || len(posted) > 0 {
			t.Fatal("the transaction does not stand still")
		}
		<-tick.C
	}
	_, mark, err := s.TouchedHeads(t.Context(), store.Mark{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(hold+".go", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	e := (<-posted).Event
	want := chat.Head{Stream: e.Stream, Seq: e.Seq}
	if heads, all, err := s.GrownSince(t.Context(), store.MarkOf(mark.Place()), 1000); err != nil || !all || !slices.Contains(heads, want) {
		t.Errorf("%v %v %v, want all and %v", heads, all, err, want)
	}
	if heads, _, err := s.TouchedHeads(t.Context(), mark); err != nil || !slices.Contains(heads, want) {
		t.Errorf("%v %v, want %v among them", heads, err, want)
	}
}
