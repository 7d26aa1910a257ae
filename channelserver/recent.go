package channelserver

import (
	"bytes"

	"taut/chat"
)

const (
	// maxRecent and maxRecentSize bound what is kept of one stream.
	maxRecent     = 128
	maxRecentSize = 64 << 10
	// maxRecentBytes bounds what is kept in sum; beyond it each stream that
	// moves keeps minRecent events.
	maxRecentBytes = 64 << 20
	minRecent      = 4
	// eventSize is what an event takes beside its payload.
	eventSize = 160
)

// recent holds the last events of a stream, without a hole. Slices of it are
// handed out: what was written is never overwritten.
type recent struct {
	events []chat.Event
	size   int64
}

// add appends e and lets go of the oldest beyond the limits; it returns by how
// much the size changed.
func (r *recent) add(e chat.Event, limit int) int64 {
	before := r.size
	if n := len(r.events); n > 0 && r.events[n-1].Seq+1 != e.Seq {
		*r = recent{} // the log trimmed what lies between
	}
	r.events = append(r.events, e)
	r.size += sizeOf(e)
	for len(r.events) > limit || r.size > maxRecentSize {
		r.size -= sizeOf(r.events[0])
		r.events = r.events[1:]
	}
	return r.size - before
}

// after gives up to limit of the events that follow seq; ok is false where r
// does not reach back that far.
func (r *recent) after(seq int64, limit int) (events []chat.Event, ok bool) {
	if r == nil || len(r.events) == 0 || seq+1 < r.events[0].Seq {
		return nil, false
	}
	from := int(seq + 1 - r.events[0].Seq)
	if from >= len(r.events) {
		return nil, false
	}
	to := min(len(r.events), from+limit)
	return r.events[from:to:to], true
}

func sizeOf(e chat.Event) int64 { return int64(len(e.Payload)) + eventSize }

var deletedSubtype = []byte(`"subtype":"` + chat.SubtypeDeleted + `"`)

// redacts tells whether e may have taken something out of earlier events: a
// message's text, a file's name and preview, or all that the retention removed. A
// quote inside a JSON string is escaped, so no text can look like the subtype; an
// attachment's key can, which costs no more than the recent events.
func redacts(e chat.Event) bool {
	switch {
	case e.Type == chat.TypeMessage:
		return bytes.Contains(e.Payload, deletedSubtype)
	case e.Type == chat.TypeFileDeleted:
		return true
	}
	return chat.IsHistoryChange(e.Type)
}
