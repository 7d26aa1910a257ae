package history

import (
	"fmt"
	"maps"
	"slices"

	"taut/chat"
)

// Options of a check.
type Options struct {
	// BoundMS is how late an event may reach who is connected (G13), and an
	// answer who asks; 0: 3,000.
	BoundMS int64
	// NoClock: times are not compared, as the run's clocks were tampered with.
	// Who is there in the end must still have all.
	NoClock bool
	// MaxStream and MaxResume are the limits beyond which a resume may be
	// answered with a discontinuity; 0: 500 and 5,000.
	MaxStream, MaxResume int64
	// FetchMustMatch: after a discontinuity every message that the log shows
	// must be in what the client then fetched, and that it did fetch.
	FetchMustMatch bool
}

// Violation is a guarantee that the run broke, and how.
type Violation struct {
	Guarantee string
	Text      string
}

func (v Violation) String() string { return v.Guarantee + ": " + v.Text }

// Check returns what the history broke, nothing where all held.
func Check(records []Record, o Options) []Violation {
	if o.BoundMS == 0 {
		o.BoundMS = 3000
	}
	if o.MaxStream == 0 {
		o.MaxStream = 500
	}
	if o.MaxResume == 0 {
		o.MaxResume = 5000
	}
	c := &checker{options: o, logs: make(map[string]*truth), clients: make(map[string][]Record)}
	for _, rec := range records {
		c.sort(rec)
	}
	for _, inc := range slices.Sorted(maps.Keys(c.logs)) {
		c.logs[inc].arrange()
		c.checkLog(c.logs[inc])
	}
	c.checkSends()
	for _, name := range slices.Sorted(maps.Keys(c.clients)) {
		c.replay(name)
	}
	return c.found
}

// checker holds a history sorted into what belongs together.
type checker struct {
	options Options
	logs    map[string]*truth // by incarnation
	clients map[string][]Record
	sends   []Record // Ack and Refused
	pauses  []span   // of the servers
	endMS   int64
	found   []Violation
}

// truth is the log of one incarnation.
type truth struct {
	incarnation string
	streams     map[chat.StreamID]*streamTruth
}

type streamTruth struct {
	id        chat.StreamID
	events    map[int64]Record
	head      int64
	trimmed   int64
	intervals map[chat.UserID][]chat.Membership
	deleted   map[chat.TS]int64 // when each deleted message was
	order     []Record          // the events by seq, once all are known
}

// span is a time in which nothing can be expected; to 0: until the end.
type span struct{ from, to int64 }

func (c *checker) violate(guarantee, format string, args ...any) {
	c.found = append(c.found, Violation{guarantee, fmt.Sprintf(format, args...)})
}

func (c *checker) log(incarnation string) *truth {
	t := c.logs[incarnation]
	if t == nil {
		t = &truth{incarnation: incarnation, streams: make(map[chat.StreamID]*streamTruth)}
		c.logs[incarnation] = t
	}
	return t
}

func (t *truth) stream(id chat.StreamID) *streamTruth {
	s := t.streams[id]
	if s == nil {
		s = &streamTruth{id: id, events: make(map[int64]Record), intervals: make(map[chat.UserID][]chat.Membership), deleted: make(map[chat.TS]int64)}
		t.streams[id] = s
	}
	return s
}

// sort puts a record where it belongs.
func (c *checker) sort(rec Record) {
	c.endMS = max(c.endMS, rec.AtMS)
	switch rec.Kind {
	case Event:
		s := c.log(rec.Incarnation).stream(rec.Stream)
		if old, twice := s.events[rec.Seq]; twice && (old.TS != rec.TS || old.Type != rec.Type) {
			c.violate("G2", "%s %d is in the log as %s and as %s", rec.Stream, rec.Seq, old.describe(), rec.describe())
		}
		s.events[rec.Seq] = rec
		if rec.DeletedTS != 0 {
			s.deleted[rec.DeletedTS] = rec.CommittedMS
		}
	case Head:
		s := c.log(rec.Incarnation).stream(rec.Stream)
		s.head, s.trimmed = rec.Seq, rec.Trimmed
	case Interval:
		s := c.log(rec.Incarnation).stream(rec.Stream)
		s.intervals[rec.User] = append(s.intervals[rec.User], chat.Membership{JoinedSeq: rec.Seq, LeftSeq: rec.Left})
	case Pause, Go:
		if rec.Client == "" {
			c.pauses = pause(c.pauses, rec)
			return
		}
		c.clients[rec.Client] = append(c.clients[rec.Client], rec)
	case End:
	default:
		if rec.Kind == Ack || rec.Kind == Refused {
			c.sends = append(c.sends, rec)
		}
		c.clients[rec.Client] = append(c.clients[rec.Client], rec)
	}
}

// pause begins or ends the last span.
func pause(spans []span, rec Record) []span {
	if rec.Kind == Pause {
		return append(spans, span{from: rec.AtMS})
	}
	if n := len(spans); n > 0 && spans[n-1].to == 0 {
		spans[n-1].to = rec.AtMS
	}
	return spans
}

// sees tells whether the event with this seq is for the user.
func (s *streamTruth) sees(user chat.UserID, seq int64) bool {
	if s.id.Kind() == chat.UserStream {
		return chat.UserID(s.id) == user
	}
	return slices.ContainsFunc(s.intervals[user], func(m chat.Membership) bool { return m.Contains(seq) })
}

func (r Record) describe() string {
	return fmt.Sprintf("%s %s %q", r.Type, r.TS, r.Text)
}
