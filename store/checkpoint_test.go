package store

import (
	"bytes"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const movedByCommits = "store_sqlite_commits_moved_pages_total"

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
	release := hold(t, s)
	writeMiB(t, s, tm, 40)
	held := log()
	if held < 40 {
		t.Errorf("the log has %d MiB: somebody read, and it began anew", held)
	}
	release()
	writeMiB(t, s, tm, 50)
	if log() > held+25 {
		t.Errorf("the log has %d MiB, %d when nobody read any more", log(), held)
	}
}

// What waits is moved beside the commits, and not by them.
func TestPagesMoveBesideCommits(t *testing.T) {
	metrics := prometheus.NewRegistry()
	s := openOptions(t, Options{Data: t.TempDir(), Metrics: metrics})
	tm, se := newTeam(t, s, "team"), besides(t, s)
	writeMiB(t, s, tm, 11) // more than checkpointPages, less than restartPages
	await(t, "the pages to be moved", func() bool { return se.log(t).waiting() < checkpointPages })
	if n := counted(t, metrics, movedByCommits); n != 0 {
		t.Errorf("commits moved %v pages", n)
	}
}

// Somebody who read for long ends: no commit moves all that came meanwhile.
func TestNoCommitMovesWhatALongReaderLeft(t *testing.T) {
	metrics := prometheus.NewRegistry()
	s := openOptions(t, Options{Data: t.TempDir(), Metrics: metrics})
	tm, se := newTeam(t, s, "team"), besides(t, s)
	release := hold(t, s)
	writeMiB(t, s, tm, 50)
	if n := se.log(t).waiting(); n < behindPages {
		t.Fatalf("%d pages wait, which is no backlog", n)
	}
	before := counted(t, metrics, movedByCommits)
	release()
	writeMiB(t, s, tm, 1)
	if n := counted(t, metrics, movedByCommits) - before; n > behindPages {
		t.Errorf("a commit moved %v pages", n)
	}
	await(t, "the pages to be moved", func() bool { return se.log(t).waiting() < checkpointPages })
}

// Commits move many pages only where the checkpointer is not at work, fails, or never ended
// since.
func TestWhatCommitsMove(t *testing.T) {
	for _, test := range []struct {
		what             string
		working, failing bool
		left             int64
		moves            bool
	}{
		{what: "it is at work", working: true},
		{what: "it is not at work", moves: true},
		{what: "it fails", working: true, failing: true, moves: true},
		{what: "it never ended", working: true, left: -farBehindPages, moves: true},
	} {
		t.Run(test.what, func(t *testing.T) {
			s := openOptions(t, Options{Data: t.TempDir()})
			tm, se := newTeam(t, s, "team"), besides(t, s)
			release := hold(t, s)
			writeMiB(t, s, tm, 40)
			s.checkpointer.moving.Lock() // it moves nothing in this test
			defer s.checkpointer.moving.Unlock()
			release()
			c := newCheckpointer(s.log, newMetrics(nil))
			c.working.Store(test.working)
			c.failing.Store(test.failing)
			c.left.Store(test.left)
			before := se.log(t)
			c.committed(se)
			if moved := se.log(t).moved - before.moved; (moved >= behindPages) != test.moves || !test.moves && moved != 0 {
				t.Errorf("%d pages of %d were moved", moved, before.waiting())
			}
			if len(c.due) != 1 {
				t.Error("it is not due")
			}
		})
	}
}

// Who finds another checkpoint at work has neither moved the rest nor seen one succeed.
func TestACheckpointThatFindsAnother(t *testing.T) {
	s := openOptions(t, Options{Data: t.TempDir()})
	tm := newTeam(t, s, "team")
	writeMiB(t, s, tm, 1)
	release := hold(t, s)
	writeMiB(t, s, tm, 1)
	c, mine, theirs := newCheckpointer(s.log, newMetrics(nil)), besides(t, s), besides(t, s)
	ended := make(chan error, 1)
	go func() {
		err := errMoving
		for errors.Is(err, errMoving) {
			_, err = readLogState(theirs.queryRow("PRAGMA wal_checkpoint(TRUNCATE)")) // it waits for the reader
		}
		ended <- err
	}()
	await(t, "a checkpoint that finds the other", func() bool {
		c.rest.Store(true)
		c.failing.Store(true)
		c.committed(mine)
		return c.rest.Load() && c.failing.Load()
	})
	release()
	tm.must(<-ended)
}

// A store that closes while pages move has all of them when it opens.
func TestCloseDuringACheckpoint(t *testing.T) {
	o := Options{Data: t.TempDir()}
	s := openOptions(t, o)
	tm, se := newTeam(t, s, "team"), besides(t, s)
	written := 0
	for moving := false; !moving; {
		release := hold(t, s)
		writeMiB(t, s, tm, 20)
		release()
		writeMiB(t, s, tm, 1) // it is due, with twenty to move
		written += 21
		await(t, "the pages to be moved", func() bool {
			moving = !s.checkpointer.moving.TryLock()
			if !moving {
				s.checkpointer.moving.Unlock()
			}
			waiting := se.log(t).waiting()
			moving = moving && waiting >= checkpointPages
			return moving || waiting < checkpointPages
		})
	}
	tm.must(s.Close())
	h, err := Examine(t.Context(), o, compactTime)
	tm.must(err)
	if h.Damage != "" {
		t.Fatal(h.Damage)
	}
	s = openOptions(t, o)
	var events int
	tm.must(s.db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM events WHERE type = 'test'").Scan(&events))
	if events != written {
		t.Fatalf("%d events of %d", events, written)
	}
}

// besides is a session of its own beside the committer's.
func besides(t *testing.T, s *Store) *session {
	t.Helper()
	db, err := openSQLiteDB(filepath.Join(s.options.Data, databaseFile), 1)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	se := &session{conn: conn, prepared: map[string]*sql.Stmt{}}
	t.Cleanup(func() {
		se.close()
		db.Close()
	})
	return se
}

// log is the state of the write-ahead log.
func (s *session) log(t *testing.T) logState {
	t.Helper()
	is, err := readLogState(s.queryRow(look))
	if err != nil {
		t.Fatal(err)
	}
	return is
}

// await waits for what comes about on its own.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !done(); {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		<-time.After(time.Millisecond)
	}
}

// hold reads until it is released.
func hold(t *testing.T, s *Store) (release func()) {
	t.Helper()
	reading, err := s.db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var events int
	if err := reading.QueryRow("SELECT COUNT(*) FROM events").Scan(&events); err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		if err := reading.Rollback(); err != nil {
			t.Fatal(err)
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
