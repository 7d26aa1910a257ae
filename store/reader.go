package store

import (
	"context"
	"database/sql"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"taut/internal/fair"
)

// maxPreparedArgs bounds the arguments of a text that is prepared: beyond it are
// queries by lists, of as many texts as lengths.
const maxPreparedArgs = 16

// reader is where reads outside a transaction of a committer go. On SQLite it
// prepares each text once; preparing costs more than most queries. On MySQL a
// text with its arguments takes one round trip, a prepared one two.
type reader struct {
	*sql.DB
	prepares bool
	gate     *fair.Gate
	queries  prometheus.Counter // nil: nobody counts

	mu       sync.RWMutex
	prepared map[string]*sql.Stmt
}

func newReader(db *sql.DB, gate *fair.Gate, prepares bool) *reader {
	return &reader{DB: db, prepares: prepares, gate: gate, prepared: map[string]*sql.Stmt{}}
}

// QueryContext is sql.DB's, but for Unavailable, and for Limited and the wait where
// the workspace, the first among the arguments, reads too much. While the rows are
// open their goroutine must not ask for others.
func (r *reader) QueryContext(ctx context.Context, query string, args ...any) (*readRows, error) {
	w := readerOf(args)
	if err := r.gate.Enter(ctx, w); err != nil {
		return nil, err
	}
	rows, err := r.query(ctx, query, args)
	if err != nil {
		r.gate.Leave(w)
		return nil, unavailable(err)
	}
	return &readRows{Rows: rows, leave: func() { r.gate.Leave(w) }}, nil
}

func (r *reader) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	r.count()
	if st := r.statement(ctx, query); st != nil {
		return st.QueryContext(ctx, args...)
	}
	return r.DB.QueryContext(ctx, query, args...)
}

func (r *reader) count() {
	if r.queries != nil {
		r.queries.Inc()
	}
}

// readRows are rows whose connection is given to the next when they end.
type readRows struct {
	*sql.Rows
	leave func() // nil: it is given back
}

// Next is sql.Rows'.
func (r *readRows) Next() bool {
	if r.Rows.Next() {
		return true
	}
	r.Close()
	return false
}

// Close is sql.Rows'.
func (r *readRows) Close() error {
	err := r.Rows.Close()
	if r.leave != nil {
		r.leave()
		r.leave = nil
	}
	return err
}

// QueryRowContext is QueryContext for one row, which has to be scanned.
func (r *reader) QueryRowContext(ctx context.Context, query string, args ...any) scanner {
	rows, err := r.QueryContext(ctx, query, args...)
	if err != nil {
		return failedRow{err}
	}
	return firstRow{rows}
}

// firstRow is the first of some rows, as sql.Row is.
type firstRow struct{ rows *readRows }

func (r firstRow) Scan(into ...any) error {
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return unavailable(err)
		}
		return sql.ErrNoRows
	}
	if err := r.rows.Scan(into...); err != nil {
		return err
	}
	return unavailable(r.rows.Close())
}

// statement is the query's statement; nil where it has none, as those beyond the
// bounds and those that don't prepare, whose error the query gives.
func (r *reader) statement(ctx context.Context, query string) *sql.Stmt {
	if !r.prepares {
		return nil
	}
	r.mu.RLock()
	st := r.prepared[query]
	r.mu.RUnlock()
	if st != nil || strings.Count(query, "?") > maxPreparedArgs {
		return st
	}
	st, err := r.DB.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	return r.keep(query, st)
}

// keep remembers the statement, unless another reader was faster or there are
// too many. It is apart from preparing, which may wait for a connection.
func (r *reader) keep(query string, st *sql.Stmt) *sql.Stmt {
	r.mu.Lock()
	defer r.mu.Unlock()
	if first := r.prepared[query]; first != nil || len(r.prepared) >= maxPrepared {
		st.Close()
		return first
	}
	r.prepared[query] = st
	return st
}

// Close closes the statements and the database.
func (r *reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, st := range r.prepared {
		st.Close()
	}
	clear(r.prepared)
	return r.DB.Close()
}
