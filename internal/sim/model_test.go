package sim

import (
	"fmt"
	"slices"
	"testing"

	"taut/chat"
	"taut/internal/history"
	"taut/wire"
)

// model is all that the answer to a resume may depend on: the stream's events
// of one incarnation, the user's intervals in it, and how far it is trimmed.
type model struct {
	incarnation string
	user        chat.UserID
	own         bool // the stream is the user's own: all of it is theirs
	events      map[int64]history.Record
	head        int64
	trimmed     int64
	intervals   []chat.Membership
}

// answer is a resume of one stream and what came of it.
type answer struct {
	client string
	stream chat.StreamID
	// The question: the cursor, and what the connection asked for in sum.
	incarnation string // of the cursor
	after       int64
	askedMS     int64
	// The answer.
	hello      string // the incarnation that hello named
	kind       string // a frame's type: resumed, current, discontinuity, gone
	head       int64
	reason     wire.Reason
	shown      []int64 // seqs that came between question and answer
	answeredMS int64
	connection int
	// reach is how many events all the questions of the connection reach over.
	reach int64
}

// may tells whether the user may see the event.
func (m model) may(seq int64) bool {
	return m.own || slices.ContainsFunc(m.intervals, func(i chat.Membership) bool { return i.Contains(seq) })
}

// due is what a reader at after must get to have all up to head.
func (m model) due(after, head int64) []int64 {
	seqs := []int64{}
	for seq := after + 1; seq <= head; seq++ {
		if _, ok := m.events[seq]; ok && m.may(seq) {
			seqs = append(seqs, seq)
		}
	}
	return seqs
}

// headAt is the head at a time.
func (m model) headAt(ms int64) int64 {
	head := int64(0)
	for seq, e := range m.events {
		if e.CommittedMS <= ms {
			head = max(head, seq)
		}
	}
	return head
}

// judge says what is wrong with an answer; "" where it is what the model allows.
func (m model) judge(a answer) string {
	switch a.kind {
	case wire.TypeResumed, wire.TypeCurrent:
		return m.judgeResumed(a)
	case wire.TypeDiscontinuity:
		return m.judgeDiscontinuity(a)
	case wire.TypeGone:
		return m.judgeGone(a)
	}
	return "an answer of no known type"
}

func (m model) judgeResumed(a answer) string {
	if a.incarnation != a.hello {
		return "a cursor of another incarnation was resumed"
	}
	if want, got := fmt.Sprint(m.due(a.after, a.head)), fmt.Sprint(a.shown); want != got {
		return fmt.Sprintf("resumed to %d with %s, want %s", a.head, got, want)
	}
	// A lower head than the log's is right where the socket stood there: what
	// lies between follows as the live flow does, and is due in time (G13).
	if a.head > max(a.after, m.headAt(a.answeredMS)) {
		return fmt.Sprintf("resumed to %d, beyond the head", a.head)
	}
	return ""
}

func (m model) judgeDiscontinuity(a answer) string {
	missing := int64(len(m.due(a.after, a.head)))
	ok := false
	switch a.reason {
	case wire.ReasonIncarnation:
		ok = a.incarnation != a.hello
	case wire.ReasonTrimmed:
		ok = a.after < m.trimmed
	case wire.ReasonAhead:
		ok = a.after > a.head
	case wire.ReasonLimit:
		ok = missing > wire.MaxResumeStream || a.reach > wire.MaxResume
	}
	if !ok {
		return fmt.Sprintf("discontinuity %q at %d of %d, with %d events between and %d trimmed", a.reason, a.after, a.head, missing, m.trimmed)
	}
	return ""
}

func (m model) judgeGone(a answer) string {
	if m.own {
		return "the user's own stream is gone"
	}
	lefts := m.leftBetween(a.askedMS-boundMS, a.answeredMS)
	if len(lefts) == 0 {
		return fmt.Sprintf("gone, though the user belongs to it: %v", m.intervals)
	}
	if a.incarnation != a.hello {
		return ""
	}
	for _, left := range lefts {
		due := m.due(a.after, left)
		if n := len(a.shown); n > 0 && a.shown[n-1] > left {
			// The log told already of a return that the user's own stream didn't.
			due = m.due(a.after, a.shown[n-1])
		}
		limited := a.after < m.trimmed || len(due) > wire.MaxResumeStream || a.reach > wire.MaxResume
		if slices.Equal(due, a.shown) || limited && isSubsequence(a.shown, due) {
			return ""
		}
	}
	return fmt.Sprintf("gone after %v; the user left at %v, trimmed up to %d", a.shown, lefts, m.trimmed)
}

func isSubsequence(part, of []int64) bool {
	for _, seq := range of {
		if len(part) > 0 && part[0] == seq {
			part = part[1:]
		}
	}
	return len(part) == 0
}

// leftBetween gives, for each time outside that touches the span, where the
// interval before it ended; 0 where there was none.
func (m model) leftBetween(fromMS, toMS int64) (lefts []int64) {
	begins, left := int64(0), int64(0) // of the time outside
	for _, i := range append(slices.Clone(m.intervals), chat.Membership{JoinedSeq: m.head + 1}) {
		ends := int64(1 << 62)
		if e, ok := m.events[i.JoinedSeq]; ok {
			ends = e.CommittedMS
		}
		if begins <= toMS && ends >= fromMS {
			lefts = append(lefts, left)
		}
		if i.LeftSeq == 0 {
			break
		}
		left = i.LeftSeq
		begins = m.events[left].CommittedMS
	}
	return lefts
}

func TestModel(t *testing.T) {
	m := model{incarnation: "i", user: "U", events: map[int64]history.Record{}, head: 20,
		intervals: []chat.Membership{{JoinedSeq: 3, LeftSeq: 6}, {JoinedSeq: 10, LeftSeq: 15}}}
	for seq := int64(1); seq <= 20; seq++ {
		m.events[seq] = history.Record{Seq: seq, CommittedMS: seq * 10_000}
	}
	base := answer{incarnation: "i", hello: "i", after: 4, askedMS: 125_000, answeredMS: 125_100, kind: "resumed", head: 12, shown: []int64{5, 6, 10, 11, 12}}
	for _, c := range []struct {
		name   string
		ok     bool
		change func(*answer)
	}{
		{"over a rejoin", true, func(a *answer) {}},
		{"too little", false, func(a *answer) { a.shown = a.shown[:4] }},
		{"what lies outside", false, func(a *answer) { a.shown = []int64{5, 6, 7, 10, 11, 12} }},
		{"the head of a socket that is behind", true, func(a *answer) { a.head, a.shown = 11, a.shown[:4] }},
		{"beyond the head", false, func(a *answer) { a.head, a.shown = 13, []int64{5, 6, 10, 11, 12, 13} }},
		{"another incarnation", false, func(a *answer) { a.incarnation = "old" }},
		{"another incarnation, told so", true, func(a *answer) { a.incarnation, a.kind, a.reason = "old", "discontinuity", "incarnation" }},
		{"limit that is kept", false, func(a *answer) { a.kind, a.reason = "discontinuity", "limit" }},
		{"limit in sum", true, func(a *answer) { a.kind, a.reason, a.reach = "discontinuity", "limit", 5001 }},
		{"no trim", false, func(a *answer) { a.kind, a.reason = "discontinuity", "trimmed" }},
		{"gone while a member", false, func(a *answer) { a.kind = "gone" }},
		{"gone while away", true, func(a *answer) {
			a.kind, a.askedMS, a.answeredMS, a.shown = "gone", 75_000, 75_001, []int64{5, 6}
		}},
		{"gone without the last events", false, func(a *answer) {
			a.kind, a.askedMS, a.answeredMS, a.shown = "gone", 75_000, 75_001, []int64{5}
		}},
		{"gone, though the log told of the return", true, func(a *answer) {
			a.kind, a.askedMS, a.answeredMS, a.shown = "gone", 100_000, 100_001, []int64{5, 6, 10}
		}},
		{"gone for good", true, func(a *answer) {
			a.kind, a.askedMS, a.answeredMS, a.shown = "gone", 190_000, 190_001, []int64{5, 6, 10, 11, 12, 13, 14, 15}
		}},
		{"gone before joining", true, func(a *answer) {
			a.kind, a.askedMS, a.answeredMS, a.after, a.shown = "gone", 10_000, 10_001, 0, nil
		}},
		{"ahead", true, func(a *answer) { a.kind, a.reason, a.after = "discontinuity", "ahead", 30 }},
	} {
		a := base
		c.change(&a)
		if said := m.judge(a); (said == "") != c.ok {
			t.Errorf("%s: %q", c.name, said)
		}
	}
}
