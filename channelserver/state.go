package channelserver

import (
	"time"

	"taut/chat"
	"taut/stream"
)

// state is what is known of one stream. Its shard's mutex guards it. Most of many
// millions are quiet: what only others need is small, or elsewhere.
type state struct {
	id     chat.Stream
	tail   stream.Tail // tail.Seq is what was fanned out
	recent *recent     // nil: none
	subs   []subscriber
	moved  time.Duration // when it last got an event, or lost its last subscriber; see Server.now

	// holds counts the calls that are about to subscribe; a held stream stays.
	holds    int32
	attempts uint8 // repairs in a row that left something undone
	dropped  bool  // no longer in its shard's map
	due      bool  // in the schedule of repairs, or being repaired
}

// subscriber is a gateway's place in a stream.
type subscriber struct {
	link *link
	sent int64 // the sink took all up to here
}

// stateOf finds the stream's state or makes one that doesn't know its place yet.
func (s *Server) stateOf(sh *shard, id chat.Stream) *state {
	st := sh.streams[id]
	if st == nil {
		st = &state{id: id, moved: s.now()}
		sh.streams[id] = st
		sh.active[st] = struct{}{}
	}
	return st
}

// drop forgets a stream that nobody subscribes to.
func (s *Server) drop(sh *shard, st *state) {
	st.dropped = true
	s.forget(st)
	delete(sh.streams, st.id)
	delete(sh.active, st)
	delete(sh.late, st)
}

// advance passes the stream's next events on. The tail stood at from before it
// gave them out.
func (s *Server) advance(sh *shard, st *state, from int64, next []chat.Event) {
	if st.tail.Seq() == from {
		return
	}
	s.remember(st, next)
	st.moved = s.now()
	sh.active[st] = struct{}{}
	for i := range st.subs {
		sub := &st.subs[i]
		if sub.sent < from {
			continue // it catches up by a repair
		}
		if !s.send(sub, next, st.tail.Seq()) {
			s.later(st)
		}
	}
}

// send offers a subscriber the events that bring it to seq.
func (s *Server) send(sub *subscriber, events []chat.Event, seq int64) bool {
	for len(events) > 0 && events[0].Seq <= sub.sent {
		events = events[1:]
	}
	if len(events) > 0 {
		if !sub.link.sink.Deliver(events) {
			s.metrics.refused.Inc()
			return false
		}
		s.metrics.delivered.Add(float64(len(events)))
	}
	sub.sent = max(sub.sent, seq)
	return true
}

// remember keeps the events for those who catch up soon.
func (s *Server) remember(st *state, events []chat.Event) {
	for _, e := range events {
		if redacts(e) {
			// No deleted text may be served from memory.
			s.forget(st)
		}
		if st.recent == nil {
			st.recent = new(recent)
		}
		limit := maxRecent
		if s.recentBytes.Load() > maxRecentBytes {
			limit = minRecent
		}
		s.recentBytes.Add(st.recent.add(e, limit))
	}
}

// forget lets go of the stream's recent events.
func (s *Server) forget(st *state) {
	if st.recent != nil {
		s.recentBytes.Add(-st.recent.size)
		st.recent = nil
	}
}

// lags notes that a stream or a subscriber of it lacks something, and nothing that was
// committed before the mark; the zero mark: who knows what.
func (sh *shard) lags(st *state, since chat.Mark) {
	if before, is := sh.late[st]; is {
		since = earlier(before, since)
	}
	sh.late[st] = since
}

// earlier is the earlier one of two marks; none, where one is none or they can't be
// compared.
func earlier(a, b chat.Mark) chat.Mark {
	if a.Of != b.Of {
		return chat.Mark{}
	}
	return chat.Mark{Of: a.Of, At: min(a.At, b.At)}
}

// later has the stream repaired soon, later after each attempt that failed. What it
// lacks the next look at the heads would tell, unless lags said more.
func (s *Server) later(st *state) {
	s.shard(st.id).lags(st, *s.whole.Load())
	if st.due {
		return
	}
	st.due = true
	s.repairs.add(st, time.Now().Add(min(gapWait<<st.attempts, maxWait)))
}

// behind tells whether a repair has something to do.
func (st *state) behind() bool {
	if st.tail.Behind() {
		return true
	}
	for _, sub := range st.subs {
		if sub.sent < st.tail.Seq() {
			return true
		}
	}
	return false
}

// subscriber is the link's place, nil where it does not subscribe.
func (st *state) subscriber(l *link) *subscriber {
	for i := range st.subs {
		if st.subs[i].link == l {
			return &st.subs[i]
		}
	}
	return nil
}

func (st *state) unsubscribe(l *link) {
	for i := range st.subs {
		if st.subs[i].link == l {
			last := len(st.subs) - 1
			st.subs[i] = st.subs[last]
			st.subs[last] = subscriber{}
			st.subs = st.subs[:last]
			return
		}
	}
}
