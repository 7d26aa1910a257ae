package channelserver

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"taut/chat"
	"taut/ring"
)

// hottest is how many slots a heat tells of.
const hottest = 5

// heat counts the events that are published, by slot.
type heat struct {
	slots [ring.Slots]atomic.Uint32

	mu   sync.Mutex
	last time.Time // when it was read; guarded by mu
}

func (h *heat) add(id chat.Stream, events int) { h.slots[ring.Of(id)].Add(uint32(events)) }

// Heat is what the server had to do since it was asked last, or since it began.
func (s *Server) Heat() ring.Heat {
	s.heat.mu.Lock()
	defer s.heat.mu.Unlock()
	now := time.Now()
	passed := max(now.Sub(s.heat.last).Seconds(), 1e-3)
	s.heat.last = now
	total := uint64(0)
	var slots []ring.SlotHeat
	for i := range s.heat.slots {
		if n := s.heat.slots[i].Swap(0); n > 0 {
			total += uint64(n)
			slots = append(slots, ring.SlotHeat{Slot: ring.Slot(i), Events: rate(uint64(n), passed)})
		}
	}
	slices.SortStableFunc(slots, func(a, b ring.SlotHeat) int { return cmp.Compare(b.Events, a.Events) })
	return ring.Heat{Channels: s.channels(), Events: rate(total, passed), Hottest: slots[:min(len(slots), hottest)]}
}

// rate is rounded, as nobody needs more of it.
func rate(n uint64, seconds float64) float64 { return math.Round(float64(n)/seconds*10) / 10 }

func (s *Server) channels() (n int) {
	for i := range s.shards {
		s.shards[i].mu.Lock()
		n += len(s.shards[i].streams)
		s.shards[i].mu.Unlock()
	}
	return n
}
