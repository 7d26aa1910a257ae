// Package gather answers many questions of a kind with one query: those that come
// while others run, and, when very many come, those that come within some
// milliseconds. When thousands of clients come back at once, the database is asked a
// few times for each thousand of them.
//
// No answer is older than its question: a query takes up only what was asked before it
// began. The package starts no goroutine: of those who wait, the first one asks for all.
package gather

import (
	"context"
	"fmt"
	"sync"
	"time"

	"taut/chat"
)

// Limits are a Gatherer's; zero values are the usual ones.
type Limits struct {
	Batch   int           // keys of one query; 500
	Queries int           // at a time; 2
	Waiting int           // of one workspace; who comes then is refused at once; 16,384
	Wait    time.Duration // between two queries, at most, when very many ask; 25 ms
	Time    time.Duration // of a query; 5 s
}

// Between these rates of questions a second, the wait stays as it is: below it
// shrinks, so that in ordinary times nobody waits, and above it grows.
const (
	fewPerSecond  = 200
	manyPerSecond = 400
	leastWait     = 2 * time.Millisecond
)

// Gatherer asks for many keys at once. It is safe for concurrent use.
type Gatherer[K comparable, V any] struct {
	limits Limits
	of     func(K) chat.WorkspaceID
	read   func(ctx context.Context, keys []K) (map[K]V, error)
	places chan struct{} // a token for each query that runs

	mu      sync.Mutex
	queue   []*question[K, V]
	led     bool // one of the queue leads: it asks when it is time
	waiting map[chat.WorkspaceID]int
	last    time.Time // when the last query began
	wait    time.Duration
}

type question[K comparable, V any] struct {
	key    K
	lead   chan struct{} // takes one token: this one leads now
	done   chan struct{} // closed when there is an answer
	answer V
	found  bool
	err    error
}

// New makes a gatherer of what read finds: it leaves out what isn't there. of tells
// whose a key is.
func New[K comparable, V any](l Limits, of func(K) chat.WorkspaceID, read func(ctx context.Context, keys []K) (map[K]V, error)) *Gatherer[K, V] {
	set(&l.Batch, 500)
	set(&l.Queries, 2)
	set(&l.Waiting, 16_384)
	set(&l.Wait, 25*time.Millisecond)
	set(&l.Time, 5*time.Second)
	return &Gatherer[K, V]{limits: l, of: of, read: read, places: make(chan struct{}, l.Queries), waiting: map[chat.WorkspaceID]int{}}
}

func set[T int | time.Duration](v *T, usual T) {
	if *v == 0 {
		*v = usual
	}
}

// Get asks for one key; found is false where there is nothing. Limited: too many of the
// workspace wait; Unavailable: ctx ended before.
func (g *Gatherer[K, V]) Get(ctx context.Context, key K) (answer V, found bool, err error) {
	q, err := g.enter(key)
	if err != nil {
		return answer, false, err
	}
	for {
		select {
		case <-q.done:
			return q.answer, q.found, q.err
		case <-q.lead:
			g.ask(ctx)
		case <-ctx.Done():
			if g.withdraw(q) {
				return answer, false, fmt.Errorf("%w (%w)", chat.NewError(chat.Unavailable, "lookups"), context.Cause(ctx))
			}
			<-q.done // soon: its query runs
		}
	}
}

func (g *Gatherer[K, V]) enter(key K) (*question[K, V], error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	w := g.of(key)
	if g.waiting[w] >= g.limits.Waiting {
		return nil, chat.NewError(chat.Limited, "lookups")
	}
	g.waiting[w]++
	q := &question[K, V]{key: key, lead: make(chan struct{}, 1), done: make(chan struct{})}
	g.queue = append(g.queue, q)
	if !g.led {
		g.passLead()
	}
	return q, nil
}

// passLead lets the first of the queue lead. It is under mu.
func (g *Gatherer[K, V]) passLead() {
	g.led = len(g.queue) > 0
	if g.led {
		g.queue[0].lead <- struct{}{}
	}
}

// withdraw takes the question off the queue, and lets another lead in its place. False:
// its answer is under way.
func (g *Gatherer[K, V]) withdraw(q *question[K, V]) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, other := range g.queue {
		if other == q {
			g.queue = append(g.queue[:i:i], g.queue[i+1:]...)
			g.leave(q)
			if i == 0 {
				g.passLead() // it was this one that led
			}
			return true
		}
	}
	return false
}

// leave is under mu.
func (g *Gatherer[K, V]) leave(q *question[K, V]) {
	w := g.of(q.key)
	if g.waiting[w]--; g.waiting[w] == 0 {
		delete(g.waiting, w)
	}
}

// ask waits until it is time, and asks for all who wait by then. Where ctx ends before,
// nothing happens.
func (g *Gatherer[K, V]) ask(ctx context.Context) {
	if !g.pause(ctx) {
		return
	}
	select {
	case g.places <- struct{}{}:
		defer func() { <-g.places }()
	case <-ctx.Done():
		return
	}
	batch := g.take()
	keys := make([]K, 0, len(batch))
	seen := make(map[K]bool, len(batch))
	for _, q := range batch {
		if !seen[q.key] {
			seen[q.key] = true
			keys = append(keys, q.key)
		}
	}
	// The others' answers do not hang on this one's patience.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), g.limits.Time)
	defer cancel()
	var answers map[K]V
	err := error(chat.NewError(chat.Internal, "lookup")) // where read panics
	defer func() {
		for _, q := range batch {
			q.answer, q.found = answers[q.key]
			q.err = err
			close(q.done)
		}
	}()
	answers, err = g.read(ctx, keys)
}

// pause waits out the time between two queries. False: ctx ended.
func (g *Gatherer[K, V]) pause(ctx context.Context) bool {
	g.mu.Lock()
	left := g.wait - time.Since(g.last)
	g.mu.Unlock()
	if left <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// take takes who waits, and lets the first of those who have no room lead on.
func (g *Gatherer[K, V]) take() []*question[K, V] {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.queue), g.limits.Batch)
	batch := g.queue[:n:n]
	g.queue = g.queue[n:]
	for _, q := range batch {
		g.leave(q)
	}
	now := time.Now()
	g.adapt(n, now.Sub(g.last))
	g.last = now
	g.passLead()
	return batch
}

// adapt sets how long to wait for others next time, by how many came since the last.
func (g *Gatherer[K, V]) adapt(n int, since time.Duration) {
	perSecond := float64(n) / max(since, time.Millisecond).Seconds()
	switch {
	case perSecond > manyPerSecond:
		g.wait = min(max(2*g.wait, leastWait), g.limits.Wait)
	case perSecond < fewPerSecond:
		if g.wait /= 2; g.wait < leastWait {
			g.wait = 0
		}
	}
}
