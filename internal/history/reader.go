package history

import (
	"maps"
	"slices"

	"taut/chat"
)

// reader replays what one client was told, and knows what it must have seen.
type reader struct {
	*checker
	name        string
	user        chat.UserID
	incarnation string
	connected   bool
	sinceMS     int64 // when it connected
	places      map[chat.StreamID]*place
	echoes      map[chat.StreamID]map[int64]bool // own sends over the socket
	pauses      []span
	questions   []question // the connection's resumes
}

// question is a resume of one stream.
type question struct {
	stream chat.StreamID
	after  int64
}

// place is where the client stands in a stream.
type place struct {
	known bool  // pos counts
	pos   int64 // all up to here was seen, or is not for it, or was given up
	// liveMS is from when on what is committed must reach it in time.
	liveMS  int64
	asked   bool  // a resume has no answer yet
	cursor  int64 // of the last resume
	askedMS int64 // when it was
	// foreign: its cursor is one of another incarnation, and void.
	foreign bool
	losses  []loss // to be fetched
	seen    map[int64]bool
}

func (c *checker) replay(name string) {
	r := &reader{checker: c, name: name, places: make(map[chat.StreamID]*place), echoes: make(map[chat.StreamID]map[int64]bool)}
	for _, rec := range c.clients[name] {
		switch rec.Kind {
		case Ack:
			if rec.Socket {
				r.echo(rec.Stream)[rec.Seq] = true
			}
		case Pause, Go:
			r.pauses = pause(r.pauses, rec)
		}
	}
	for _, rec := range c.clients[name] {
		r.step(rec)
	}
	if r.connected {
		r.leave(c.endMS)
		r.stay()
	}
	r.checkLosses()
}

func (r *reader) step(rec Record) {
	switch rec.Kind {
	case Connect:
		r.connect(rec)
	case Disconnect:
		r.leave(rec.AtMS)
	case Resume:
		r.resume(rec)
	case Joined:
		r.place(rec.Stream).begin(rec.Seq, rec.AtMS)
	case See:
		r.see(rec)
	case Skip:
		r.skip(rec)
	case Resumed:
		r.resumed(rec)
	case Discontinuity:
		r.discontinuity(rec)
	case Gone:
		r.gone(rec)
	case Fetched:
		r.fetched(rec)
	}
}

func (r *reader) stream(id chat.StreamID) *streamTruth { return r.log(r.incarnation).stream(id) }

func (r *reader) place(id chat.StreamID) *place {
	p := r.places[id]
	if p == nil {
		p = &place{liveMS: r.sinceMS, seen: make(map[int64]bool)}
		r.places[id] = p
	}
	return p
}

func (r *reader) echo(id chat.StreamID) map[int64]bool {
	e := r.echoes[id]
	if e == nil {
		e = make(map[int64]bool)
		r.echoes[id] = e
	}
	return e
}

func (r *reader) resume(rec Record) {
	p := r.place(rec.Stream)
	p.asked, p.cursor, p.askedMS = true, rec.Seq, rec.AtMS
	r.questions = append(r.questions, question{rec.Stream, rec.Seq})
	p.foreign = rec.Incarnation != r.incarnation
	if p.foreign {
		p.forget(never)
		return
	}
	p.begin(rec.Seq, never)
}

// begin: it asks for what comes after seq, unless it holds more.
func (p *place) begin(seq, liveMS int64) {
	if !p.known {
		p.known, p.pos = true, seq
	}
	p.liveMS = liveMS
}

// forget: where it stands is open, and only what is committed from now on counts.
func (p *place) forget(atMS int64) {
	p.known, p.pos, p.liveMS = false, 0, atMS
}

// never is a time that does not come.
const never = 1 << 62

func (r *reader) connect(rec Record) {
	if r.connected {
		r.leave(rec.AtMS)
	}
	if rec.Incarnation != r.incarnation {
		clear(r.places)
		clear(r.echoes)
		for _, a := range r.clients[r.name] {
			if a.Kind == Ack && a.Socket && a.Incarnation == rec.Incarnation {
				r.echo(a.Stream)[a.Seq] = true
			}
		}
	}
	r.user, r.incarnation, r.connected, r.sinceMS, r.questions = rec.User, rec.Incarnation, true, rec.AtMS, nil
	for _, p := range r.places {
		p.asked = false
		if rec.Fresh {
			// It can't tell what it has seen before from what is new.
			p.forget(rec.AtMS)
			clear(p.seen)
		} else if p.known {
			p.liveMS = never // until the resume is answered
		} else {
			p.liveMS = rec.AtMS
		}
	}
}

// see takes an event that the client showed.
func (r *reader) see(rec Record) {
	s, p := r.stream(rec.Stream), r.place(rec.Stream)
	e, inLog := s.events[rec.Seq]
	switch {
	case p.seen[rec.Seq]:
		r.violate("G5", "%s saw %s %d twice", r.name, s.id, rec.Seq)
		return
	case p.known && rec.Seq <= p.pos:
		r.violate("G2", "%s saw %s %d after it had come to %d", r.name, s.id, rec.Seq, p.pos)
		return
	case !inLog && rec.Seq > s.trimmed:
		r.violate("G1", "%s saw %s %d (%s), which is not in the log", r.name, s.id, rec.Seq, rec.describe())
	case inLog && !same(rec, e):
		r.violate("G2", "%s saw %s %d as %s; the log has %s", r.name, s.id, rec.Seq, rec.describe(), e.describe())
	}
	if !s.sees(r.user, rec.Seq) {
		r.violate("G10", "%s (%s) saw %s %d outside of their membership %v", r.name, r.user, s.id, rec.Seq, s.intervals[r.user])
	}
	r.seeDeleted(s, p, rec)
	p.seen[rec.Seq] = true
	r.pass(s, p, rec.Seq-1, "then "+rec.describe())
	p.known, p.pos = true, rec.Seq
	if inLog && e.CommittedMS >= p.liveMS {
		r.inTime(s, e, rec.AtMS)
	}
}

func (r *reader) skip(rec Record) {
	s, p := r.stream(rec.Stream), r.place(rec.Stream)
	if p.known && rec.Seq <= p.pos {
		return
	}
	if !r.echo(rec.Stream)[rec.Seq] && s.sees(r.user, rec.Seq) {
		r.violate("G3", "%s was told to skip %s %d, which is not its own", r.name, s.id, rec.Seq)
	}
	r.pass(s, p, rec.Seq-1, "then a skip")
	p.known, p.pos = true, rec.Seq
}

// pass moves the place up to seq: what it passes over must not have been for
// this client.
func (r *reader) pass(s *streamTruth, p *place, seq int64, and string) {
	for missed := p.pos + 1; missed <= seq; missed++ {
		e, ok := s.events[missed]
		if !ok || p.seen[missed] || !s.sees(r.user, missed) || r.echo(s.id)[missed] {
			continue
		}
		if !p.known && (e.CommittedMS <= p.liveMS || r.options.NoClock) {
			continue // it may have been committed before the client was there
		}
		r.violate("G3", "%s missed %s %d (%s); it stood at %d, %s", r.name, s.id, missed, e.describe(), p.pos, and)
	}
}

func (r *reader) resumed(rec Record) {
	s, p := r.stream(rec.Stream), r.place(rec.Stream)
	if rec.Seq > s.head {
		r.violate("G3", "%s was resumed to %d of %s, whose head is %d", r.name, rec.Seq, s.id, s.head)
	}
	if p.foreign {
		r.violate("G3", "%s resumed %s with a cursor of another incarnation and was not told", r.name, s.id)
	}
	r.pass(s, p, rec.Seq, "then resumed")
	p.known, p.pos, p.liveMS, p.asked = true, max(p.pos, rec.Seq), rec.AtMS, false
}

// leave ends the connection: what was committed in time had to be seen, what
// was asked in time to be answered.
func (r *reader) leave(atMS int64) {
	r.connected = false
	if r.options.NoClock {
		return
	}
	streams := r.log(r.incarnation).streams
	for _, id := range slices.Sorted(maps.Keys(streams)) {
		s, p := streams[id], r.place(id)
		if p.asked && atMS > r.due(p.askedMS) {
			r.violate("G3", "%s asked for %s after %d at %d and had no answer by %d", r.name, id, p.cursor, p.askedMS, atMS)
		}
		for seq := p.pos + 1; seq <= s.head; seq++ {
			e, ok := s.events[seq]
			if !ok || e.CommittedMS <= max(p.liveMS, r.sinceMS) || p.seen[seq] || r.echo(id)[seq] || !s.sees(r.user, seq) {
				continue
			}
			r.inTime(s, e, atMS)
		}
	}
}

// stay: who is there in the end has all, even where times tell nothing.
func (r *reader) stay() {
	if !r.options.NoClock {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(r.places)) {
		s, p := r.stream(id), r.places[id]
		if p.asked {
			r.violate("G3", "%s asked for %s after %d and never had an answer", r.name, id, p.cursor)
		} else if p.known {
			r.pass(s, p, s.head, "and was there to the end")
		}
	}
}

// inTime checks that an event was there, or the connection's end came, within
// the bound.
func (r *reader) inTime(s *streamTruth, e Record, atMS int64) {
	if r.options.NoClock {
		return
	}
	if due := r.due(e.CommittedMS); atMS > due {
		r.violate("G13", "%s had not seen %s %d (%s), committed at %d, by %d: %d ms late",
			r.name, s.id, e.Seq, e.describe(), e.CommittedMS, atMS, atMS-due)
	}
}
