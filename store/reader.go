package store

import (
	"context"
	"database/sql"
	"strings"
	"sync"
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

	mu       sync.RWMutex
	prepared map[string]*sql.Stmt
}

func newReader(db *sql.DB, prepares bool) *reader {
	return &reader{DB: db, prepares: prepares, prepared: map[string]*sql.Stmt{}}
}

// QueryContext is sql.DB's, but for Unavailable.
func (r *reader) QueryContext(ctx context.Context, query string, args ...any) (rows *sql.Rows, err error) {
	if st := r.statement(ctx, query); st != nil {
		rows, err = st.QueryContext(ctx, args...)
	} else {
		rows, err = r.DB.QueryContext(ctx, query, args...)
	}
	return rows, unavailable(err)
}

// QueryRowContext is sql.DB's, but for Unavailable.
func (r *reader) QueryRowContext(ctx context.Context, query string, args ...any) scanner {
	if st := r.statement(ctx, query); st != nil {
		return knownRow{st.QueryRowContext(ctx, args...)}
	}
	return knownRow{r.DB.QueryRowContext(ctx, query, args...)}
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
