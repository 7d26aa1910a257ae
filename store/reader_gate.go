package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
)

const (
	// maxWaitingReads bounds the reads of one workspace that wait; beyond: Limited.
	maxWaitingReads = 1024
	// readWait is how long one waits; beyond: Unavailable.
	readWait = 10 * time.Second
)

// readGate shares the connections that read among the workspaces (G7): one has
// three quarters of them at most, and who must wait is served turn by turn
// between workspaces, first come first served within one. Reads of the server
// itself count as those of a workspace without an id.
type readGate struct {
	most    int // of one workspace
	refused prometheus.Counter

	mu      sync.Mutex
	free    int
	running map[chat.WorkspaceID]int
	waiting map[chat.WorkspaceID][]chan struct{}
	turns   []chat.WorkspaceID // those of which some wait, the next to be served first
}

func newReadGate(conns int, refused prometheus.Counter) *readGate {
	return &readGate{
		most: max(1, conns-conns/4), refused: refused, free: conns,
		running: map[chat.WorkspaceID]int{}, waiting: map[chat.WorkspaceID][]chan struct{}{},
	}
}

// enter waits for a connection to be the workspace's; leave gives it back.
func (g *readGate) enter(ctx context.Context, w chat.WorkspaceID) error {
	ready, err := g.queue(w)
	if ready == nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, readWait)
	defer cancel()
	select {
	case <-ready:
		return nil
	case <-ctx.Done():
	}
	if !g.withdraw(w, ready) {
		g.leave(w) // it was served at that moment
	}
	g.refused.Inc()
	return fmt.Errorf("%w (%w)", chat.NewError(chat.Unavailable, "store"), context.Cause(ctx))
}

// queue takes a connection, for which ready is nil, or a place in the queue.
func (g *readGate) queue(w chat.WorkspaceID) (ready chan struct{}, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.free > 0 && g.running[w] < g.most {
		g.free--
		g.running[w]++
		return nil, nil
	}
	if len(g.waiting[w]) >= maxWaitingReads {
		g.refused.Inc()
		return nil, chat.NewError(chat.Limited, "workspace")
	}
	if len(g.waiting[w]) == 0 {
		g.turns = append(g.turns, w)
	}
	ready = make(chan struct{})
	g.waiting[w] = append(g.waiting[w], ready)
	return ready, nil
}

// withdraw leaves the queue; false: it was served before.
func (g *readGate) withdraw(w chat.WorkspaceID, ready chan struct{}) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.waiting[w], ready)
	if i < 0 {
		return false
	}
	g.waiting[w] = slices.Delete(g.waiting[w], i, i+1)
	if len(g.waiting[w]) == 0 {
		delete(g.waiting, w)
		g.turns = slices.DeleteFunc(g.turns, func(t chat.WorkspaceID) bool { return t == w })
	}
	return true
}

// leave gives the connection to the next.
func (g *readGate) leave(w chat.WorkspaceID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.free++
	if g.running[w]--; g.running[w] == 0 {
		delete(g.running, w)
	}
	for g.free > 0 {
		i := slices.IndexFunc(g.turns, func(t chat.WorkspaceID) bool { return g.running[t] < g.most })
		if i < 0 {
			return
		}
		g.serve(i)
	}
}

// serve lets the first of a workspace's in, and puts those behind it at the end.
func (g *readGate) serve(turn int) {
	w := g.turns[turn]
	g.turns = slices.Delete(g.turns, turn, turn+1)
	first := g.waiting[w][0]
	if rest := g.waiting[w][1:]; len(rest) > 0 {
		g.waiting[w] = rest
		g.turns = append(g.turns, w)
	} else {
		delete(g.waiting, w)
	}
	g.free--
	g.running[w]++
	close(first)
}

// readerOf is whose read it is: of the first workspace among its arguments, as
// each query of a workspace's names it first.
func readerOf(args []any) chat.WorkspaceID {
	for _, a := range args {
		if w, ok := a.(chat.WorkspaceID); ok {
			return w
		}
	}
	return ""
}
