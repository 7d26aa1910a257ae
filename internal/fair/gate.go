// Package fair shares what there is little of among workspaces (G7): places to
// read, to search, to write files, to open sockets. Of each a workspace has a
// part at most, and who must wait is served turn by turn between workspaces,
// first come first served within one. So a workspace that floods waits for
// itself.
//
// Every role has gates of its own. The package starts no goroutine: who enters
// waits on its own, and who leaves lets the next one in.
package fair

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
)

// Limits are a gate's.
type Limits struct {
	All     int           // places
	Each    int           // of which one workspace may have so many
	Waiting int           // of one workspace; who comes then is refused at once
	Wait    time.Duration // the longest; 0: as long as the caller's context lives
}

// Gate lets few in at a time. It is safe for concurrent use. What the server
// does for itself counts as a workspace's without an id.
type Gate struct {
	name            string
	limits          Limits
	waited, refused prometheus.Counter

	mu      sync.Mutex
	free    int
	running map[chat.WorkspaceID]int
	waiting map[chat.WorkspaceID][]chan struct{}
	turns   []chat.WorkspaceID // those of which some wait, the next to be served first
}

// New makes a gate, which its errors and metrics call by the name. reg may be nil.
func New(name string, l Limits, reg prometheus.Registerer) *Gate {
	return &Gate{
		name: name, limits: l,
		waited:  counter(reg, "taut_gate_waits_total", "Times that a place was waited for, by gate.", name),
		refused: counter(reg, "taut_gate_refusals_total", "Times that too many waited for a place, or one for too long, by gate.", name),
		free:    l.All, running: map[chat.WorkspaceID]int{}, waiting: map[chat.WorkspaceID][]chan struct{}{},
	}
}

// counter is the registry's own where it has it already: two servers of a role
// may share one.
func counter(reg prometheus.Registerer, name, help, gate string) prometheus.Counter {
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help, ConstLabels: prometheus.Labels{"gate": gate}})
	if reg == nil {
		return c
	}
	err := reg.Register(c)
	if there, ok := errors.AsType[prometheus.AlreadyRegisteredError](err); ok {
		return there.ExistingCollector.(prometheus.Counter)
	}
	if err != nil {
		panic(err) // as MustRegister
	}
	return c
}

// Enter waits for a place, which Leave gives back. Limited: too many of the
// workspace wait; Unavailable: it took too long.
func (g *Gate) Enter(ctx context.Context, w chat.WorkspaceID) error {
	ready, err := g.queue(w)
	if ready == nil {
		return err
	}
	g.waited.Inc()
	if g.limits.Wait > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, g.limits.Wait)
		defer cancel()
	}
	select {
	case <-ready:
		return nil
	case <-ctx.Done():
	}
	if !g.withdraw(w, ready) {
		g.Leave(w) // it was served at that moment
	}
	g.refused.Inc()
	return fmt.Errorf("%w (%w)", chat.NewError(chat.Unavailable, g.name), context.Cause(ctx))
}

// queue takes a place, for which ready is nil, or one in the queue.
func (g *Gate) queue(w chat.WorkspaceID) (ready chan struct{}, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.free > 0 && g.running[w] < g.limits.Each {
		g.free--
		g.running[w]++
		return nil, nil
	}
	if len(g.waiting[w]) >= g.limits.Waiting {
		g.refused.Inc()
		return nil, chat.NewError(chat.Limited, g.name)
	}
	if len(g.waiting[w]) == 0 {
		g.turns = append(g.turns, w)
	}
	ready = make(chan struct{})
	g.waiting[w] = append(g.waiting[w], ready)
	return ready, nil
}

// withdraw leaves the queue; false: it was served before.
func (g *Gate) withdraw(w chat.WorkspaceID, ready chan struct{}) bool {
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

// Leave gives the workspace's place to the next.
func (g *Gate) Leave(w chat.WorkspaceID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.free++
	if g.running[w]--; g.running[w] == 0 {
		delete(g.running, w)
	}
	for g.free > 0 {
		i := slices.IndexFunc(g.turns, func(t chat.WorkspaceID) bool { return g.running[t] < g.limits.Each })
		if i < 0 {
			return
		}
		g.serve(i)
	}
}

// serve lets the first of a workspace's in, and puts those behind it at the end.
func (g *Gate) serve(turn int) {
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

// Limits are those that it was made with.
func (g *Gate) Limits() Limits { return g.limits }

// Occupied tells how many of the workspace are inside, and how many wait.
func (g *Gate) Occupied(w chat.WorkspaceID) (inside, waiting int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.running[w], len(g.waiting[w])
}

// Empty tells whether nobody is inside or waits, and nothing is kept of those
// who were.
func (g *Gate) Empty() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.free == g.limits.All && len(g.running) == 0 && len(g.waiting) == 0 && len(g.turns) == 0
}
