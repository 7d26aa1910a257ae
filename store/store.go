package store

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
)

// Options say where the data lies and who hears of commits.
type Options struct {
	// Data is the folder of the SQLite database, made if there is none. On MySQL,
	// where one is named, it is locked, so that one process has what lies there.
	Data string
	// MySQL is a DSN, user:password@tcp(host:port)/database; "" means SQLite.
	MySQL string
	// Await: Open waits for a MySQL that cannot be reached yet.
	Await bool
	// Committed is told of events after their commit and before their caller's
	// answer, in order of seq within each stream. It must not block.
	Committed func([]chat.Event)
	// PublicURL is the server's own URL as clients reach it; "": see ServedAt.
	PublicURL string
	Log       *slog.Logger
	Metrics   prometheus.Registerer
	// Retention is how long events that are not messages are kept; 0: 30 days.
	Retention time.Duration
}

const defaultRetention = 30 * 24 * time.Hour

// Store is the log and the directory of all workspaces.
type Store struct {
	options     Options
	log         *slog.Logger
	metrics     *metrics
	dialect     *dialect
	lock        *folderLock // nil where there is no folder
	committers  committers
	incarnation atomic.Pointer[string]
	address     atomic.Pointer[string]
	// db reads (on SQLite its connections cannot write).
	db *reader
	// writer is where connections that write come from.
	writer *sql.DB
	// primary is the server that both lead to; nil on SQLite.
	primary *primary
	clock   primaryClock

	dueAdded chan struct{}
	keywords *keywords

	// links are streams whose history is to be linked.
	links   chan shownHead
	carrier *carrier
	marks   *marks
	imports atomic.Bool // one runs
	// Both are nil on MySQL.
	scrubber     *scrubber
	checkpointer *checkpointer

	// life ends when Close begins; the goroutines that work by themselves go
	// with it and are counted in background.
	life       context.Context
	end        context.CancelFunc
	background sync.WaitGroup
	closed     sync.Once
}

// Workspace is a handle bound to one tenant. Making one costs nothing; an id of
// another workspace is NotFound through it.
type Workspace struct {
	store *Store
	id    chat.WorkspaceID
}

// Open opens the store, bringing its schema up to date.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Retention == 0 {
		o.Retention = defaultRetention
	}
	s := &Store{options: o, log: o.Log.With("component", "store"), metrics: newMetrics(o.Metrics),
		carrier: newCarrier(), marks: newMarks(), dueAdded: make(chan struct{}, 1), links: make(chan shownHead, fillWaiting), keywords: newKeywords()}
	address := strings.TrimRight(o.PublicURL, "/")
	s.address.Store(&address)
	s.life, s.end = context.WithCancel(context.Background())
	open := s.openSQLite
	if o.MySQL != "" {
		open = s.openMySQL
	}
	if err := open(ctx); err != nil {
		return nil, errors.Join(err, s.release())
	}
	s.db.queries = s.metrics.queries
	if err := s.readIncarnation(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.background.Go(s.trimLoop)
	s.background.Go(s.expireLoop)
	s.background.Go(func() { s.runCarrier(s.life) })
	s.background.Go(func() { s.runMarks(s.life) })
	s.background.Go(func() { s.runLinks(s.life) })
	if s.scrubber != nil {
		s.background.Go(func() { s.runScrubber(s.life) })
		s.background.Go(func() { s.checkpointer.run(s.life, s.options.Data) })
	}
	return s, nil
}

// Close ends all work, flushes what is held back and closes the database.
func (s *Store) Close() error {
	var err error
	s.closed.Do(func() {
		s.end()
		s.background.Wait()
		s.committers.stop()
		s.compact()
		err = s.release()
	})
	return err
}

// release closes what is open.
func (s *Store) release() error {
	var err error
	if s.db != nil {
		err = s.db.Close()
	}
	if s.writer != nil {
		err = errors.Join(err, s.writer.Close())
	}
	if s.primary != nil {
		err = errors.Join(err, s.primary.close())
	}
	return errors.Join(err, s.lock.release())
}

// Workspace gives the handle of a tenant, without looking whether there is one.
func (s *Store) Workspace(id chat.WorkspaceID) *Workspace {
	return &Workspace{store: s, id: id}
}

// ID is the workspace that the handle is bound to.
func (w *Workspace) ID() chat.WorkspaceID { return w.id }
