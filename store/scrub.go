package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
)

const (
	// scrubDelay gathers redactions: the write-ahead log is emptied at most once
	// in it, however much is deleted.
	scrubDelay = 30 * time.Second
	// scrubEvery is how often it looks whether to scrub, again where readers stood
	// in the way.
	scrubEvery = 5 * time.Second
	// maxLog is from which size on the write-ahead log is emptied without a
	// redaction: while reads overlap nothing else lets it begin anew.
	maxLog = 64 << 20
	// scrubWait bounds how long an attempt waits for readers; meanwhile commits
	// wait too.
	scrubWait = "busy_timeout(200)"
	// compactBytes is the largest database that Close compacts after redactions,
	// for about a second; compactTime bounds it in any case.
	compactBytes = 64 << 20
	compactTime  = 5 * time.Second
)

// scrubber empties SQLite's write-ahead log some time after a redaction. In the
// database itself what is deleted is overwritten with zeros (secure_delete); the
// log, though, keeps the pages of before until it is written over, which
// in a quiet place may be never. It also empties a log that grew too long.
type scrubber struct {
	due     chan struct{}
	compact atomic.Bool // when the store closes
}

// newScrubber's first scrub is due: a process that was killed may have left a log.
func newScrubber() *scrubber {
	s := &scrubber{due: make(chan struct{}, 1)}
	s.due <- struct{}{}
	return s
}

// mark says that something was redacted, and committed.
func (s *scrubber) mark() {
	s.compact.Store(true)
	select {
	case s.due <- struct{}{}:
	default: // it is due already
	}
}

// runScrubber scrubs until the store closes; closing it scrubs a last time.
func (s *Store) runScrubber(ctx context.Context) {
	ticker := time.NewTicker(scrubEvery)
	defer ticker.Stop()
	var since time.Time // of the first redaction that waits; zero: none does
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.scrubber.due:
			if since.IsZero() {
				since = time.Now()
			}
			continue
		case <-ticker.C:
		}
		if (since.IsZero() || time.Since(since) < scrubDelay) && s.logSize() < maxLog {
			continue
		}
		err := s.scrub(ctx)
		if err == nil {
			since = time.Time{}
		} else if ctx.Err() == nil && !errors.Is(err, errScrubBusy) {
			s.log.Error("scrub failed", "error", err)
		}
	}
}

// logSize is the write-ahead log's; 0 where there is none.
func (s *Store) logSize() int64 {
	info, err := os.Stat(filepath.Join(s.options.Data, databaseFile+"-wal"))
	if err != nil {
		return 0
	}
	return info.Size()
}

var errScrubBusy = errors.New("readers hold the write-ahead log")

// scrub moves the write-ahead log into the database and cuts it to nothing. Most
// of it moves first, beside the commits; they wait for the rest only.
func (s *Store) scrub(ctx context.Context) error {
	db, err := openSQLiteDB(filepath.Join(s.options.Data, databaseFile), 1, scrubWait)
	if err != nil {
		return err
	}
	defer db.Close()
	s.checkpointer.moving.Lock()
	defer s.checkpointer.moving.Unlock()
	var busy, pages, moved int
	for _, mode := range []string{"PASSIVE", "TRUNCATE"} {
		if err := db.QueryRowContext(ctx, "PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &pages, &moved); err != nil {
			return fmt.Errorf("empty the write-ahead log: %w", err)
		}
	}
	if busy != 0 {
		return errScrubBusy
	}
	return nil
}

// compact writes a database anew that is small, and from which something was
// redacted: where SQLite moved a row from page to page before it was redacted, the
// unused part of the former page may still hold it. The committers have stopped.
func (s *Store) compact() {
	if s.scrubber == nil || !s.scrubber.compact.Load() {
		return
	}
	info, err := os.Stat(filepath.Join(s.options.Data, databaseFile))
	if err == nil && info.Size() > compactBytes {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), compactTime)
	defer cancel()
	if err == nil {
		// One text, for one connection; in memory, as a file elsewhere is not ours to hide.
		_, err = s.writer.ExecContext(ctx, "PRAGMA temp_store = MEMORY; VACUUM")
	}
	if err != nil {
		s.log.Warn("the database was not compacted", "error", err)
	}
}
