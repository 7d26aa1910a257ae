package gateway

import (
	"sync"
	"sync/atomic"

	"taut/chat"
)

// attachment is one link with a channel server, and the sink of what comes over it.
//
// Beside the events it brings marks: what was committed before such a mark came over
// the link, of each stream that had been subscribed by then. So a shard that has to
// subscribe a stream elsewhere can say up to when it had everything (see entry.known).
// The marks are no use while there is something that was refused for lack of room and
// has not come again.
type attachment struct {
	server *Server
	link   chat.Link // set before anything is subscribed
	// marks are what each shard has of them; its own.
	marks []marks

	anyRefused atomic.Bool
	mu         sync.Mutex
	refused    map[chat.Stream]int64 // the first seq that found no room; guarded by mu
}

// marks is how many marks a shard has from an attachment, and the last one.
type marks struct {
	count int64
	last  chat.Mark
}

func newAttachment(s *Server) *attachment {
	return &attachment{server: s, marks: make([]marks, len(s.shards)), refused: map[chat.Stream]int64{}}
}

// Deliver takes events of one stream to the shards that follow it.
func (a *attachment) Deliver(events []chat.Event) bool {
	ok := a.server.deliver(events)
	if (!ok || a.anyRefused.Load()) && len(events) > 0 {
		a.noteRefused(events[0], ok)
	}
	return ok
}

func (a *attachment) noteRefused(first chat.Event, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	seq, is := a.refused[first.Stream]
	switch {
	case !ok && (!is || first.Seq < seq):
		a.refused[first.Stream] = first.Seq
	case ok && is && first.Seq <= seq:
		delete(a.refused, first.Stream)
	}
	a.anyRefused.Store(len(a.refused) > 0)
}

// left forgets what was refused of streams that are subscribed no more.
func (a *attachment) left(streams []chat.Stream) {
	if !a.anyRefused.Load() {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range streams {
		delete(a.refused, s)
	}
	a.anyRefused.Store(len(a.refused) > 0)
}

// Heartbeat lets each shard compare the heads with where it stands, and then know the
// mark: by the same way as the events before it.
func (a *attachment) Heartbeat(hs []chat.Head, whole chat.Mark) {
	a.server.compare(hs)
	if whole == (chat.Mark{}) || a.anyRefused.Load() {
		return
	}
	for _, sh := range a.server.shards {
		sh.inbox.push(marked{a, whole})
	}
}

func (a *attachment) Whisper(e chat.Ephemeral) { a.server.hear(e) }

// marked is a mark on its way to a shard.
type marked struct {
	from  *attachment
	whole chat.Mark
}

func (m marked) do(sh *shard) {
	n := &m.from.marks[sh.index]
	n.count++
	n.last = m.whole
}
