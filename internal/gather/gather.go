// Package gather answers many questions of a kind with one query: those that come
// while others run, and in a storm, when more come than is usual, those that come within
// a quarter of a second. When thousands of clients come back at once, the database is
// asked a few times for each thousand of them; who comes alone is asked for at once, and
// so is who comes with the usual few hundred a second, or while the storm is another
// workspace's.
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
	Batch   int           // keys of one query; 1,000
	Queries int           // at a time; 2
	Waiting int           // of one workspace; who comes then is refused at once; 16,384
	Wait    time.Duration // between two queries, at most, in a storm; 250 ms
	Time    time.Duration // of a query; 5 s
}

// Gatherer asks for many keys at once. It is safe for concurrent use.
type Gatherer[K comparable, V any] struct {
	limits Limits
	of     func(K) chat.WorkspaceID
	read   func(ctx context.Context, keys []K) (map[K]V, error)
	aside  *aside[K, V]  // nil: this one is; its fields but by are guarded by mu
	places chan struct{} // a token for each query that runs
	hurry  chan struct{} // a token where the leader may be waiting for too long

	mu      sync.Mutex
	waiting line[K, V]
	leader  *question[K, V] // of those who wait, who asks when it is time; nil: nobody waits
	last    time.Time       // when the last query began
	large   bool            // the last query was
	storm   storm
	batch   int        // keys of the next query
	scales  *scales[V] // nil: nobody weighs answers; its fields are guarded by mu
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
	set(&l.Batch, 1_000)
	set(&l.Queries, 2)
	set(&l.Waiting, 16_384)
	set(&l.Wait, 250*time.Millisecond)
	set(&l.Time, 5*time.Second)
	g := newGatherer(l, of, read)
	l.Queries = 1
	g.aside = &aside[K, V]{by: newGatherer(l, of, read), until: map[chat.WorkspaceID]time.Time{}}
	return g
}

func newGatherer[K comparable, V any](l Limits, of func(K) chat.WorkspaceID, read func(ctx context.Context, keys []K) (map[K]V, error)) *Gatherer[K, V] {
	return &Gatherer[K, V]{limits: l, batch: l.Batch, of: of, read: read, places: make(chan struct{}, l.Queries),
		hurry: make(chan struct{}, 1), storm: newStorm(), waiting: newLine[K, V]()}
}

func set[T int | time.Duration](v *T, usual T) {
	if *v == 0 {
		*v = usual
	}
}

// Get asks for one key; found is false where there is nothing. Limited: too many of the
// workspace wait; Unavailable: ctx ended before.
func (g *Gatherer[K, V]) Get(ctx context.Context, key K) (answer V, found bool, err error) {
	if other := g.instead(g.of(key)); other != nil {
		return other.Get(ctx, key)
	}
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
	if len(g.waiting.of[w]) >= g.limits.Waiting {
		return nil, chat.NewError(chat.Limited, "lookups")
	}
	q := &question[K, V]{key: key, lead: make(chan struct{}, 1), done: make(chan struct{})}
	g.waiting.push(w, q)
	now := time.Now()
	if g.waiting.keys[key] == 1 { // one client's requests are no storm
		g.storm.came(w, now)
	}
	if len(g.waiting.keys) >= g.batch || g.apart(w, now) <= now.Sub(g.last) {
		signal(g.hurry)
	}
	if g.leader == nil {
		g.passLead()
	}
	return q, nil
}

// passLead lets whose turn it is lead. It is under mu.
func (g *Gatherer[K, V]) passLead() {
	if g.leader = g.waiting.first(); g.leader != nil {
		g.leader.lead <- struct{}{}
	}
}

// withdraw takes the question off the line, and lets another lead in its place. False:
// its answer is under way.
func (g *Gatherer[K, V]) withdraw(q *question[K, V]) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.waiting.remove(g.of(q.key), q) {
		return false
	}
	if g.leader == q {
		g.passLead()
	}
	return true
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
	left := g.take()
	defer func() { finish(left, nil, chat.NewError(chat.Internal, "lookup")) }() // where read panics
	// The others' answers do not hang on this one's patience.
	ctx = context.WithoutCancel(ctx)
	answers, err := g.readFor(ctx, left)
	own := 0
	if err != nil {
		own = g.byWorkspace(left)
	}
	if err == nil || own == len(left) {
		finish(left, answers, err)
		left = nil
		return
	}
	// One workspace's failure is not the others': each is asked for by itself, those with
	// few questions first.
	ctx, cancel := context.WithTimeout(ctx, g.limits.Time)
	defer cancel()
	var failed []chat.WorkspaceID
	answered := false
	for len(left) > 0 {
		part := left[:g.byWorkspace(left)]
		answers, err := g.readPart(ctx, part)
		if err == nil {
			answered = true
		} else {
			failed = append(failed, g.of(part[0].key))
		}
		finish(part, answers, err)
		left = left[len(part):]
	}
	if answered { // it is not the database
		g.setAside(failed)
	}
}

// readFor asks once for all of the questions.
func (g *Gatherer[K, V]) readFor(ctx context.Context, of []*question[K, V]) (map[K]V, error) {
	ctx, cancel := context.WithTimeout(ctx, g.limits.Time)
	defer cancel()
	keys := make([]K, 0, len(of))
	seen := make(map[K]bool, len(of))
	for _, q := range of {
		if !seen[q.key] {
			seen[q.key] = true
			keys = append(keys, q.key)
		}
	}
	answers, err := g.read(ctx, keys)
	g.learn(answers)
	return answers, err
}

func finish[K comparable, V any](of []*question[K, V], answers map[K]V, err error) {
	for _, q := range of {
		q.answer, q.found = answers[q.key]
		q.err = err
		close(q.done)
	}
}

// pause waits for others in a storm. False: ctx ended.
func (g *Gatherer[K, V]) pause(ctx context.Context) bool {
	for {
		left := g.left(time.Now())
		if left <= 0 {
			return ctx.Err() == nil
		}
		timer := time.NewTimer(left)
		select {
		case <-timer.C:
		case <-g.hurry:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return false
		}
	}
}

// left is how long the next query waits for others yet, unless others come.
func (g *Gatherer[K, V]) left(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting.keys) >= g.batch {
		return 0
	}
	left := g.limits.Wait
	for _, w := range g.waiting.order {
		left = min(left, g.apart(w, now)-now.Sub(g.last))
	}
	if g.large {
		return left
	}
	return min(left, g.storm.last.Add(lull).Sub(now))
}

// apart is how long after the last query the next one may begin, for the workspace's
// sake. It is under mu.
func (g *Gatherer[K, V]) apart(w chat.WorkspaceID, now time.Time) time.Duration {
	return min(g.storm.apart(w, now), g.limits.Wait)
}

// take takes who waits, the workspaces in turns, and lets another lead on those for
// whom there is no room.
func (g *Gatherer[K, V]) take() (batch []*question[K, V]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	keys := map[K]bool{}
	for next := g.waiting.first(); next != nil && (len(keys) < g.batch || keys[next.key]); next = g.waiting.first() {
		keys[next.key] = true
		batch = append(batch, g.waiting.pop())
	}
	g.last, g.large = time.Now(), len(keys) >= large
	g.passLead()
	return batch
}

// signal leaves a token where there is none.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
