package search

import "database/sql"

func (b *batch) statement(query string) (*sql.Stmt, error) {
	if s := b.prepared[query]; s != nil {
		return s, nil
	}
	s, err := b.tx.PrepareContext(b.ctx, query)
	if err == nil {
		b.prepared[query] = s
	}
	return s, err
}

func (b *batch) exec(query string, args ...any) error {
	s, err := b.statement(query)
	if err == nil {
		_, err = s.ExecContext(b.ctx, args...)
	}
	return err
}

type scanner interface{ Scan(...any) error }

type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }

func (b *batch) row(query string, args ...any) scanner {
	s, err := b.statement(query)
	if err != nil {
		return failed{err}
	}
	return s.QueryRowContext(b.ctx, args...)
}
