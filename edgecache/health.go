package edgecache

import (
	"sync"
	"time"
)

// health is what the Server asks of a directory under its own lock. It has a lock by
// itself, which is held for moments only, so that a directory that is busy keeps no
// other workspace waiting.
type health struct {
	mu      sync.Mutex
	broken  error     // why the directory is of no use any more
	checked time.Time // when its head was last looked at, and reached
	bytes   int64
}

func (h *health) why() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.broken
}

func (h *health) end(why error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.broken = why
}

func (h *health) reached(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.checked = at
}

func (h *health) weighs(bytes int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.bytes = bytes
}

func (h *health) size() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.bytes
}

// reasonStale: it could not be looked at lately.
const reasonStale = "stale"

// state says why a directory can't answer now; "" where it can.
func (h *health) state(lately time.Time) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.broken != nil:
		return reasonBroken
	case h.checked.Before(lately):
		return reasonStale
	}
	return ""
}
