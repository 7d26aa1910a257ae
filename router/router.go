// Package router takes committed events from those who append to the channel
// server that owns their stream.
//
// The store calls Publish after each commit, on its committer's goroutine, so
// Publish only queues: one goroutine, the Router's own, empties the queue and
// calls the owner of each event's slot. The queue is bounded; what finds no
// room is dropped and counted, and the owner's look at the heads brings it
// within the time of G13. Ephemeral events share the queue and are dropped
// sooner. Close stops the goroutine and awaits it.
package router

import (
	"context"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/ring"
)

// maxQueued bounds the events that wait; whispers are dropped when half of that
// waits.
const maxQueued = 16384

// Options of a Router.
type Options struct {
	Ring *ring.Assignment
	// Members are the channel servers by their name in the ring.
	Members map[string]chat.ChannelServer
	Metrics prometheus.Registerer
}

// Router implements chat.Router.
type Router struct {
	ring    *ring.Assignment
	members map[string]chat.ChannelServer
	metrics *metrics

	mu       sync.Mutex
	events   []chat.Event     // guarded by mu
	whispers []chat.Ephemeral // guarded by mu
	wake     chan struct{}    // holds one token while something waits

	stop    context.CancelFunc
	running sync.WaitGroup
}

// New starts a Router.
func New(o Options) *Router {
	r := &Router{ring: o.Ring, members: o.Members, metrics: newMetrics(o.Metrics), wake: make(chan struct{}, 1)}
	life, stop := context.WithCancel(context.Background())
	r.stop = stop
	r.running.Go(func() { r.run(life) })
	return r
}

// Close drops what waits: the log has it.
func (r *Router) Close() {
	r.stop()
	r.running.Wait()
}

// Publish queues the events; it never waits.
func (r *Router) Publish(_ context.Context, events []chat.Event) {
	r.mu.Lock()
	room := min(len(events), maxQueued-len(r.events))
	r.events = append(r.events, events[:room]...)
	r.mu.Unlock()
	r.metrics.lost.Add(float64(len(events) - room))
	r.signal()
}

// Whisper queues an ephemeral event where there is plenty of room.
func (r *Router) Whisper(_ context.Context, e chat.Ephemeral) {
	r.mu.Lock()
	full := len(r.events)+len(r.whispers) >= maxQueued/2
	if !full {
		r.whispers = append(r.whispers, e)
	}
	r.mu.Unlock()
	if full {
		r.metrics.lostWhispers.Inc()
		return
	}
	r.signal()
}

func (r *Router) signal() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// run hands on what waits, all of it at a time: what was committed together
// goes out together.
func (r *Router) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		}
		r.mu.Lock()
		events, whispers := r.events, r.whispers
		r.events, r.whispers = nil, nil
		r.mu.Unlock()
		r.publish(ctx, events)
		for _, e := range whispers {
			r.owner(e.Stream).Whisper(ctx, e)
		}
	}
}

// publish splits the events by the owners of their streams.
func (r *Router) publish(ctx context.Context, events []chat.Event) {
	if len(events) == 0 {
		return
	}
	if len(r.members) == 1 {
		r.owner(events[0].Stream).Publish(ctx, events)
		return
	}
	byOwner := make(map[chat.ChannelServer][]chat.Event)
	for _, e := range events {
		to := r.owner(e.Stream)
		byOwner[to] = append(byOwner[to], e)
	}
	for to, of := range byOwner {
		to.Publish(ctx, of)
	}
}

func (r *Router) owner(s chat.Stream) chat.ChannelServer {
	return r.members[r.ring.Owner(ring.Of(s))]
}
