package router

import (
	"context"
	"sync"
	"time"

	"taut/chat"
)

const (
	// publishTimeout bounds one call of a channel server.
	publishTimeout = 2 * time.Second
	// copyTimeout bounds one for whom the events are no longer.
	copyTimeout = 200 * time.Millisecond
	// retryFor is how long what failed is tried again: longer than a slot takes to
	// find its next owner.
	retryFor = 3 * time.Second
	// retryFirst and retryLast are the time between attempts.
	retryFirst = 20 * time.Millisecond
	retryLast  = 320 * time.Millisecond
)

// lane is what waits for one channel server.
type lane struct {
	router *Router
	owner  chat.ChannelServer

	mu       sync.Mutex
	events   []chat.Event     // guarded by mu
	copies   []chat.Event     // of what is another's; guarded by mu
	whispers []chat.Ephemeral // guarded by mu
	wake     chan struct{}    // holds one token while something waits
}

// publish queues as many as there is room for and tells how many are left.
func (l *lane) publish(events []chat.Event) (left int) {
	l.mu.Lock()
	room := min(len(events), maxQueued-len(l.events))
	l.events = append(l.events, events[:room]...)
	l.mu.Unlock()
	l.signal()
	return len(events) - room
}

func (l *lane) copy(events []chat.Event) bool {
	l.mu.Lock()
	full := len(l.events)+len(l.copies)+len(events) > maxQueued/2
	if !full {
		l.copies = append(l.copies, events...)
	}
	l.mu.Unlock()
	l.signal()
	return !full
}

func (l *lane) whisper(e chat.Ephemeral) bool {
	l.mu.Lock()
	full := len(l.events)+len(l.copies)+len(l.whispers) >= maxQueued/2
	if !full {
		l.whispers = append(l.whispers, e)
	}
	l.mu.Unlock()
	l.signal()
	return !full
}

func (l *lane) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// run hands on what waits, all of it at a time: what was committed together
// goes out together.
func (l *lane) run() {
	ctx := l.router.life
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
		}
		l.mu.Lock()
		events, copies, whispers := l.events, l.copies, l.whispers
		l.events, l.copies, l.whispers = nil, nil, nil
		l.mu.Unlock()
		if len(events) > 0 {
			l.hand(ctx, events)
		}
		if len(copies) > 0 {
			l.handCopies(ctx, copies)
		}
		for _, e := range whispers {
			l.owner.Whisper(ctx, e)
		}
	}
}

// handCopies calls once: the answer is that they belong to another, which has them too.
func (l *lane) handCopies(ctx context.Context, copies []chat.Event) {
	within, cancel := context.WithTimeout(ctx, copyTimeout)
	defer cancel()
	if err := l.owner.Publish(within, copies); err != nil && chat.CodeOf(err) != chat.Moved && ctx.Err() == nil {
		l.router.metrics.lostCopies.Add(float64(len(copies)))
	}
}

// hand calls the channel server until it has taken the events, they belong to
// others, or it is no use any more.
func (l *lane) hand(ctx context.Context, events []chat.Event) {
	begin := time.Now()
	for pause := retryFirst; ; pause = min(2*pause, retryLast) {
		within, cancel := context.WithTimeout(ctx, publishTimeout)
		err := l.owner.Publish(within, events)
		cancel()
		if err == nil || ctx.Err() != nil {
			return
		}
		l.router.metrics.failed.Inc()
		if events = l.reroute(events); len(events) == 0 {
			return
		}
		if time.Since(begin) > retryFor {
			l.router.metrics.lost.Add(float64(len(events)))
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		if events = l.reroute(events); len(events) == 0 {
			return
		}
	}
}

// reroute hands on what belongs to others by now and returns what doesn't.
func (l *lane) reroute(events []chat.Event) (rest []chat.Event) {
	for i := range events {
		if to := l.router.owner(events[i].Stream); to != l.owner && to != nil {
			l.router.enqueue(to, events[i:i+1])
		} else {
			rest = append(rest, events[i])
		}
	}
	return rest
}
