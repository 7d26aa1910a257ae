package history

import (
	"fmt"
	"maps"
	"slices"

	"taut/chat"
)

// checkLog checks what the log says by itself: the order (G2), one message for
// a key (G4) and posts inside of membership and nothing of
// what was deleted (G10).
func (c *checker) checkLog(t *truth) {
	for _, id := range slices.Sorted(maps.Keys(t.streams)) {
		s := t.streams[id]
		c.checkOrder(s)
		c.checkKeys(s)
		c.checkPosts(s)
		c.checkDeleted(s)
	}
}

func (c *checker) checkOrder(s *streamTruth) {
	var last Record
	for _, seq := range slices.Sorted(maps.Keys(s.events)) {
		e := s.events[seq]
		if seq > s.head {
			c.violate("G2", "%s %d is beyond the head %d", s.id, seq, s.head)
		}
		if last.Seq > 0 && e.TS <= last.TS {
			c.violate("G2", "ts of %s %d (%s) is not above that of %d (%s)", s.id, seq, e.TS, last.Seq, last.TS)
		}
		last = e
	}
	for seq := s.trimmed + 1; seq <= s.head; seq++ {
		if _, ok := s.events[seq]; !ok {
			c.violate("G2", "%s %d is missing in the log", s.id, seq)
		}
	}
}

func (c *checker) checkKeys(s *streamTruth) {
	seen := make(map[string]int64)
	for _, seq := range slices.Sorted(maps.Keys(s.events)) {
		e := s.events[seq]
		if e.Key == "" || !e.isPost() {
			continue
		}
		key := fmt.Sprintf("%s of %s", e.Key, e.User)
		if first, twice := seen[key]; twice {
			c.violate("G4", "key %s made two messages of %s: %d and %d", key, s.id, first, seq)
		}
		seen[key] = seq
	}
}

func (c *checker) checkPosts(s *streamTruth) {
	if s.id.Kind() != chat.ChannelStream || len(s.intervals) == 0 {
		return
	}
	for _, seq := range slices.Sorted(maps.Keys(s.events)) {
		if e := s.events[seq]; e.isPost() && !s.sees(e.User, seq) {
			c.violate("G10", "%s posted %s %d outside of their membership %v", e.User, s.id, seq, s.intervals[e.User])
		}
	}
}

// isPost tells whether the event is a message that somebody wrote.
func (r Record) isPost() bool {
	if r.Type != chat.TypeMessage {
		return false
	}
	switch r.Subtype {
	case "", chat.SubtypeThreadBroadcast, chat.SubtypeMe, chat.SubtypeBot:
		return true
	}
	return false
}

// checkSends checks that what was acknowledged is there (G1), once (G4), and
// that what was refused for good is not.
func (c *checker) checkSends() {
	acked := make(map[string]Record)
	for _, a := range c.sends {
		if a.Kind != Ack {
			continue
		}
		c.checkAck(a)
		if a.Key == "" {
			continue
		}
		id := a.sendID()
		if first, again := acked[id]; again && (first.Seq != a.Seq || first.TS != a.TS) {
			c.violate("G4", "key %s of %s was acknowledged as %s %d (%s) and as %d (%s)",
				a.Key, a.User, a.Stream, first.Seq, first.TS, a.Seq, a.TS)
		}
		acked[id] = a
	}
	c.checkRefusals(acked)
}

func (c *checker) checkAck(a Record) {
	e, ok := c.log(a.Incarnation).stream(a.Stream).events[a.Seq]
	switch {
	case a.Seq == 0:
		// A Web API answer names the message by its ts only.
		c.checkAckByTS(a)
	case !ok && a.Seq <= c.log(a.Incarnation).stream(a.Stream).trimmed:
	case !ok:
		c.violate("G1", "%s %d (%s), acknowledged to %s, is not in the log", a.Stream, a.Seq, a.TS, a.Client)
	case e.TS != a.TS:
		c.violate("G1", "%s %d was acknowledged to %s as %s and is %s in the log", a.Stream, a.Seq, a.Client, a.TS, e.TS)
	}
}

func (c *checker) checkAckByTS(a Record) {
	for _, e := range c.log(a.Incarnation).stream(a.Stream).events {
		if e.TS == a.TS {
			return
		}
	}
	c.violate("G1", "%s %s, acknowledged to %s, is not in the log", a.Stream, a.TS, a.Client)
}

// checkRefusals: a send that was refused, and never acknowledged, left nothing in
// the log. Who is no member any more isn't told what became of an earlier
// attempt, so that a refusal tells nothing of one.
func (c *checker) checkRefusals(acked map[string]Record) {
	for _, r := range c.sends {
		if _, ok := acked[r.sendID()]; r.Kind != Refused || r.Key == "" || r.Again || ok {
			continue
		}
		for _, e := range c.log(r.Incarnation).stream(r.Stream).events {
			if e.Key == r.Key && e.User == r.User && e.isPost() {
				c.violate("G1", "key %s of %s was refused (%s) and is %s %d", r.Key, r.User, r.Reason, r.Stream, e.Seq)
			}
		}
	}
}

func (r Record) sendID() string {
	return fmt.Sprintf("%s/%s/%s/%s", r.Incarnation, r.Stream, r.User, r.Key)
}
