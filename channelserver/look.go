package channelserver

import (
	"context"
	"time"

	"taut/chat"
	"taut/store"
)

// lookAtHeads asks once a second which streams the log has grown, so that a
// publish that was lost is noticed with no later event (G13).
func (s *Server) lookAtHeads(ctx context.Context, mark store.Mark) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		mark = s.look(ctx, mark)
	}
}

// look takes in the heads that moved since the mark and returns the new one.
func (s *Server) look(ctx context.Context, mark store.Mark) store.Mark {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	heads, next, err := s.source.TouchedHeads(ctx, mark)
	if err != nil {
		if ctx.Err() == nil {
			s.log.Warn("look at the heads", "err", err)
		}
		return mark
	}
	place := next.Place()
	s.grown.turn(place.Of)
	s.grown.note(heads...) // before saw: who subscribes between them finds it here
	for _, h := range heads {
		s.saw(h)
	}
	s.whole.Store(&place)
	s.grown.rest()
	return next
}

func (s *Server) saw(h chat.Head) {
	sh := s.shard(h.Stream)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	st := sh.streams[h.Stream]
	if st == nil || h.Seq <= st.tail.Head() {
		return
	}
	st.tail.Saw(h.Seq)
	if st.tail.Behind() {
		s.metrics.repaired.Inc()
		s.later(st)
	}
}

// beat sends the heartbeats and drops what is idle, once a second.
func (s *Server) beat(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		s.tell()
	}
}

// beat is a link's heartbeat.
type beat struct {
	heads []chat.Head
	whole chat.Mark
}

// tell sends each link its heartbeat.
func (s *Server) tell() {
	whole := *s.whole.Load() // before any stream is looked at
	links := s.allLinks()
	beats := make(map[*link]*beat, len(links))
	for _, l := range links {
		beats[l] = &beat{whole: whole}
	}
	streams := 0
	for i := range s.shards {
		streams += s.sweep(&s.shards[i], beats)
	}
	s.metrics.streams.Set(float64(streams))
	s.metrics.recentBytes.Set(float64(s.recentBytes.Load()))
	for l, b := range beats {
		l.heartbeat(b)
	}
}

// sweep visits a shard's active streams: notes for each subscriber how far it
// was sent those that moved lately, and lets go of those that are quiet. It
// returns how many streams the shard holds.
func (s *Server) sweep(sh *shard, beats map[*link]*beat) int {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	now, some := s.now(), len(sh.active) > 0
	for st := range sh.active {
		quiet := now - st.moved
		if quiet <= beatFor {
			for _, sub := range st.subs {
				if b := beats[sub.link]; b != nil {
					b.heads = append(b.heads, chat.Head{Stream: st.id, Seq: sub.sent})
				}
			}
		}
		if quiet > linger {
			s.rest(sh, st)
		}
	}
	if some && len(sh.active) == 0 {
		sh.active = make(map[*state]struct{}) // an empty map keeps the room that it ever had
	}
	sh.tellLate(beats)
	return len(sh.streams)
}

// tellLate takes back of each heartbeat's mark what its link lacks.
func (sh *shard) tellLate(beats map[*link]*beat) {
	for st, since := range sh.late {
		if st.dropped || !st.behind() {
			delete(sh.late, st)
			continue
		}
		for _, sub := range st.subs {
			b := beats[sub.link]
			if b != nil && (st.tail.Behind() || sub.sent < st.tail.Seq()) {
				b.whole = earlier(b.whole, since)
			}
		}
	}
}

// rest lets go of what a quiet stream holds, and of the stream itself where
// nobody subscribes to it.
func (s *Server) rest(sh *shard, st *state) {
	if len(st.subs) == 0 {
		if st.holds == 0 {
			s.drop(sh, st)
		}
		return
	}
	s.forget(st)
	delete(sh.active, st)
}

func (s *Server) allLinks() []*link {
	s.mu.Lock()
	defer s.mu.Unlock()
	links := make([]*link, 0, len(s.links))
	for _, l := range s.links {
		links = append(links, l)
	}
	return links
}
