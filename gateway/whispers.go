package gateway

import (
	"context"
	"sync"
	"time"

	"taut/chat"
)

const (
	maxWhispers          = 16_384
	maxWhispersWorkspace = 64
	whisperTimeout       = time.Second
)

// whispers are ephemeral events on their way to the channel servers: a short
// queue for each workspace, which take turns, so that one that floods loses its
// own and no other's.
type whispers struct {
	wake chan struct{} // has a token when there may be some

	mu     sync.Mutex
	queues map[chat.WorkspaceID][]chat.Ephemeral
	turns  []chat.WorkspaceID // those that have a queue
	size   int
}

func newWhispers() *whispers {
	return &whispers{wake: make(chan struct{}, 1), queues: map[chat.WorkspaceID][]chat.Ephemeral{}}
}

// offer takes a whisper if its workspace has room.
func (w *whispers) offer(e chat.Ephemeral) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	q := w.queues[e.Stream.Workspace]
	if len(q) == maxWhispersWorkspace || w.size == maxWhispers {
		return false
	}
	if len(q) == 0 {
		w.turns = append(w.turns, e.Stream.Workspace)
	}
	w.queues[e.Stream.Workspace] = append(q, e)
	w.size++
	select {
	case w.wake <- struct{}{}:
	default:
	}
	return true
}

// next is the first of the workspace whose turn it is.
func (w *whispers) next() (e chat.Ephemeral, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.size == 0 {
		return e, false
	}
	turn := w.turns[0]
	w.turns = w.turns[1:]
	q := w.queues[turn]
	e, q = q[0], q[1:]
	w.size--
	if len(q) > 0 {
		w.queues[turn] = q
		w.turns = append(w.turns, turn)
	} else {
		delete(w.queues, turn)
	}
	return e, true
}

// whisper takes ephemeral events to the channel servers, which may be slow.
func (s *Server) whisper() {
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-s.whispers.wake:
		}
		for e, ok := s.whispers.next(); ok && s.ctx.Err() == nil; e, ok = s.whispers.next() {
			if owner := s.cfg.Owner(e.Stream); owner != nil {
				ctx, cancel := context.WithTimeout(s.ctx, whisperTimeout)
				owner.Whisper(ctx, e)
				cancel()
			}
		}
	}
}
