package channelserver

import (
	"context"
	"sync/atomic"
	"time"

	"taut/chat"
	"taut/ring"
)

const (
	// guardEvery is how soon a lease that ended is noticed; questions look for
	// themselves.
	guardEvery = 100 * time.Millisecond
	// handOver is how long gateways may take to subscribe elsewhere what has moved.
	// Meanwhile the log feeds those that have not.
	handOver = 10 * time.Second
)

// tenure is what a member of a ring owns, and until when. A server that is no
// member owns every stream for ever.
type tenure struct {
	self string // "": no member
	// ring is the assignment that the server knows; nil: it owns nothing.
	ring atomic.Pointer[ring.Assignment]
	// until is when the lease ends, by this process's monotonic clock.
	until atomic.Pointer[time.Time]
	// letGo is when what was lost is let go of; nil: nothing was.
	letGo atomic.Pointer[time.Time]
}

// held tells whether the lease lives.
func (t *tenure) held() bool {
	if t.self == "" {
		return true
	}
	until := t.until.Load()
	return until != nil && time.Now().Before(*until)
}

func (t *tenure) owns(id chat.Stream) bool {
	if t.self == "" {
		return true
	}
	a := t.ring.Load()
	return a != nil && a.Owner(ring.Of(id)) == t.self && t.held()
}

// Hold says until when the member's lease lives. When that is over and nothing was
// heard, the server refuses all and ends its links: somebody else may own them.
func (s *Server) Hold(until time.Time) { s.tenure.until.Store(&until) }

// Owning tells whether the server knows a ring. One whose lease was over for a moment
// does no more, and has to be told again.
func (s *Server) Owning() bool { return s.tenure.ring.Load() != nil }

// Own says what the member owns from now on. What it loses by that it goes on
// serving for a moment, so that gateways can subscribe elsewhere first.
func (s *Server) Own(a *ring.Assignment) {
	before := s.tenure.ring.Swap(a)
	if before != nil {
		at := time.Now().Add(handOver)
		s.tenure.letGo.Store(&at)
	}
	s.metrics.epoch.Set(float64(a.Epoch()))
}

// guard ends links when the lease has ended, and those that hold on to what moved.
func (s *Server) guard(ctx context.Context) {
	tick := time.NewTicker(guardEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if !s.tenure.held() {
			s.fence()
		}
		if at := s.tenure.letGo.Load(); at != nil && time.Now().After(*at) {
			s.tenure.letGo.CompareAndSwap(at, nil)
			s.letGo()
		}
	}
}

// fence ends all links. What was owned is forgotten: it may be another's by the time
// that there is a lease again.
func (s *Server) fence() {
	if s.tenure.ring.Swap(nil) != nil {
		s.log.Warn("the lease is over: all links end")
		s.metrics.fenced.Inc()
	}
	for _, l := range s.allLinks() {
		l.Close()
	}
}

// letGo ends the links of gateways that have still not subscribed elsewhere what
// moved: they don't know the ring.
func (s *Server) letGo() {
	stale := map[*link]struct{}{}
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		for id, st := range sh.streams {
			if len(st.subs) == 0 || s.tenure.owns(id) {
				continue
			}
			for _, sub := range st.subs {
				stale[sub.link] = struct{}{}
			}
		}
		sh.mu.Unlock()
	}
	for l := range stale {
		s.log.Warn("a gateway holds on to what moved", "gateway", l.gateway)
		l.Close()
	}
}
