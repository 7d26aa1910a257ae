package stream

import (
	"slices"

	"taut/chat"
)

// maxEarly is how many events a Tail holds that came ahead of a hole. Those
// beyond are forgotten: the log has them.
const maxEarly = 64

// Tail follows one stream. It is fed with what its reader hears, in any order
// and any number of times, and answers with the events that come next: each
// once, in the order of seq. While it is Behind, the reader asks the log for
// what comes after Seq and feeds the answer to Page.
//
// The zero Tail doesn't know yet where to begin: it emits nothing and keeps
// what it can until Start.
type Tail struct {
	started bool
	seq     int64        // up to here all was emitted, skipped or lost
	head    int64        // the highest seq known to exist
	early   []chat.Event // beyond seq+1, ascending, each once
}

// After is a Tail that has read up to seq.
func After(seq int64) Tail { return Tail{started: true, seq: seq, head: seq} }

// Start begins after seq, unless the Tail was started already. It returns what
// follows there of the events that came before it was known.
func (t *Tail) Start(seq int64) []chat.Event {
	if t.started {
		return nil
	}
	t.started = true
	t.seq = seq
	t.head = max(t.head, seq)
	return t.release()
}

// Started tells whether the Tail knows where it stands.
func (t *Tail) Started() bool { return t.started }

// Seq is the last seq that is done with.
func (t *Tail) Seq() int64 { return t.seq }

// Head is the highest seq that is known to exist.
func (t *Tail) Head() int64 { return t.head }

// Behind tells whether there is something to ask the log for.
func (t *Tail) Behind() bool { return t.started && t.seq < t.head }

// Offer takes events of the stream that the reader was told of and returns
// those that come next. The result may share the argument's memory.
func (t *Tail) Offer(events []chat.Event) []chat.Event {
	if t.started && len(t.early) == 0 && follows(events, t.seq) {
		t.seq += int64(len(events))
		t.head = max(t.head, t.seq)
		return events
	}
	for _, e := range events {
		t.head = max(t.head, e.Seq)
		if !t.started || e.Seq > t.seq {
			t.keep(e)
		}
	}
	return t.release()
}

// Saw notes that the stream has grown to head.
func (t *Tail) Saw(head int64) { t.head = max(t.head, head) }

// Skip notes that all up to seq exists and is not for this reader, and returns
// what follows.
func (t *Tail) Skip(seq int64) []chat.Event {
	if !t.started {
		return nil
	}
	t.seq = max(t.seq, seq)
	t.head = max(t.head, seq)
	return t.release()
}

// Page takes what the log answered to the question for what comes after Seq,
// and returns the events that come next. Whatever the page's range lacks is not
// for this reader, save where lost is true: there the log may have trimmed it.
//
// Where an event is in the page and came by itself too, the latter counts: only
// that one knows its origin.
func (t *Tail) Page(p chat.Page) (next []chat.Event, lost bool) {
	if !t.started {
		return nil, false
	}
	lost = p.Trimmed > t.seq
	for _, e := range p.Events {
		if e.Seq <= t.seq {
			continue
		}
		if i, held := t.find(e.Seq); held {
			e = t.early[i]
		}
		next = append(next, e)
		t.seq = e.Seq
	}
	t.seq = max(t.seq, p.Next)
	t.head = max(t.head, t.seq, p.Head)
	return append(next, t.release()...), lost
}

// Reset forgets all and begins anew after seq: the reader was told that there
// is a discontinuity, and fetches by other means what lies before.
func (t *Tail) Reset(seq int64) { *t = After(seq) }

// keep puts e among the early ones.
func (t *Tail) keep(e chat.Event) {
	i, held := t.find(e.Seq)
	if held || i == maxEarly {
		return
	}
	if len(t.early) == maxEarly {
		t.early = t.early[:maxEarly-1]
	}
	t.early = slices.Insert(t.early, i, e)
}

// release takes out those of the early ones that come next.
func (t *Tail) release() []chat.Event {
	if !t.started || len(t.early) == 0 {
		return nil
	}
	done, _ := t.find(t.seq + 1)
	end := done
	for end < len(t.early) && t.early[end].Seq == t.seq+1 {
		t.seq++
		end++
	}
	next := t.early[done:end:end]
	if t.early = t.early[end:]; len(t.early) == 0 {
		t.early = nil
	}
	return next
}

func (t *Tail) find(seq int64) (int, bool) {
	return slices.BinarySearchFunc(t.early, seq, func(e chat.Event, seq int64) int {
		return int(e.Seq - seq)
	})
}

// follows tells whether events are the next ones after seq, without a hole.
func follows(events []chat.Event, seq int64) bool {
	for i, e := range events {
		if e.Seq != seq+1+int64(i) {
			return false
		}
	}
	return true
}
