package edgecache

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"taut/chat"
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

// ranks is how well an entry can match.
const ranks = 4

// search is a page of what the query finds among entries that are sorted, best first.
func search[T any](among []*entry[T], q chat.DirectoryQuery) (found []T, more bool, next chat.DirectoryPlace) {
	limit := q.Limit
	if limit <= 0 || limit > chat.MaxDirectoryPage {
		limit = chat.MaxDirectoryPage
	}
	wanted := words.Fold(strings.TrimSpace(q.Text))
	// They come sorted by name: of each rank the first ones are enough.
	var byRank [ranks][]*entry[T]
	for _, e := range among {
		rank := e.rank(wanted)
		if rank < 0 || e.inactive && !q.Inactive || len(byRank[rank]) > limit || !e.follows(rank, q.After) {
			continue
		}
		byRank[rank] = append(byRank[rank], e)
		if len(byRank[0]) > limit {
			break
		}
	}
	for rank, entries := range byRank {
		for _, e := range entries {
			if len(found) == limit {
				return found, true, next
			}
			found = append(found, e.value)
			next = chat.DirectoryPlace{Rank: rank, Name: e.key, ID: e.id}
		}
	}
	return found, false, chat.DirectoryPlace{}
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

// rank is lower for the better match; -1: none.
func (e *entry[T]) rank(wanted string) int {
	if wanted == "" {
		return 0
	}
	best := -1
	for _, name := range e.names {
		if rank := rankOf(name, wanted); rank >= 0 && (best < 0 || rank < best) {
			best = rank
		}
	}
	return best
}

func rankOf(name, wanted string) int {
	at := strings.Index(name, wanted)
	switch {
	case at < 0:
		return -1
	case len(name) == len(wanted):
		return 0
	case at == 0:
		return 1
	}
	for from := at; ; {
		if before, _ := utf8.DecodeLastRuneInString(name[:from]); !unicode.IsLetter(before) && !unicode.IsNumber(before) {
			return 2
		}
		_, first := utf8.DecodeRuneInString(name[from:])
		further := strings.Index(name[from+first:], wanted)
		if further < 0 {
			return 3
		}
		from += first + further
	}
}

// follows tells whether the entry comes after a place in the order of a search.
func (e *entry[T]) follows(rank int, p chat.DirectoryPlace) bool {
	return p.ID == "" || cmp.Or(cmp.Compare(rank, p.Rank), strings.Compare(e.key, p.Name), strings.Compare(e.id, p.ID)) > 0
}
