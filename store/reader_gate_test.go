package store

import (
	"runtime"
	"sync"
	"testing"

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
	reads := s.db.gate
	var ends []func()
	for range reads.Limits().Each {
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
	for waiting := 0; waiting < 100; {
		_, waiting = reads.Occupied(loud.id)
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
	if !reads.Empty() {
		t.Error("connections are in use after all")
	}
}
