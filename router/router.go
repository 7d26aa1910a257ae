// Package router takes committed events from those who append to the channel
// server that owns their stream.
//
// The store calls Publish after each commit, on its committer's goroutine, so
// Publish only queues: each channel server has a lane, with a goroutine that
// empties its queue and calls it. So one that doesn't answer keeps no other
// waiting. What a channel server refuses, as the slot has moved, or can't be asked
// is tried again, at the owner of then, for a moment. The queues are bounded; what
// finds no room, or no owner, is dropped and counted, and the owner's look at the
// heads brings it within the time of G13. Ephemeral events share the queues and are
// dropped sooner; so are the copies that the former owner of what has just moved gets,
// for gateways that have not followed yet. Close stops the goroutines and awaits them.
package router

import (
	"context"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
)

// maxQueued bounds the events that wait in a lane; whispers are dropped when half
// of that waits.
const maxQueued = 16384

// Options of a Router.
type Options struct {
	// Owner is the channel server that a stream belongs to now, equal for equal
	// ones; nil while it belongs to none.
	Owner func(chat.Stream) chat.ChannelServer
	// Former is who owned the stream until a moment ago and is still there; nil
	// where nobody is. May be nil.
	Former  func(chat.Stream) chat.ChannelServer
	Metrics prometheus.Registerer
}

// Router implements chat.Router.
type Router struct {
	owner   func(chat.Stream) chat.ChannelServer
	former  func(chat.Stream) chat.ChannelServer
	metrics *metrics

	mu    sync.Mutex
	lanes map[chat.ChannelServer]*lane // guarded by mu

	life    context.Context
	stop    context.CancelFunc
	running sync.WaitGroup
}

// New starts a Router.
func New(o Options) *Router {
	r := &Router{owner: o.Owner, former: o.Former, metrics: newMetrics(o.Metrics), lanes: make(map[chat.ChannelServer]*lane)}
	if r.former == nil {
		r.former = func(chat.Stream) chat.ChannelServer { return nil }
	}
	r.life, r.stop = context.WithCancel(context.Background())
	return r
}

// Close drops what waits: the log has it.
func (r *Router) Close() {
	r.mu.Lock()
	r.stop() // from here on no lane begins
	r.mu.Unlock()
	r.running.Wait()
}

// Publish queues the events; it never waits.
func (r *Router) Publish(_ context.Context, events []chat.Event) {
	for len(events) > 0 {
		to, former := r.owner(events[0].Stream), r.former(events[0].Stream)
		n := 1
		for n < len(events) && r.owner(events[n].Stream) == to && r.former(events[n].Stream) == former {
			n++
		}
		r.enqueue(to, events[:n])
		if former != to {
			r.copy(former, events[:n])
		}
		events = events[n:]
	}
}

// copy hands events on to whom they no longer belong, as far as there is plenty of
// room: nothing depends on it but the time that gateways wait which have not moved yet.
func (r *Router) copy(to chat.ChannelServer, events []chat.Event) {
	if l := r.lane(to); l != nil && !l.copy(events) {
		r.metrics.lostCopies.Add(float64(len(events)))
	}
}

func (r *Router) enqueue(to chat.ChannelServer, events []chat.Event) {
	lost := len(events)
	if l := r.lane(to); l != nil {
		lost = l.publish(events)
	}
	r.metrics.lost.Add(float64(lost))
}

// Whisper queues an ephemeral event where there is plenty of room.
func (r *Router) Whisper(_ context.Context, e chat.Ephemeral) {
	if l := r.lane(r.owner(e.Stream)); l == nil || !l.whisper(e) {
		r.metrics.lostWhispers.Inc()
	}
}

// lane is that of a channel server; nil where there is none, or no more.
func (r *Router) lane(to chat.ChannelServer) *lane {
	if to == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.lanes[to]
	if l == nil && r.life.Err() == nil {
		l = &lane{router: r, owner: to, wake: make(chan struct{}, 1)}
		r.lanes[to] = l
		r.running.Go(l.run)
	}
	return l
}
