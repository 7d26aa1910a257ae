package gather

import (
	"math"
	"time"
)

const (
	// manyPerSecond is how many keys a second are a storm, counted over memory.
	manyPerSecond = 200
	memory        = 50 * time.Millisecond
	// after is how long one goes on without so many: its clients come in waves, as those
	// whom one query answered ask their next question together.
	after = 500 * time.Millisecond
	// lull is how long nobody comes when all who do are there: fewer clients than are
	// waited for, each of which asks again when it is answered. After a large query others
	// are waited for all the same.
	lull  = 50 * time.Millisecond
	large = 100
)

// storm tells whether very many ask.
type storm struct {
	count float64   // of the keys that were asked for, the older the less
	last  time.Time // when the last one came
	blew  time.Time // when the count was high
}

// came counts a key that nobody waits for yet.
func (s *storm) came(now time.Time) {
	s.count = 1 + s.count*math.Exp(-now.Sub(s.last).Seconds()/memory.Seconds())
	s.last = now
	if s.count >= manyPerSecond*memory.Seconds() {
		s.blew = now
	}
}

func (s *storm) on(now time.Time) bool { return now.Sub(s.blew) < after }
