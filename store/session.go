package store

import (
	"context"
	"database/sql"
)

// session is one connection that writes. On SQLite its statements are prepared
// once; on MySQL they go out as text, many in one round trip. Deadlines are the
// connection's own (see mysqlConfig): a transaction under way is not to be torn
// by a caller that goes away.
type session struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt // nil: statements aren't prepared
}

// maxPrepared bounds the prepared statements; there are about a hundred texts.
const maxPrepared = 512

func (s *session) statement(query string) (*sql.Stmt, error) {
	if st := s.prepared[query]; st != nil {
		return st, nil
	}
	st, err := s.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	if len(s.prepared) >= maxPrepared {
		s.forget()
	}
	s.prepared[query] = st
	return st, nil
}

func (s *session) forget() {
	for query, st := range s.prepared {
		st.Close()
		delete(s.prepared, query)
	}
}

func (s *session) exec(query string, args ...any) (sql.Result, error) {
	if s.prepared == nil {
		return s.conn.ExecContext(context.Background(), query, args...)
	}
	st, err := s.statement(query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(context.Background(), args...)
}

func (s *session) query(query string, args ...any) (*sql.Rows, error) {
	if s.prepared == nil {
		return s.conn.QueryContext(context.Background(), query, args...)
	}
	st, err := s.statement(query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(context.Background(), args...)
}

func (s *session) queryRow(query string, args ...any) scanner {
	if s.prepared == nil {
		return s.conn.QueryRowContext(context.Background(), query, args...)
	}
	st, err := s.statement(query)
	if err != nil {
		return failedRow{err}
	}
	return st.QueryRowContext(context.Background(), args...)
}

func (s *session) close() error {
	s.forget()
	return s.conn.Close()
}
