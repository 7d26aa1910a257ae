package store

import (
	"strings"
)

const (
	maxPage  = 1000
	maxChunk = 500 // of ids in one query
)

// pageLimit bounds what a list gives at once.
func pageLimit(limit int) int {
	if limit <= 0 || limit > maxPage {
		return maxPage
	}
	return limit
}

// nameKey is a name or e-mail address as it is compared.
func nameKey(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// someRows are a reader's or a transaction's.
type someRows interface {
	scanner
	Next() bool
	Err() error
	Close() error
}

// collect scans all rows and closes them. err is that of the query itself.
func collect[T any](rows someRows, err error, scan func(scanner) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, unavailable(rows.Err())
}

// inChunks calls f with the ids as arguments, maxChunk at a time.
func inChunks[T any](ids []T, f func(chunk []any) error) error {
	for len(ids) > 0 {
		n := min(len(ids), maxChunk)
		chunk := make([]any, n)
		for i, id := range ids[:n] {
			chunk[i] = id
		}
		if err := f(chunk); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}
