package history

import (
	"slices"

	"taut/chat"
)

// gone: the stream isn't the client's to read, and it has seen all up to where
// its user left.
func (r *reader) gone(rec Record) {
	s, p := r.stream(rec.Stream), r.place(rec.Stream)
	asked := rec.AtMS
	if p.asked {
		asked = p.askedMS
	}
	lefts := r.leftBetween(s, p, r.known(asked), rec.AtMS)
	switch {
	case s.id.Kind() == chat.UserStream || len(lefts) == 0:
		r.violate("G3", "%s was told that %s is gone, and %s belongs to it: %v", r.name, s.id, r.user, s.intervals[r.user])
	case p.known && !p.foreign && p.pos >= s.trimmed && r.reach(rec.AtMS) <= r.options.MaxResume:
		r.checkUpTo(s, p, lefts)
	}
	p.losses, p.asked, p.foreign = nil, false, false
	p.forget(rec.AtMS)
}

// checkUpTo: all up to one of the leaves was seen.
func (r *reader) checkUpTo(s *streamTruth, p *place, lefts []int64) {
	var missed []int64
	for _, left := range lefts {
		missed = r.unseen(s, p, left)
		if len(missed) == 0 || r.visible(s, p.cursor, left) > r.options.MaxStream {
			return
		}
	}
	r.violate("G3", "%s was told that %s is gone and missed %v; %s left at %v", r.name, s.id, missed, r.user, lefts)
}

// unseen are the events for the client up to seq that it has not seen.
func (r *reader) unseen(s *streamTruth, p *place, to int64) (missed []int64) {
	for seq := p.pos + 1; seq <= to; seq++ {
		if _, ok := s.events[seq]; ok && !p.seen[seq] && !r.echo(s.id)[seq] && s.sees(r.user, seq) {
			missed = append(missed, seq)
		}
	}
	return missed
}

// leftBetween gives, for each time outside that may touch the span, where the
// interval before it ended, 0 where there was none. Where clocks don't count,
// these are the times outside that the client's place doesn't prove to be over.
func (r *reader) leftBetween(s *streamTruth, p *place, fromMS, toMS int64) (lefts []int64) {
	left, began := int64(0), int64(0) // of the time outside
	for _, m := range append(slices.Clone(s.intervals[r.user]), chat.Membership{JoinedSeq: never}) {
		joined, leaves := s.surely(m)
		touches := began <= toMS && joined >= fromMS
		if r.options.NoClock {
			touches = m.JoinedSeq > p.pos
		}
		if touches {
			lefts = append(lefts, left)
		}
		if m.LeftSeq == 0 {
			break
		}
		left, began = m.LeftSeq, leaves
	}
	return lefts
}
