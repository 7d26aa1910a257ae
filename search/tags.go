package search

import (
	"database/sql"
	"encoding/binary"
	"errors"
	"slices"
)

// numbers caches what the tags' names are numbered.
type numbers struct{ known map[tagName]int64 }

type tagName struct {
	tenant int64
	name   string
}

// maxNumbers bounds the cache; a full one begins anew.
const maxNumbers = 50_000

// tagNumbers are the tags by their numbers, sorted.
func (b *batch) tagNumbers(tenant int64, names []string) ([]int64, error) {
	all := make([]int64, 0, len(names))
	for _, name := range names {
		key := tagName{tenant, name}
		num, ok := b.numbers.known[key]
		if !ok {
			var err error
			if num, err = b.tagNumber(key); err != nil {
				return nil, err
			}
			if len(b.numbers.known) >= maxNumbers || b.numbers.known == nil {
				b.numbers.known = map[tagName]int64{}
			}
			b.numbers.known[key] = num
		}
		all = append(all, num)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// tagNumber looks a tag's number up, or gives it one.
func (b *batch) tagNumber(t tagName) (num int64, err error) {
	err = b.row("SELECT num FROM tag_names WHERE tenant = ? AND name = ?", t.tenant, t.name).Scan(&num)
	if errors.Is(err, sql.ErrNoRows) {
		err = b.row("INSERT INTO tag_names (tenant, name) VALUES (?, ?) RETURNING num", t.tenant, t.name).Scan(&num)
	}
	return num, err
}

func pack(tags []int64) []byte {
	raw := []byte{}
	for _, t := range tags {
		raw = binary.AppendUvarint(raw, uint64(t))
	}
	return raw
}

func unpack(raw []byte) []int64 {
	var tags []int64
	for len(raw) > 0 {
		t, n := binary.Uvarint(raw)
		if n <= 0 {
			return tags
		}
		tags, raw = append(tags, int64(t)), raw[n:]
	}
	return tags
}
