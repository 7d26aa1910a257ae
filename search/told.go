package search

import (
	"taut/chat"
)

// Bounds of what the hook keeps until the follower takes it.
const (
	maxTold      = 10_000  // streams; beyond them, the poll finds what there is
	maxToldBytes = 8 << 20 // of events; beyond, the follower reads them from the log
)

// told is what the hook told since the follower last looked.
type told struct {
	heads  map[chat.Stream]int64
	events map[chat.Stream][]chat.Event
	bytes  int
}

func newTold() told {
	return told{heads: map[chat.Stream]int64{}, events: map[chat.Stream][]chat.Event{}}
}

// add tells whether there is something for the follower.
func (t *told) add(e *chat.Event) bool {
	known, waits := t.heads[e.Stream]
	if e.Stream.ID.Kind() != chat.ChannelStream || !waits && len(t.heads) >= maxTold {
		return false
	}
	t.heads[e.Stream] = max(known, e.Seq)
	if t.bytes += len(e.Payload); t.bytes <= maxToldBytes {
		t.events[e.Stream] = append(t.events[e.Stream], *e)
	}
	return true
}

// Committed tells of events that the log took. It doesn't block.
func (s *Server) Committed(events []chat.Event) {
	some := false
	s.mu.Lock()
	for i := range events {
		some = s.told.add(&events[i]) || some
	}
	s.mu.Unlock()
	if !some {
		return
	}
	select {
	case s.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// take gives what was told.
func (s *Server) take() told {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.told
	s.told = newTold()
	return t
}
