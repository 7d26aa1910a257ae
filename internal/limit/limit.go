// Package limit holds callers to so many requests a second: by user and by
// workspace, whatever they ask for. The API, the gateway and the role of files
// share one limiter, so that a workspace's flood of all kinds together is held to
// its rate (G7). It starts no goroutine and never waits.
package limit

import (
	"sync"
	"time"

	"taut/chat"
)

// Limits are requests per second, of which a second's worth may come at once.
// Below them nothing is refused: what is too much for the machine queues, fairly.
// Beyond them what is dear counts as several.
type Limits struct {
	User      float64 // 0: 1,000
	Workspace float64 // 0: 20,000
}

// Limiter holds the callers to the limits. It is safe for concurrent use. A nil
// one allows everything.
type Limiter struct {
	user, workspace Rate
	buckets
}

// bucketsKept bounds each of the buckets' two generations.
const bucketsKept = 100_000

// buckets are token buckets by key. They forget by generations: when the current
// one is full it becomes the previous one, and what was not asked for since then
// goes. A bucket that goes starts full again.
type buckets struct {
	kept int

	mu                sync.Mutex
	current, previous map[Key]*bucket
}

// Key is a user or app, or with neither a whole workspace; and what they do,
// where that has a limit of its own.
type Key struct {
	Workspace chat.WorkspaceID
	Who       string
	What      string
}

type bucket struct {
	tokens  float64
	at      time.Time
	refused time.Time // the last time
}

// beyond is for how long after a refusal dear requests count as several.
const beyond = time.Second

// Rate is how fast a bucket fills, and how much it holds.
type Rate struct {
	PerSecond float64
	Burst     float64
}

// New makes a limiter.
func New(l Limits) *Limiter {
	if l.User <= 0 {
		l.User = 1_000
	}
	if l.Workspace <= 0 {
		l.Workspace = 20_000
	}
	return &Limiter{
		user: Rate{l.User, l.User}, workspace: Rate{l.Workspace, l.Workspace},
		buckets: buckets{kept: bucketsKept, current: make(map[Key]*bucket)},
	}
}

// Allow takes a token of the user and of the workspace, or of neither; of the
// workspace alone where the user is "". What is nobody's is free.
func (l *Limiter) Allow(w chat.WorkspaceID, u chat.UserID, now time.Time) bool {
	return l.AllowFor(w, u, 1, now)
}

// AllowFor is Allow for a request that is as dear as so many. It counts as one to who
// keeps to the rate, and as so many to who went beyond it in the last second. One
// token lets it in, and what it takes beyond those that are there is owed: so a dear
// request has the same chance as a cheap one, and those that come after it pay.
func (l *Limiter) AllowFor(w chat.WorkspaceID, u chat.UserID, cost float64, now time.Time) bool {
	if l == nil || w == "" {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.bucket(Key{Workspace: w}, l.workspace, now)
	if all.wait(l.workspace, now) > 0 {
		return false
	}
	if u != "" {
		own := l.bucket(Key{Workspace: w, Who: string(u)}, l.user, now)
		if own.wait(l.user, now) > 0 {
			return false
		}
		own.take(cost, now)
	}
	all.take(cost, now)
	return true
}

func (b *bucket) take(cost float64, now time.Time) {
	if now.Sub(b.refused) >= beyond {
		cost = 1
	}
	b.tokens -= cost
}

// Take takes a token out of the key's bucket. Where there is none, it tells how
// long it is until there is.
func (b *buckets) Take(k Key, r Rate, now time.Time) (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	found := b.bucket(k, r, now)
	if wait = found.wait(r, now); wait == 0 {
		found.tokens--
	}
	return wait
}

func (b *buckets) bucket(k Key, r Rate, now time.Time) *bucket {
	if found := b.current[k]; found != nil {
		return found
	}
	if len(b.current) >= b.kept {
		b.current, b.previous = make(map[Key]*bucket), b.current
	}
	found := b.previous[k]
	if found == nil {
		found = &bucket{tokens: r.Burst, at: now}
	}
	b.current[k] = found
	return found
}

// wait is how long it is until there is a token.
func (b *bucket) wait(r Rate, now time.Time) time.Duration {
	b.tokens = min(r.Burst, b.tokens+max(0, now.Sub(b.at).Seconds())*r.PerSecond)
	b.at = now
	if b.tokens < 1 {
		b.refused = now
		return max(time.Nanosecond, time.Duration((1-b.tokens)/r.PerSecond*float64(time.Second)))
	}
	return 0
}
