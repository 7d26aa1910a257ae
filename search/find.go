package search

import (
	"context"
	"errors"
	"math"
	"runtime"
	"time"

	"taut/chat"
	"taut/store"
)

// maxRanked is how many of what fits are weighed, the newest: of words that so
// many messages have, none says much.
const maxRanked = 10_000

// slice is how many rows are read before the processor is offered to others. A
// search is all work and no waiting: without it, what became ready meanwhile, as a
// message to be delivered, may wait for the 10 ms after which Go interrupts.
const slice = 16

// Search: see chat.Search.
func (s *Server) Search(ctx context.Context, r chat.SearchRequest) (found chat.SearchFound, err error) {
	start := time.Now()
	defer func() { s.metrics.searched(start, err) }()
	ctx, cancel := context.WithTimeout(ctx, chat.SearchTime)
	defer cancel()
	if err := s.gate.Enter(ctx, r.Caller.Workspace); err != nil {
		return found, late(ctx, err)
	}
	defer s.gate.Leave(r.Caller.Workspace)
	s.open.RLock()
	defer s.open.RUnlock()
	partial := s.partial.Load() // before: it may be completed meanwhile
	found, err = s.find(ctx, r)
	found.Partial = partial
	if isDamage(err) {
		s.damaged()
		return found, chat.NewError(chat.Unavailable, "search")
	}
	return found, late(ctx, err)
}

// late makes an error Unavailable where the time was over.
func late(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return chat.NewError(chat.Unavailable, "search")
	}
	return err
}

// hit is a document that fits.
type hit struct {
	id    int64
	ts    chat.TS
	score float64
	file  string
}

// find is a search once it is its turn.
func (s *Server) find(ctx context.Context, r chat.SearchRequest) (found chat.SearchFound, err error) {
	p, err := s.makePlan(ctx, r)
	if err != nil {
		return found, err
	}
	at, err := parsePlace(r)
	if err != nil {
		return found, err
	}
	found.Marks = p.marks
	if p.nothing || p.tenant == 0 {
		return found, nil
	}
	if at.asOf != 0 {
		p.to = min(p.to, at.asOf)
	}
	l := &listing{
		ctx: ctx, x: s.x, plan: p, request: r, at: at,
		visible: visible{ctx: ctx, x: s.x, plan: p, seen: map[int64]place{}, openly: map[int64]chat.ChannelID{}},
	}
	if err := l.run(s.store.Workspace(r.Caller.Workspace)); err != nil {
		return found, err
	}
	return l.page(found)
}

// listing is one search of the index.
type listing struct {
	ctx     context.Context
	x       *index
	plan    *plan
	visible visible
	request chat.SearchRequest
	at      searchPlace

	total int
	last  chat.TS // the newest of all that fit
	hits  []hit   // the first of them, in order
}

// run lists what fits, in the order asked for, as far as the page's end: again where it
// found what was public only when it was indexed.
func (l *listing) run(w *store.Workspace) error {
	from := l.plan.from
	for again := true; again; {
		l.plan.from = from
		err := l.list()
		if err == nil && l.byScore() && len(l.hits) > 0 {
			err = l.rank()
		}
		if err != nil {
			return err
		}
		if again, err = l.visible.confirm(w); err != nil {
			return err
		}
	}
	return nil
}

func (l *listing) byScore() bool { return !l.request.ByTime && l.plan.match != "" }

// list lists what fits, the newest of it where it is to be weighed.
func (l *listing) list() error {
	least := newestFirst
	most := l.at.offset + l.request.Count + 1
	switch {
	case l.byScore():
		most = maxRanked
	case l.request.Oldest:
		least = oldestFirst
	}
	first := newBest(most, least)
	l.total, l.last = 0, 0
	err := l.each(false, func(h hit) {
		l.total++
		l.last = max(l.last, h.ts)
		if !l.at.passed(h, l.request) {
			first.add(h)
		}
	})
	if l.plan.files {
		// Each file once, in the message that comes first.
		l.total = len(first.files)
	}
	l.hits = first.sorted()
	return err
}

// rank weighs the newest of what fits, and brings them into order.
func (l *listing) rank() error {
	if len(l.hits) == maxRanked {
		l.plan.from = max(l.plan.from, l.hits[len(l.hits)-1].ts)
	}
	order := bestFirst
	if l.request.Oldest {
		order = worstFirst
	}
	ranked := newBest(l.at.offset+l.request.Count+1, order)
	now := chat.Now()
	err := l.each(true, func(h hit) {
		h.score = weigh(h, now)
		ranked.add(h)
	})
	l.hits = ranked.sorted()
	return err
}

// weigh makes a score of how well the words fit and how long ago it was: of two
// that fit alike the newer one, but a good old one goes before a poor new one.
func weigh(h hit, now time.Time) float64 {
	days := max(0, now.Sub(time.UnixMicro(int64(h.ts))).Hours()/24)
	return -h.score * (0.4 + 0.6/(1+days/60))
}

// page cuts the page out of the list.
func (l *listing) page(found chat.SearchFound) (chat.SearchFound, error) {
	found.Total = l.total
	from := min(l.at.offset, len(l.hits))
	to := min(from+l.request.Count, len(l.hits))
	for _, h := range l.hits[from:to] {
		at, err := l.visible.at(streamOf(h.id))
		if err != nil {
			return found, err
		}
		score := h.score
		if math.IsNaN(score) || math.IsInf(score, 0) {
			score = 0
		}
		found.Hits = append(found.Hits, chat.SearchHit{Channel: at.id, TS: h.ts, File: h.file, Score: score})
	}
	if to < len(l.hits) {
		if l.at.asOf == 0 {
			l.at.asOf = l.last + 1
		}
		found.Next = l.at.after(l.hits[to-1], to, l.request)
	}
	return found, nil
}

// each gives all that fits and the caller may see, in no order; scored, with how
// well the words fit: less is better.
func (l *listing) each(scored bool, take func(hit)) error {
	query, args, err := l.query(scored)
	if err != nil {
		return err
	}
	rows, err := l.x.read.QueryContext(l.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var h hit
	into := []any{&h.id, (*int64)(&h.ts)}
	if scored {
		into = append(into, &h.score)
	}
	if l.plan.files {
		into = append(into, &h.file)
	}
	for n := 1; rows.Next(); n++ {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if n%slice == 0 {
			runtime.Gosched()
		}
		shown, err := l.visible.shows(streamOf(h.id))
		if err != nil {
			return err
		}
		if shown {
			take(h)
		}
	}
	return errors.Join(rows.Err(), l.ctx.Err())
}
