package store

import (
	"sync"
	"time"
)

// primaryClock notices where the primary's clock is set back within a term. Times up to
// where it had been come twice then, so that a mark says no more what was before it:
// marks up to there are of no use to other nodes.
type primaryClock struct {
	mu       sync.Mutex
	era      int64
	highest  int64 // that was seen
	seen     time.Time
	doubtful int64 // times up to this one; 0: none
}

// note takes in the clock of a mark that was taken, and known by now.
func (c *primaryClock) note(m Mark, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.era != c.era {
		c.era, c.highest, c.doubtful = m.era, 0, 0
	}
	switch {
	case m.touchedMS >= c.highest:
		c.highest, c.seen = m.touchedMS, now
	case m.taken.After(c.seen): // else it only came later than one that was asked for later
		c.doubtful = c.highest
	}
}

func (c *primaryClock) doubts(m Mark) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return m.era == c.era && m.touchedMS <= c.doubtful
}
