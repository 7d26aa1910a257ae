package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
)

const (
	// checkpointPages is how many pages of the write-ahead log, 8 MiB, wait until the
	// checkpointer moves them. Of fewer at once, those that many batches touch are
	// written more often.
	checkpointPages = 2000
	// restartPages is from which length on the log is to begin anew.
	restartPages = 2 * checkpointPages
	// behindPages is the most that the committer moves as a rest. Where the checkpointer
	// is not at work, or fails, the committer moves whatever waits from so many on.
	behindPages = 4 * checkpointPages
	// farBehindPages, 500 MiB, is how much may be committed while the checkpointer moves
	// pages once: beyond it commits wait for it.
	farBehindPages = 64 * checkpointPages
)

// checkpointer moves the pages of SQLite's write-ahead log into the database, beside
// the commits. Left to SQLite that is done within one of them, which then takes tens
// of milliseconds, whosever messages are in it; and seconds where somebody read for
// long, as a backup does, for until they end nothing of what follows can be moved.
//
// The log begins anew where all of it was moved and nobody reads it. Beside a steady
// load that never comes, as more is committed while pages move: this rest, a few
// pages, is moved by the committer between two commits.
type checkpointer struct {
	log     *slog.Logger
	metrics *metrics
	due     chan struct{}
	working atomic.Bool  // run is there
	rest    atomic.Bool  // the committer is to move what is left
	failing atomic.Bool  // the last one failed
	left    atomic.Int64 // how many pages waited when the checkpointer last ended
	// moving is held by who moves pages beside the committer; of two at once one finds the
	// other at work.
	moving sync.Mutex
}

func newCheckpointer(log *slog.Logger, m *metrics) *checkpointer {
	return &checkpointer{log: log, metrics: m, due: make(chan struct{}, 1)}
}

// run moves pages when the committer says that there are enough, until the store
// closes; what is left then is moved when the last connection closes.
func (c *checkpointer) run(ctx context.Context, data string) {
	db, err := openSQLiteDB(filepath.Join(data, databaseFile), 1)
	if err != nil {
		c.outcome(err)
		return
	}
	defer db.Close()
	c.working.Store(true)
	defer c.working.Store(false)
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.due:
		}
		if err := c.move(ctx, db); ctx.Err() == nil {
			c.outcome(err)
		}
	}
}

// move moves what can be moved, and says whether the committer is to move the rest.
func (c *checkpointer) move(ctx context.Context, db *sql.DB) error {
	c.moving.Lock()
	defer c.moving.Unlock()
	is, err := readLogState(db.QueryRowContext(ctx, passive))
	if err != nil {
		return err
	}
	c.left.Store(int64(is.waiting()))
	if is.pages >= restartPages {
		c.rest.Store(true)
	}
	return nil
}

// committed is called by the committer after its commits, with its session. What
// fails here fails none of them.
func (c *checkpointer) committed(se *session) {
	is, err := readLogState(se.queryRow(look))
	if err != nil {
		c.outcome(err)
		return
	}
	c.metrics.logPages.Set(float64(is.pages))
	waiting := is.waiting()
	if waiting >= checkpointPages {
		select {
		case c.due <- struct{}{}:
		default: // it is due already
		}
	}
	switch alone := !c.working.Load() || c.failing.Load(); {
	case alone && waiting >= behindPages, waiting < behindPages && c.rest.Swap(false):
		c.moveHere(se, is)
	case c.farBehind(is):
		c.catchUp(se)
	}
}

// catchUp waits for the checkpointer where it is at work, and does its work where it
// never began.
func (c *checkpointer) catchUp(se *session) {
	c.moving.Lock()
	defer c.moving.Unlock()
	is, err := readLogState(se.queryRow(look))
	if err != nil {
		c.outcome(err)
	} else if c.farBehind(is) {
		c.moveHere(se, is)
	}
}

// farBehind leaves out what waited already when the checkpointer last ended, which those
// who read for long keep where it is.
func (c *checkpointer) farBehind(is logState) bool {
	return is.waiting()-int(c.left.Load()) >= farBehindPages
}

// moveHere moves pages between two commits.
func (c *checkpointer) moveHere(se *session, before logState) {
	after, err := readLogState(se.queryRow(passive))
	switch {
	case errors.Is(err, errMoving):
		c.rest.Store(true)
	case err == nil:
		c.metrics.commitsMoved.Add(float64(max(0, after.moved-before.moved)))
	}
	c.outcome(err)
}

// outcome counts what failed. One line is logged until one succeeds again. Who found
// another at work knows nothing of that.
func (c *checkpointer) outcome(err error) {
	if errors.Is(err, errMoving) {
		return
	}
	failed := err != nil
	if failed {
		c.metrics.checkpointFailed.Inc()
	}
	if c.failing.Swap(failed) != failed && failed {
		c.log.Error("the write-ahead log is not moved into the database and grows until it can be", "error", err)
	}
}

const (
	// look moves nothing.
	look = "PRAGMA wal_checkpoint(NOOP)"
	// passive moves what nobody's reading needs where it is, and waits for nobody.
	passive = "PRAGMA wal_checkpoint(PASSIVE)"
)

// logState is how many pages the write-ahead log has, and how many of them are in
// the database.
type logState struct{ pages, moved int }

func (l logState) waiting() int { return l.pages - l.moved }

// errMoving is the answer of a checkpoint that found another at work, and did nothing.
var errMoving = errors.New("another checkpoint is at work")

// readLogState reads the answer of a checkpoint.
func readLogState(row scanner) (is logState, err error) {
	var busy int
	switch err = row.Scan(&busy, &is.pages, &is.moved); {
	case err != nil:
		return is, fmt.Errorf("checkpoint: %w", err)
	case busy != 0:
		return is, errMoving
	}
	return is, nil
}
