package presence

import (
	"context"
	"time"
)

// sweepBatch bounds how long a sweep holds a shard's lock.
const sweepBatch = 256

// sweep settles the users whose time has come, until ctx ends.
func (s *Server) sweep(ctx context.Context) {
	ticker := time.NewTicker(s.options.Sweep)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for i := range s.shards {
			for s.sweepShard(&s.shards[i]) {
			}
		}
	}
}

// sweepShard settles at most a batch and tells whether there may be more.
func (s *Server) sweepShard(sh *shard) (more bool) {
	var all []news
	now, n := time.Now(), 0
	sh.mu.Lock()
	for ; n < sweepBatch; n++ {
		u := sh.pop(now)
		if u == nil {
			break
		}
		all = append(all, s.settle(sh, u, now))
	}
	sh.mu.Unlock()
	for _, n := range all {
		n.tell()
	}
	return n == sweepBatch
}
