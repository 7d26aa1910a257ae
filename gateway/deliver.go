package gateway

import (
	"taut/chat"
	"taut/wire"
)

// delivery is a piece of a stream on its way to the shards; shared, so nobody
// writes to it.
type delivery struct {
	stream chat.Stream
	events []chat.Event
	frames [][]byte
	weight int // in an inbox: an event counts once, and once more for each heavy bytes
}

// heavy is how many bytes count as one event.
const heavy = 4 << 10

func newDelivery(events []chat.Event) *delivery {
	d := &delivery{events[0].Stream, events, make([][]byte, len(events)), len(events)}
	for i := range events {
		d.frames[i] = wire.EventFrame(events[i])
		d.weight += len(d.frames[i]) / heavy
	}
	return d
}

// deliver takes events of one stream to the shards that follow it. It makes each
// event's frame, once. Where one shard has no room, all is refused; those
// that took it drop it the next time.
func (s *Server) deliver(events []chat.Event) bool {
	if len(events) == 0 {
		return true
	}
	shards := s.links.followers(events[0].Stream)
	if shards == 0 {
		return true
	}
	d := newDelivery(events)
	ok := true
	for i, sh := range s.shards {
		if shards&(1<<i) != 0 && !sh.inbox.offer(d) {
			ok = false
		}
	}
	if !ok {
		s.metrics.refused.Inc()
	}
	return ok
}

// compare lets each shard compare the heads with where it stands.
func (s *Server) compare(hs []chat.Head) {
	byShard := make([]heads, len(s.shards))
	for _, h := range hs {
		shards := s.links.followers(h.Stream)
		for i := range s.shards {
			if shards&(1<<i) != 0 {
				byShard[i] = append(byShard[i], h)
			}
		}
	}
	for i, sh := range s.shards {
		if len(byShard[i]) > 0 {
			sh.inbox.push(byShard[i])
		}
	}
}

// hear takes an ephemeral event to the shards; full ones drop it.
func (s *Server) hear(e chat.Ephemeral) {
	shards := s.links.followers(e.Stream)
	if shards == 0 {
		return
	}
	w := &whispered{e, wire.TextFrame(e.Payload)}
	for i, sh := range s.shards {
		if shards&(1<<i) != 0 && !sh.inbox.offerEphemeral(w) {
			s.metrics.whispersDropped.Inc()
		}
	}
}

func (d *delivery) do(sh *shard) {
	e := sh.entries[d.stream]
	if e == nil {
		return
	}
	for i := range d.events {
		if !sh.event(e, &d.events[i], d.frames[i]) {
			return
		}
	}
}

// event gives an event to all who are live, and moves the position. False: it
// is beyond a hole.
func (sh *shard) event(e *entry, ev *chat.Event, frame []byte) bool {
	if e.pos < 0 {
		sh.place(e, ev.Seq-1)
	}
	switch {
	case ev.Seq <= e.pos:
		return true
	case ev.Seq > e.pos+1:
		sh.behind(e)
		return false
	}
	given := 0
	shown := sh.audience(ev)
	for _, b := range e.subs {
		if !b.lagging && ev.Seq > b.cursor && sh.give(b, ev, frame, shown) {
			given++
		}
	}
	e.pos = ev.Seq
	sh.server.metrics.delivered(ev, len(e.subs), given)
	sh.settle()
	return true
}

// give puts a live event into a socket's queue. Where there is no room, the
// stream lags from here.
func (sh *shard) give(b *sub, ev *chat.Event, frame []byte, shown audience) bool {
	if b.until != 0 && ev.Seq > b.until {
		sh.over = append(sh.over, b)
		return false
	}
	if !b.session.ready {
		sh.effect(b, ev)
		return false
	}
	if !sh.pass(b, ev, frame, shown) {
		sh.server.metrics.overflows.Inc()
		sh.lag(b, ev.Seq-1)
		return false
	}
	return true
}

// pass queues what this socket sees of the event and does what the event means
// for it. False: no room, and nothing happened.
func (sh *shard) pass(b *sub, ev *chat.Event, frame []byte, shown audience) bool {
	if f := sh.view(b.session, ev, frame, shown); f != nil && !sh.enqueue(b.session, f) {
		return false
	}
	sh.effect(b, ev)
	return true
}

// view is the frame that stands for an event on this socket; nil: none.
func (sh *shard) view(s *session, ev *chat.Event, frame []byte, shown audience) []byte {
	switch {
	case ev.Stream.ID.Kind() == chat.WorkspaceStream && !shown.includes(s):
		return nil
	case ev.Origin != "" && ev.Origin == s.id:
		if s.aware {
			return wire.TextFrame(wire.AppendSkip(nil, ev.Stream.ID, ev.Seq))
		}
		return nil
	case !s.aware && !sh.server.known[ev.Type]:
		return nil
	}
	return frame
}

// effect is what an event does to the subscriptions of the one who gets it.
func (sh *shard) effect(b *sub, ev *chat.Event) {
	s := b.session
	if ev.Type == chat.TypeMemberLeft && s.caller.Role.IsGuest() {
		sh.hide(s, ev.User)
	}
	switch {
	case ev.Stream.ID == chat.StreamID(s.caller.User):
		sh.follow(s, b, ev)
	case ev.Stream.ID.Kind() == chat.WorkspaceStream:
		sh.reconsider(s, ev)
	case ev.Type == chat.TypeMemberLeft && ev.User == s.caller.User && ev.Seq >= b.joined && b.entry != nil:
		sh.over = append(sh.over, b)
		if !s.ready {
			s.part(b.stream, ev.Seq)
		}
	}
}

// settle ends the subscriptions that the last event ended. They could not be
// taken out while all were being walked.
func (sh *shard) settle() {
	for i, b := range sh.over {
		sh.over[i] = nil
		sh.unsubscribe(b)
	}
	sh.over = sh.over[:0]
}

type whispered struct {
	chat.Ephemeral
	frame []byte
}

func (w *whispered) do(sh *shard) {
	e := sh.entries[w.Stream]
	if e == nil {
		return
	}
	for _, b := range e.subs {
		s := b.session
		if s.id == w.Origin || !s.ready || b.until != 0 || s.queued > min(sh.server.cfg.QueueBytes, maxOwed)/2 {
			continue
		}
		sh.send(s, w.frame)
	}
}
