package edgecache

import (
	"cmp"
	"slices"
	"strings"

	"taut/internal/words"
)

// entry is something that has an id and is found by its names.
type entry[T any] struct {
	id    string
	key   string   // the name that it is sorted by
	names []string // folded; the key is the first
	value T
	// inactive ones are found only where that is asked for.
	inactive bool
	bytes    int64
}

// newEntry folds the names, of which the first that is not empty sorts it.
func newEntry[T any](id string, value T, inactive bool, bytes int64, names ...string) *entry[T] {
	e := &entry[T]{id: id, value: value, inactive: inactive, bytes: bytes}
	for _, n := range names {
		if n = words.Fold(n); n != "" && !slices.Contains(e.names, n) {
			e.names = append(e.names, n)
			e.bytes += int64(len(n))
		}
	}
	if len(e.names) > 0 {
		e.key = e.names[0]
	}
	return e
}

// index finds entries by id and by name.
type index[T any] struct {
	byID   map[string]*entry[T]
	sorted []*entry[T] // by key, then id
	bytes  int64
	// unsettled are by id what was put and is not among the others yet; nil: removed.
	unsettled map[string]*entry[T]
}

func newIndex[T any]() index[T] {
	return index[T]{byID: map[string]*entry[T]{}, unsettled: map[string]*entry[T]{}}
}

// add takes in one of many that are new; sort is to follow.
func (x *index[T]) add(e *entry[T]) {
	x.byID[e.id] = e
	x.bytes += e.bytes
	x.sorted = append(x.sorted, e)
}

func (x *index[T]) sort() { slices.SortFunc(x.sorted, compareEntries) }

// put takes the place of the entry with this id, once settled.
func (x *index[T]) put(e *entry[T]) { x.unsettled[e.id] = e }

// remove takes an entry out, once settled.
func (x *index[T]) remove(e *entry[T]) { x.unsettled[e.id] = nil }

// latest is the entry with this id, settled or not; nil: none.
func (x *index[T]) latest(id string) *entry[T] {
	if e, ok := x.unsettled[id]; ok {
		return e
	}
	return x.byID[id]
}

// settle takes in all that was put, with one copy for all: who has the sorted ones keeps
// them as they were.
func (x *index[T]) settle() {
	if len(x.unsettled) == 0 {
		return
	}
	sorted := slices.Clone(x.sorted)
	var came []*entry[T]
	left := false
	for id, e := range x.unsettled {
		old := x.byID[id]
		x.replace(id, old, e)
		stays := old != nil && e != nil && e.key == old.key
		if old != nil {
			at, _ := slices.BinarySearchFunc(x.sorted, old, compareEntries)
			if sorted[at] = nil; stays {
				sorted[at] = e
			}
		}
		if e != nil && !stays {
			came = append(came, e)
		}
		left = left || old != nil && !stays
	}
	clear(x.unsettled)
	if len(came) > 0 || left {
		sorted = x.merge(sorted, came)
	}
	x.sorted = sorted
}

// replace puts an entry, or none, where another or none was.
func (x *index[T]) replace(id string, old, e *entry[T]) {
	delete(x.byID, id)
	if old != nil {
		x.bytes -= old.bytes
	}
	if e != nil {
		x.byID[id] = e
		x.bytes += e.bytes
	}
}

// merge is the rest of the sorted entries, in which those that left are nil, with those
// that came.
func (x *index[T]) merge(rest, came []*entry[T]) []*entry[T] {
	slices.SortFunc(came, compareEntries)
	merged := make([]*entry[T], 0, len(rest)+len(came))
	from := 0
	for _, e := range came {
		at, _ := slices.BinarySearchFunc(x.sorted, e, compareEntries) // as in the rest, which has holes
		merged = append(appendThere(merged, rest[from:at]), e)
		from = at
	}
	return appendThere(merged, rest[from:])
}

// appendThere leaves out those that are nil.
func appendThere[T any](to, entries []*entry[T]) []*entry[T] {
	for _, e := range entries {
		if e != nil {
			to = append(to, e)
		}
	}
	return to
}

func compareEntries[T any](a, b *entry[T]) int {
	return cmp.Or(strings.Compare(a.key, b.key), strings.Compare(a.id, b.id))
}

// among are the entries with these ids, sorted.
func (x *index[T]) among(ids []string) []*entry[T] {
	var among []*entry[T]
	for _, id := range ids {
		if e := x.byID[id]; e != nil {
			among = append(among, e)
		}
	}
	return among
}
