package history

import (
	"cmp"
	"maps"
	"slices"
	"sort"

	"taut/chat"
)

// arrange puts what is known of each stream in order.
func (t *truth) arrange() {
	for _, s := range t.streams {
		s.order = slices.SortedFunc(maps.Values(s.events), func(a, b Record) int { return cmp.Compare(a.Seq, b.Seq) })
		for _, intervals := range s.intervals {
			slices.SortFunc(intervals, func(a, b chat.Membership) int { return cmp.Compare(a.JoinedSeq, b.JoinedSeq) })
		}
	}
}

// headBy is the highest head that the stream can have had at that time: when what
// is trimmed was committed, a log that was restored no longer tells.
func (c *checker) headBy(s *streamTruth, ms int64) int64 {
	if c.options.NoClock {
		return s.head
	}
	n := sort.Search(len(s.order), func(i int) bool { return s.order[i].CommittedMS > ms })
	head := min(s.trimmed, s.head)
	if n > 0 {
		head = max(head, s.order[n-1].Seq)
	}
	return head
}

// surely gives a time in which the user surely belonged to the stream, for an
// interval of theirs: what is trimmed has no time, but its neighbours have.
func (s *streamTruth) surely(m chat.Membership) (fromMS, toMS int64) {
	at := func(seq int64) int { // of the first event from seq on
		return sort.Search(len(s.order), func(i int) bool { return s.order[i].Seq >= seq })
	}
	fromMS, toMS = never, never
	if i := at(m.JoinedSeq); i < len(s.order) {
		fromMS = s.order[i].CommittedMS
	}
	if m.LeftSeq == 0 {
		return fromMS, toMS
	}
	i := at(m.LeftSeq)
	if i < len(s.order) && s.order[i].Seq == m.LeftSeq {
		return fromMS, s.order[i].CommittedMS
	}
	if i == 0 {
		return never, 0
	}
	return fromMS, s.order[i-1].CommittedMS
}

// due is when what began at ms has to be over, for the client with these pauses:
// times in which nothing could be expected don't count.
func (r *reader) due(ms int64) int64 {
	due := ms + r.options.BoundMS
	for _, spans := range [][]span{r.checker.pauses, r.pauses} {
		for _, pause := range spans {
			if pause.from < due && (pause.to == 0 || pause.to > ms) {
				due = max(due, pause.end()+r.options.BoundMS)
			}
		}
	}
	return due
}

// known is a time by which the servers knew what was committed, if by ms they
// knew all that they had to.
func (r *reader) known(ms int64) int64 {
	known := ms - r.options.BoundMS
	for _, pause := range slices.Backward(r.checker.pauses) {
		if pause.from <= ms && pause.end()+r.options.BoundMS >= known {
			known = min(known, pause.from-r.options.BoundMS)
		}
	}
	return known
}

func (s span) end() int64 {
	if s.to == 0 {
		return never / 2
	}
	return s.to
}
