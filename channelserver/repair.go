package channelserver

import (
	"context"

	"taut/chat"
)

// maxPages is how many pages a repair reads before others have their turn.
const maxPages = 16

// repair reads what the stream lacks and brings its subscribers to where it
// stands; what it can't do now is tried again.
func (s *Server) repair(ctx context.Context, st *state) {
	s.closeGap(ctx, st)
	for _, l := range s.laggards(st) {
		s.catchUp(ctx, st, l)
	}
	sh := s.shard(st.id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	st.due = false
	switch {
	case st.dropped || ctx.Err() != nil:
	case !st.behind():
		st.attempts = 0
	default:
		st.attempts = min(st.attempts+1, 5)
		s.later(st)
	}
}

// closeGap reads from the log what no publish brought.
func (s *Server) closeGap(ctx context.Context, st *state) {
	sh := s.shard(st.id)
	for range maxPages {
		r, needed := s.gap(sh, st)
		if !needed {
			return
		}
		page, err := s.read(ctx, r)
		if err != nil || page.Next <= r.After {
			return
		}
		s.metrics.gapReads.Inc()
		sh.mu.Lock()
		from := st.tail.Seq()
		next, lost := st.tail.Page(page)
		if lost {
			s.log.Warn("the log trimmed what was not delivered yet", "stream", st.id, "after", from, "trimmed", page.Trimmed)
		}
		s.advance(sh, st, from, next)
		if st.tail.Behind() {
			sh.lags(st, *s.whole.Load())
		}
		sh.mu.Unlock()
	}
}

// gap is what to ask the log for. A stream that nobody subscribes to is
// forgotten instead.
func (s *Server) gap(sh *shard, st *state) (r chat.ReadRequest, needed bool) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if st.dropped || !st.tail.Behind() {
		return r, false
	}
	if len(st.subs) == 0 && st.holds == 0 {
		s.drop(sh, st)
		return r, false
	}
	// No more than is known to be missing: what the publish of a later event
	// brings, its origin, the log doesn't know.
	limit := min(pageLimit, st.tail.Head()-st.tail.Seq())
	return chat.ReadRequest{Stream: st.id, After: st.tail.Seq(), Limit: int(limit)}, true
}

// laggards are the subscribers that are behind what was fanned out.
func (s *Server) laggards(st *state) []*link {
	sh := s.shard(st.id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	var links []*link
	for _, sub := range st.subs {
		if sub.sent < st.tail.Seq() {
			links = append(links, sub.link)
		}
	}
	return links
}

// catchUp brings the link to where the stream stands, from the recent events or
// from the log. It tells whether that is done.
func (s *Server) catchUp(ctx context.Context, st *state, l *link) bool {
	for range maxPages {
		r, done, refused := s.catchUpFromMemory(st, l)
		if done || refused {
			return done
		}
		page, err := s.read(ctx, r)
		if err != nil || page.Next <= r.After || !s.deliverPage(st, l, r.After, page) {
			return false
		}
		s.metrics.catchUpReads.Inc()
	}
	return false
}

// catchUpFromMemory delivers what the recent events reach; not done, it says
// what to read from the log.
func (s *Server) catchUpFromMemory(st *state, l *link) (r chat.ReadRequest, done, refused bool) {
	sh := s.shard(st.id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sub := st.subscriber(l)
	for sub != nil && sub.sent < st.tail.Seq() {
		events, ok := st.recent.after(sub.sent, pageLimit)
		if !ok {
			limit := min(pageLimit, st.tail.Seq()-sub.sent)
			return chat.ReadRequest{Stream: st.id, After: sub.sent, Limit: int(limit)}, false, false
		}
		if !s.send(sub, events, events[len(events)-1].Seq) {
			return r, false, true
		}
	}
	return r, true, false
}

// deliverPage gives the link a page that was read for it, unless it moved
// meanwhile.
func (s *Server) deliverPage(st *state, l *link, after int64, page chat.Page) bool {
	sh := s.shard(st.id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sub := st.subscriber(l)
	if sub == nil || sub.sent != after {
		return true
	}
	return s.send(sub, page.Events, page.Next)
}

// read asks the log, with no lock held.
func (s *Server) read(ctx context.Context, r chat.ReadRequest) (chat.Page, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	page, err := s.source.Read(ctx, r)
	if err != nil && ctx.Err() == nil {
		s.log.Warn("read the log", "stream", r.Stream, "after", r.After, "err", err)
	}
	return page, err
}
