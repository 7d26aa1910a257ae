package store

import (
	"context"
	"database/sql"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
)

// Options say where the data lies and who hears of commits.
type Options struct {
	// Data is the folder of the SQLite database, made if there is none.
	Data string
	// MySQL is a DSN, user:password@tcp(host:port)/database; "" means SQLite.
	MySQL string
	// Committed is told of events after their commit and before their caller's
	// answer, in order of seq within each stream. It must not block.
	Committed func([]chat.Event)
	Log       *slog.Logger
	Metrics   prometheus.Registerer
	// Retention is how long events that are not messages are kept; 0: 30 days.
	Retention time.Duration
}

// Store is the log and the directory of all workspaces.
type Store struct {
	options Options
	log     *slog.Logger
	dialect *dialect
	// db reads (on SQLite its connections cannot write).
	db *sql.DB
}

// Workspace is a handle bound to one tenant. Making one costs nothing; an id of
// another workspace is NotFound through it.
type Workspace struct {
	store *Store
	id    chat.WorkspaceID
}

// Open opens the store, bringing its schema up to date.
func Open(ctx context.Context, o Options) (*Store, error) { panic("stub") }

// Close ends all work, flushes what is held back and closes the database.
func (s *Store) Close() error { panic("stub") }

// Workspace gives the handle of a tenant, without looking whether there is one.
func (s *Store) Workspace(id chat.WorkspaceID) *Workspace {
	return &Workspace{store: s, id: id}
}

// ID is the workspace that the handle is bound to.
func (w *Workspace) ID() chat.WorkspaceID { return w.id }
