package search

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"taut/chat"
)

// order compares two hits.
type order func(a, b hit) int

func newestFirst(a, b hit) int { return cmp.Or(cmp.Compare(b.ts, a.ts), cmp.Compare(b.id, a.id)) }
func oldestFirst(a, b hit) int { return newestFirst(b, a) }
func bestFirst(a, b hit) int   { return cmp.Or(cmp.Compare(b.score, a.score), newestFirst(a, b)) }
func worstFirst(a, b hit) int  { return bestFirst(b, a) }

// best keeps the first of many hits. Of a file that several messages show it
// keeps the first.
type best struct {
	most  int
	order order
	hits  []hit
	files map[string]hit
}

func newBest(most int, o order) *best {
	return &best{most: most, order: o, files: map[string]hit{}}
}

func (b *best) add(h hit) {
	if h.file != "" {
		if known, ok := b.files[h.file]; !ok || b.order(h, known) < 0 {
			b.files[h.file] = h
		}
		return
	}
	b.hits = append(b.hits, h)
	if len(b.hits) >= 2*b.most+1_000 {
		b.cut()
	}
}

func (b *best) cut() {
	slices.SortFunc(b.hits, b.order)
	b.hits = b.hits[:min(len(b.hits), b.most)]
}

func (b *best) sorted() []hit {
	for _, h := range b.files {
		b.hits = append(b.hits, h)
	}
	b.cut()
	return b.hits
}

// searchPlace is where a page begins.
type searchPlace struct {
	offset int
	// asOf bounds what counts: later posts move no page.
	asOf chat.TS
	// last is what the page before ended with, of a list by time; 0: none.
	last hit
}

// maxOffset bounds how far one may page, as pages and counts do.
const maxOffset = 10_000

// parsePlace reads where the request's page begins. Invalid "cursor".
func parsePlace(r chat.SearchRequest) (searchPlace, error) {
	if r.After == "" {
		return searchPlace{offset: min(max(r.Offset, 0), maxOffset)}, nil
	}
	var parts [4]int64
	fields := strings.Split(r.After, ".")
	if len(fields) != len(parts) {
		return searchPlace{}, chat.NewError(chat.Invalid, "cursor")
	}
	for i, f := range fields {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil || n < 0 {
			return searchPlace{}, chat.NewError(chat.Invalid, "cursor")
		}
		parts[i] = n
	}
	at := searchPlace{asOf: chat.TS(parts[0]), offset: int(min(parts[1], maxOffset)), last: hit{ts: chat.TS(parts[2]), id: parts[3]}}
	return at, nil
}

// after is the place after a hit, the n-th of the list.
func (at searchPlace) after(h hit, n int, r chat.SearchRequest) string {
	parts := []int64{int64(at.asOf), int64(n), 0, 0}
	if r.ByTime && !r.Files {
		parts = []int64{int64(at.asOf), 0, int64(h.ts), h.id}
	}
	if n >= maxOffset {
		return ""
	}
	text := make([]string, len(parts))
	for i, n := range parts {
		text[i] = strconv.FormatInt(n, 10)
	}
	return strings.Join(text, ".")
}

// passed tells whether the pages before had the hit.
func (at searchPlace) passed(h hit, r chat.SearchRequest) bool {
	if at.last.id == 0 {
		return false
	}
	if r.Oldest {
		return oldestFirst(h, at.last) <= 0
	}
	return newestFirst(h, at.last) <= 0
}
