package store

import (
	"database/sql"
	"fmt"
	"strings"
)

// multiQuery is several statements in one round trip. Those without a scan give
// no result.
type multiQuery struct {
	text strings.Builder
	args []any
	scan []func(*sql.Rows) error
}

// add appends a statement that gives no result.
func (q *multiQuery) add(query string, args ...any) {
	if q.text.Len() > 0 {
		q.text.WriteByte(';')
	}
	q.text.WriteString(query)
	q.args = append(q.args, args...)
}

// ask appends a query, whose result scan reads.
func (q *multiQuery) ask(query string, scan func(*sql.Rows) error, args ...any) {
	q.add(query, args...)
	q.scan = append(q.scan, scan)
}

func (q *multiQuery) run(s *session) error {
	rows, err := s.query(q.text.String(), q.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for i, scan := range q.scan {
		if i > 0 && !rows.NextResultSet() {
			return fmt.Errorf("result %d of %d is missing: %w", i+1, len(q.scan), rows.Err())
		}
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Close()
}

func (q *multiQuery) exec(s *session) error {
	_, err := s.exec(q.text.String(), q.args...)
	return err
}

func sizeOf(query string, args []any) int {
	n := len(query)
	for _, a := range args {
		switch a := a.(type) {
		case []byte:
			n += 2 * len(a)
		case string:
			n += 2 * len(a)
		default:
			n += 20
		}
	}
	return n
}

func scanCount(row scanner) (n int64, err error) { return n, row.Scan(&n) }

// scanInto puts a result's one row, or the zero value where it has none, into a
// view's map.
func scanInto[K comparable, V any](rows *sql.Rows, m *map[K]V, k K, scan func(scanner) (V, error)) (err error) {
	var v V
	if rows.Next() {
		if v, err = scan(rows); err != nil {
			return err
		}
	}
	put(m, k, v)
	return rows.Err()
}

func scanOne(rows *sql.Rows, dest ...any) error {
	if !rows.Next() {
		return fmt.Errorf("no row: %w", rows.Err())
	}
	return rows.Scan(dest...)
}
