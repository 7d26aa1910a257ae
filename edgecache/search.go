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

// ranks is how well an entry can match.
const ranks = 4

// finder finds a page among entries that it is shown one after the other, in any order.
// What it holds is bounded by the page.
type finder[T any] struct {
	query  chat.DirectoryQuery
	wanted string
	limit  int
	byRank [ranks][]*entry[T] // up to twice as many as can be on the page
}

func newFinder[T any](q chat.DirectoryQuery) *finder[T] {
	limit := q.Limit
	if limit <= 0 || limit > chat.MaxDirectoryPage {
		limit = chat.MaxDirectoryPage
	}
	return &finder[T]{query: q, wanted: words.Fold(strings.TrimSpace(q.Text)), limit: limit}
}

// rank is the entry's; -1 where it isn't to be found.
func (f *finder[T]) rank(e *entry[T]) int {
	rank := e.rank(f.wanted)
	if rank < 0 || e.inactive && !f.query.Inactive || !e.follows(rank, f.query.After) {
		return -1
	}
	return rank
}

// see takes in an entry, if it is among the first ones.
func (f *finder[T]) see(e *entry[T]) {
	rank := f.rank(e)
	if rank < 0 {
		return
	}
	f.byRank[rank] = append(f.byRank[rank], e)
	if len(f.byRank[rank]) > 2*f.limit {
		f.byRank[rank] = f.first(rank)
	}
}

// first are those of a rank that may be on the page, and one more, sorted.
func (f *finder[T]) first(rank int) []*entry[T] {
	entries := f.byRank[rank]
	slices.SortFunc(entries, compareEntries)
	if len(entries) > f.limit+1 {
		clear(entries[f.limit+1:])
		entries = entries[:f.limit+1]
	}
	return entries
}

// page is what was found, best first.
func (f *finder[T]) page() (found []T, more bool, next chat.DirectoryPlace) {
	for rank := range f.byRank {
		for _, e := range f.first(rank) {
			if len(found) == f.limit {
				return found, true, next
			}
			found = append(found, e.value)
			next = chat.DirectoryPlace{Rank: rank, Name: e.key, ID: e.id}
		}
	}
	return found, false, chat.DirectoryPlace{}
}

// search is a page of what the query finds among entries that are sorted, best first: of
// each rank the first ones are enough.
func search[T any](among []*entry[T], q chat.DirectoryQuery) (found []T, more bool, next chat.DirectoryPlace) {
	f := newFinder[T](q)
	for _, e := range among {
		rank := f.rank(e)
		if rank < 0 || len(f.byRank[rank]) > f.limit {
			continue
		}
		f.byRank[rank] = append(f.byRank[rank], e)
		if len(f.byRank[0]) > f.limit {
			break
		}
	}
	return f.page()
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
