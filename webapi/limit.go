package webapi

import (
	"sync"
	"time"

	"taut/chat"
)

// Limits are requests per second, of which a second's worth may come at once.
// Below them nothing is refused: what is too much for the machine queues, fairly.
type Limits struct {
	User      float64 // 0: 1,000
	Workspace float64 // 0: 20,000
	// Slack puts Slack's own limits before these (see limit_slack.go).
	Slack bool
}

// limiter holds the callers to the limits.
type limiter struct {
	limits Limits
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
	current, previous map[bucketKey]*bucket
}

// bucketKey is a user or app, or with neither a whole workspace; and what they
// do, where that has a limit of its own.
type bucketKey struct {
	workspace chat.WorkspaceID
	who       string
	what      string
}

type bucket struct {
	tokens float64
	at     time.Time
}

// rate is how fast a bucket fills, and how much it holds.
type rate struct {
	perSecond float64
	burst     float64
}

func newLimiter(l Limits) *limiter {
	if l.User <= 0 {
		l.User = 1_000
	}
	if l.Workspace <= 0 {
		l.Workspace = 20_000
	}
	return &limiter{limits: l, buckets: buckets{kept: bucketsKept, current: make(map[bucketKey]*bucket)}}
}

// allow takes a token of the user and of the workspace; a call without a caller
// is free, as it does nothing.
func (l *limiter) allow(w chat.WorkspaceID, u chat.UserID, now time.Time) bool {
	if w == "" {
		return true
	}
	user, workspace := rate{l.limits.User, l.limits.User}, rate{l.limits.Workspace, l.limits.Workspace}
	return l.take(bucketKey{workspace: w, who: string(u)}, user, now) == 0 &&
		l.take(bucketKey{workspace: w}, workspace, now) == 0
}

// take takes a token out of the key's bucket. Where there is none, it tells how
// long it is until there is.
func (b *buckets) take(k bucketKey, r rate, now time.Time) (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bucket(k, r, now).take(r, now)
}

func (b *buckets) bucket(k bucketKey, r rate, now time.Time) *bucket {
	if found := b.current[k]; found != nil {
		return found
	}
	if len(b.current) >= b.kept {
		b.current, b.previous = make(map[bucketKey]*bucket), b.current
	}
	found := b.previous[k]
	if found == nil {
		found = &bucket{tokens: r.burst, at: now}
	}
	b.current[k] = found
	return found
}

func (b *bucket) take(r rate, now time.Time) (wait time.Duration) {
	b.tokens = min(r.burst, b.tokens+max(0, now.Sub(b.at).Seconds())*r.perSecond)
	b.at = now
	if b.tokens < 1 {
		return max(time.Nanosecond, time.Duration((1-b.tokens)/r.perSecond*float64(time.Second)))
	}
	b.tokens--
	return 0
}
