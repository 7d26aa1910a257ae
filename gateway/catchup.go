package gateway

import (
	"context"
	"time"

	"taut/chat"
	"taut/wire"
)

const (
	pageEvents  = 100
	readTimeout = 10 * time.Second
	maxAttempts = 30 // failed reads in a row, one a second, before a session is sent away
)

// lag makes a subscription stand at a cursor and read on from there.
func (sh *shard) lag(b *sub, cursor int64) {
	b.lagging, b.cursor = true, cursor
	if !b.queued {
		b.queued = true
		b.session.lag = append(b.session.lag, b)
	}
	sh.soil(b.session) // flush wants its page
}

// want asks for a session's next page when it has taken what it has.
func (sh *shard) want(s *session) {
	if !s.ready || s.closing || s.reading || s.pending || s.delayed || len(s.lag) == 0 ||
		s.queued > sh.server.cfg.QueueBytes/4 {
		return
	}
	if sh.reads >= sh.server.cfg.MaxReads {
		s.pending = true
		sh.waiting = append(sh.waiting, s)
		return
	}
	sh.read(s)
}

// read starts to read a page for the first of the session's lagging streams.
func (sh *shard) read(s *session) {
	b := s.lag[0]
	s.lag[0] = nil
	s.lag = s.lag[1:]
	b.queued = false
	if b.ended || !b.lagging {
		sh.soil(s)
		return
	}
	s.reading = true
	sh.reads++
	req := chat.ReadRequest{
		Stream: chat.Stream{Workspace: s.caller.Workspace, ID: b.stream},
		After:  b.cursor, Limit: pageEvents,
		// No more than there is room for: the rest would be read twice.
		Bytes: max(sh.server.cfg.QueueBytes-s.queued, 1),
	}
	if b.byUser {
		req.User = s.caller.User
	}
	sh.server.wg.Go(func() { sh.catchUp(b, req) })
}

// catchUp reads the page, in a goroutine of its own.
func (sh *shard) catchUp(b *sub, req chat.ReadRequest) {
	ctx, cancel := context.WithTimeout(sh.server.ctx, readTimeout)
	defer cancel()
	p := &page{sub: b, after: req.After}
	var link chat.Link
	if link, p.err = sh.server.links.of(ctx, req.Stream); p.err == nil {
		p.Page, p.err = link.Read(ctx, req)
	}
	sh.inbox.push(p)
}

// page is what catchUp brings back.
type page struct {
	chat.Page
	sub   *sub
	after int64 // where it begins
	err   error
}

func (p *page) do(sh *shard) {
	b, s := p.sub, p.sub.session
	s.reading = false
	sh.reads--
	sh.next()
	switch {
	case s.closing || b.ended:
	case p.err != nil:
		sh.failedRead(b, p.err)
	case !b.lagging || b.cursor != p.after: // another resume has moved it
		sh.soil(s)
	default:
		b.attempts = 0
		sh.turn(b, p)
		sh.settle()
	}
	sh.soil(s)
}

// next lets a session read that has waited for its turn.
func (sh *shard) next() {
	for len(sh.waiting) > 0 && sh.reads < sh.server.cfg.MaxReads {
		s := sh.waiting[0]
		sh.waiting[0] = nil
		sh.waiting = sh.waiting[1:]
		s.pending = false
		sh.want(s)
	}
}

// failedRead tries again at the next tick; it gives up on the session in the end.
func (sh *shard) failedRead(b *sub, err error) {
	if chat.CodeOf(err) == chat.NotFound {
		sh.unsubscribe(b)
		return
	}
	sh.server.metrics.readErrors.Inc()
	sh.server.log.Warn("read of a stream failed", "workspace", b.session.caller.Workspace, "stream", b.stream, "error", err)
	if b.attempts++; b.attempts > maxAttempts {
		sh.fail(b.session, unavailable)
		return
	}
	b.queued = true
	b.session.lag = append(b.session.lag, b)
	b.session.delayed = true
}

// turn gives a lagging subscription its page and decides how it goes on.
func (sh *shard) turn(b *sub, p *page) {
	switch {
	case p.Gone:
		sh.unsubscribe(b)
		return
	case b.cursor > p.Head && b.resume != nil:
		sh.discontinue(b, wire.ReasonAhead)
		return
	case b.cursor < p.Trimmed:
		sh.trimmed(b)
		return
	}
	if !sh.take(b, p) || b.ended || !b.lagging {
		return
	}
	b.cursor = max(b.cursor, p.Next)
	switch {
	case b.until != 0 && b.cursor >= b.until, b.entry == nil && p.Next >= p.Head:
		sh.unsubscribe(b)
	case b.entry != nil && b.entry.pos >= 0 && b.cursor >= b.entry.pos && (b.resume == nil || b.cursor >= b.base):
		// The base may be beyond the shard's position: the snapshot of the user's
		// channels was read from a log that the channel server had yet to hear of.
		sh.rejoin(b)
	case p.Next < p.Head || b.entry.pos >= 0:
		// A log that knows less than the channel server needs a moment.
		b.session.delayed = b.cursor == p.after
		sh.lag(b, b.cursor)
	default: // place wakes it
	}
}

// take queues the page's events. False: it stopped before the page's end.
func (sh *shard) take(b *sub, p *page) bool {
	for i := range p.Events {
		ev := &p.Events[i]
		if ev.Seq <= b.cursor {
			continue
		}
		if b.until != 0 && ev.Seq > b.until {
			sh.unsubscribe(b)
			return false
		}
		if b.resume != nil && !sh.within(b) {
			sh.discontinue(b, wire.ReasonLimit)
			return false
		}
		if !sh.pass(b, ev, wire.EventFrame(*ev), sh.audience(ev)) {
			sh.lag(b, b.cursor)
			return false
		}
		b.cursor = ev.Seq
		sh.settle()
		if b.ended {
			return false
		}
	}
	return true
}

// rejoin makes a subscription live; a resume of it is answered.
func (sh *shard) rejoin(b *sub) {
	b.lagging, b.byUser = false, false
	if b.resume != nil {
		sh.answer(b, wire.AppendResumed(nil, &b.resume.id, b.stream, b.cursor))
	}
}

// trimmed: the log no longer has what is missing.
func (sh *shard) trimmed(b *sub) {
	s := b.session
	switch {
	case b.resume != nil:
		if b.entry != nil && b.base == b.cursor {
			sh.fail(s, unavailable) // the place to go on from is lost too
			return
		}
		sh.discontinue(b, wire.ReasonTrimmed)
	case !s.aware || b.stream == chat.StreamID(s.caller.User) || b.entry == nil || b.entry.pos < 0:
		sh.fail(s, unavailable)
	default:
		b.cursor = b.entry.pos
		sh.send(s, wire.TextFrame(wire.AppendDiscontinuity(nil, nil, b.stream, b.cursor, wire.ReasonTrimmed)))
		sh.rejoin(b)
	}
}
