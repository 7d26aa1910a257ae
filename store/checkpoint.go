package store

import (
	"context"
	"database/sql"
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
	// behindPages is how far the checkpointer may be behind; beyond it the committer
	// moves the pages itself.
	behindPages = 4 * checkpointPages
)

// checkpointer moves the pages of SQLite's write-ahead log into the database, beside
// the commits. Left to SQLite that is done within one of them, which then takes tens
// of milliseconds, whosever messages are in it.
//
// The log begins anew where all of it was moved and nobody reads it. Beside a steady
// load that never comes, as more is committed while pages move: this rest, a few
// pages, is moved by the committer between two commits.
type checkpointer struct {
	log     *slog.Logger
	metrics *metrics
	due     chan struct{}
	rest    atomic.Bool // the committer is to move what is left
	failing atomic.Bool // the last one failed
	// moving is held by who moves pages beside the committer; of two at once one fails.
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
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.due:
		}
		is, err := c.move(ctx, db)
		if ctx.Err() != nil {
			return
		}
		if c.outcome(err); err == nil && is.pages >= restartPages {
			c.rest.Store(true)
		}
	}
}

func (c *checkpointer) move(ctx context.Context, db *sql.DB) (logState, error) {
	c.moving.Lock()
	defer c.moving.Unlock()
	return readLogState(db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)"))
}

// committed is called by the committer after its commits, with its session. What
// fails here fails none of them.
func (c *checkpointer) committed(se *session) {
	is, err := readLogState(se.queryRow("PRAGMA wal_checkpoint(NOOP)"))
	if err != nil {
		c.outcome(err)
		return
	}
	c.metrics.logPages.Set(float64(is.pages))
	waiting := is.pages - is.moved
	if waiting >= checkpointPages {
		select {
		case c.due <- struct{}{}:
		default: // it is due already
		}
	}
	if c.rest.Swap(false) || waiting >= behindPages {
		_, err := readLogState(se.queryRow("PRAGMA wal_checkpoint(PASSIVE)"))
		c.outcome(err)
	}
}

// outcome counts what failed. One line is logged until one succeeds again.
func (c *checkpointer) outcome(err error) {
	failed := err != nil
	if failed {
		c.metrics.checkpointFailed.Inc()
	}
	if c.failing.Swap(failed) != failed && failed {
		c.log.Error("the write-ahead log is not moved into the database and grows until it can be", "error", err)
	}
}

// logState is how many pages the write-ahead log has, and how many of them are in
// the database.
type logState struct{ pages, moved int }

// readLogState reads the answer of a checkpoint. One that finds another at work does
// nothing, which is no error.
func readLogState(row scanner) (is logState, err error) {
	var busy int
	if err = row.Scan(&busy, &is.pages, &is.moved); err != nil {
		err = fmt.Errorf("checkpoint: %w", err)
	}
	return is, err
}
