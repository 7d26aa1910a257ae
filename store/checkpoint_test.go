package store

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// writeMiB commits so much, a MiB at a time.
func writeMiB(t *testing.T, s *Store, tm *team, n int) {
	t.Helper()
	big := func(t *turn) error {
		return t.emitObject("test", "", map[string]any{"text": strings.Repeat("x", 1<<20)})
	}
	for range n {
		if err := together(t, s, tm.id.Directory(), big)[0]; err != nil {
			t.Fatal(err)
		}
	}
}

// The log begins anew again and again beside commits that never pause; what it grows to while
// somebody reads for long, it doesn't exceed afterwards.
func TestLogStaysShort(t *testing.T) {
	s := openOptions(t, Options{Data: t.TempDir()})
	tm := newTeam(t, s, "team")
	log := func() int64 {
		info, err := os.Stat(filepath.Join(s.options.Data, databaseFile+"-wal"))
		tm.must(err)
		return info.Size() >> 20
	}
	writeMiB(t, s, tm, 70)
	if log() > 50 {
		t.Errorf("after 70 MiB the log has %d", log())
	}
	look, err := s.db.BeginTx(t.Context(), nil)
	tm.must(err)
	var events int
	tm.must(look.QueryRow("SELECT COUNT(*) FROM events").Scan(&events))
	writeMiB(t, s, tm, 40)
	held := log()
	if held < 40 {
		t.Errorf("the log has %d MiB: somebody read, and it began anew", held)
	}
	tm.must(look.Rollback())
	writeMiB(t, s, tm, 50)
	if log() > held+25 {
		t.Errorf("the log has %d MiB, %d when nobody read any more", log(), held)
	}
}

// A store that closes while pages move has all of them when it opens.
func TestCloseDuringACheckpoint(t *testing.T) {
	o := Options{Data: t.TempDir()}
	s := openOptions(t, o)
	tm := newTeam(t, s, "team")
	for round := range 3 {
		writeMiB(t, s, tm, 9) // it is due with the eighth
		tm.must(s.Close())
		h, err := Examine(t.Context(), o, compactTime)
		tm.must(err)
		if h.Damage != "" {
			t.Fatalf("round %d: %s", round, h.Damage)
		}
		s = openOptions(t, o)
		var events int
		tm.must(s.db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM events WHERE type = 'test'").Scan(&events))
		if events != 9*(round+1) {
			t.Fatalf("round %d: %d events", round, events)
		}
	}
}

// Where pages can't be moved, commits go on, and the log of the process has one line.
func TestFailedCheckpointFailsNoCommit(t *testing.T) {
	var lines lockedBuffer
	metrics := prometheus.NewRegistry()
	s := openOptions(t, Options{Data: t.TempDir(), Log: slog.New(slog.NewTextHandler(&lines, nil)), Metrics: metrics})
	tm := newTeam(t, s, "team")
	for range 3 {
		tm.must(s.write(t.Context(), func(tx *tx) error {
			s.checkpointer.committed(tx.session) // SQLite refuses it within a transaction
			return nil
		}))
		writeMiB(t, s, tm, 1)
	}
	families, err := metrics.Gather()
	tm.must(err)
	for _, f := range families {
		if n := f.GetMetric()[0].GetCounter().GetValue(); f.GetName() == "store_sqlite_checkpoints_failed_total" && n != 3 {
			t.Errorf("%v failed, want 3", n)
		}
	}
	lines.mu.Lock()
	defer lines.mu.Unlock()
	if n := bytes.Count(lines.Bytes(), []byte("write-ahead log")); n != 1 {
		t.Errorf("the log says it %d times:\n%s", n, &lines)
	}
}
