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
}

// bucketsKept bounds each of the limiter's two generations.
const bucketsKept = 100_000

// limiter holds a token bucket for each user and workspace that lately called.
// It forgets by generations: when the current one is full it becomes the
// previous one, and what was not asked for since then goes. A bucket that goes
// starts full again.
type limiter struct {
	limits Limits
	kept   int

	mu                sync.Mutex
	current, previous map[bucketKey]*bucket
}

// bucketKey is a user, or with no user a whole workspace.
type bucketKey struct {
	workspace chat.WorkspaceID
	user      chat.UserID
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newLimiter(l Limits) *limiter {
	if l.User <= 0 {
		l.User = 1_000
	}
	if l.Workspace <= 0 {
		l.Workspace = 20_000
	}
	return &limiter{limits: l, kept: bucketsKept, current: make(map[bucketKey]*bucket)}
}

// allow takes a token of the user and of the workspace; a call without a caller
// is free, as it does nothing.
func (l *limiter) allow(w chat.WorkspaceID, u chat.UserID, now time.Time) bool {
	if w == "" {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.bucket(bucketKey{w, u}, l.limits.User, now).take(l.limits.User, now) &&
		l.bucket(bucketKey{w, ""}, l.limits.Workspace, now).take(l.limits.Workspace, now)
}

func (l *limiter) bucket(k bucketKey, rate float64, now time.Time) *bucket {
	if b := l.current[k]; b != nil {
		return b
	}
	if len(l.current) >= l.kept {
		l.current, l.previous = make(map[bucketKey]*bucket), l.current
	}
	b := l.previous[k]
	if b == nil {
		b = &bucket{tokens: rate, at: now}
	}
	l.current[k] = b
	return b
}

func (b *bucket) take(rate float64, now time.Time) bool {
	b.tokens = min(rate, b.tokens+max(0, now.Sub(b.at).Seconds())*rate)
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
