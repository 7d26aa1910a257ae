package history

import (
	"maps"
	"slices"

	"taut/chat"
)

// loss is what a client gave up at a discontinuity, and has to fetch.
type loss struct {
	span
	asked   bool // it fetched, but did not find all
	lacking Record
}

// discontinuity gives up what lies before the head that was told, for a reason
// that must be true.
func (r *reader) discontinuity(rec Record) {
	s, p := r.stream(rec.Stream), r.place(rec.Stream)
	from := p.pos
	if p.asked {
		from = p.cursor // some of what it asked for may have come
	}
	if head := r.headBy(s, rec.AtMS); rec.Seq > head {
		r.violate("G3", "%s was told to go on at %d of %s, whose head was %d", r.name, rec.Seq, s.id, head)
	}
	r.checkReason(rec, s, p, from)
	if p.foreign || rec.Reason == "ahead" {
		from = 0 // nothing that it holds is worth anything
	}
	p.losses = append(p.losses, loss{span: span{from, rec.Seq}})
	p.foreign, p.asked = false, false
	p.known, p.pos, p.liveMS = true, rec.Seq, rec.AtMS
}

func (r *reader) checkReason(rec Record, s *streamTruth, p *place, at int64) {
	switch rec.Reason {
	case "limit":
		if r.visible(s, at, rec.Seq) <= r.options.MaxStream && r.reach(rec.AtMS) <= r.options.MaxResume {
			r.violate("G3", "%s got no events of %s from %d to %d for a limit that they keep", r.name, s.id, at, rec.Seq)
		}
	case "trimmed":
		if at >= s.trimmed {
			r.violate("G3", "%s at %d of %s was told of a trim; the log is trimmed up to %d", r.name, at, s.id, s.trimmed)
		}
	case "ahead":
		if at <= rec.Seq {
			r.violate("G3", "%s at %d of %s was told to be ahead of %d", r.name, at, s.id, rec.Seq)
		}
	case "incarnation":
		if !p.foreign {
			r.violate("G3", "%s holds %d of %s in the incarnation %s and was told of another", r.name, at, s.id, r.incarnation)
		}
	default:
		r.violate("G3", "%s was told of a discontinuity of %s at %d for no known reason, %q", r.name, s.id, at, rec.Reason)
	}
}

// visible counts the events after a seq and up to another that the client may see.
func (r *reader) visible(s *streamTruth, after, to int64) (n int64) {
	for seq := after + 1; seq <= to; seq++ {
		if _, ok := s.events[seq]; ok && s.sees(r.user, seq) {
			n++
		}
	}
	return n
}

// reach counts the events that the connection's resumes reached over by then.
func (r *reader) reach(ms int64) (n int64) {
	for _, q := range r.questions {
		n += max(0, r.headBy(r.stream(q.stream), ms)-q.after)
	}
	return n
}

// fetched looks for what was lost in what the client found.
func (r *reader) fetched(rec Record) {
	s, p := r.log(rec.Incarnation).stream(rec.Stream), r.place(rec.Stream)
	if rec.Incarnation != r.incarnation {
		return // of a log that is no more
	}
	found := make(map[chat.TS]bool, len(rec.Found))
	for _, ts := range rec.Found {
		found[ts] = true
	}
	p.losses = slices.DeleteFunc(p.losses, func(l loss) bool { return s.finds(l.span, found) == nil })
	for i := range p.losses {
		l := &p.losses[i]
		l.asked, l.lacking = true, *s.finds(l.span, found)
	}
}

// finds gives the first message between from and to that was not found, nil
// where all were: those that a channel's history shows.
func (s *streamTruth) finds(lost span, found map[chat.TS]bool) *Record {
	for seq := lost.from + 1; seq <= lost.to; seq++ {
		if e, ok := s.events[seq]; ok && e.isPost() && !e.Reply && !found[e.TS] {
			return &e
		}
	}
	return nil
}

// checkLosses: what was given up had to be fetched, by who may still read it.
func (r *reader) checkLosses() {
	if !r.options.FetchMustMatch {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(r.places)) {
		s, p := r.stream(id), r.places[id]
		for _, l := range p.losses {
			switch {
			case !s.sees(r.user, s.head+1):
			case l.asked:
				r.violate("G3", "%s fetched %s after the discontinuity and did not find %d (%s)", r.name, id, l.lacking.Seq, l.lacking.describe())
			default:
				r.violate("G3", "%s never fetched what it lost of %s between %d and %d", r.name, id, l.from, l.to)
			}
		}
	}
}
