package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

const (
	// leastGarbage is how much may be garbage before the collector runs. By itself it
	// runs when as much is garbage as is in use, which in a server of few clients is a
	// few MiB: then a workspace that floods makes it run several times a second, and
	// what is under way for others waits for milliseconds each time.
	leastGarbage = 32 << 20
	// leastUsed is what counts as in use at least: the collector's own least heap
	// grows with the percentage too.
	leastUsed = 4 << 20
	usual     = 100 // percent
)

// heap sets the collector's percentage after each of its runs, by what is in use
// then. It has no goroutine: the runtime calls it when the run finds a mark that
// nobody holds.
type heap struct {
	mu      sync.Mutex
	percent int
	stopped bool
}

type mark struct{ _ *heap }

// keepHeap does nothing where the operator has told the collector what to do.
func keepHeap(env func(string) string) (stop func()) {
	if env("GOGC") != "" || env("GOMEMLIMIT") != "" {
		return func() {}
	}
	h := &heap{percent: usual}
	h.collected()
	return h.stop
}

// collected sets the percentage and lays out the next mark.
func (h *heap) collected() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped {
		return
	}
	h.set(percentFor(inUse()))
	runtime.AddCleanup(&mark{h}, func(h *heap) { h.collected() }, h)
}

func (h *heap) stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stopped = true
	h.set(usual)
}

// set stops the world for a moment, so it is done for a real change alone.
func (h *heap) set(percent int) {
	if change := percent - h.percent; change != 0 && (percent == usual || change > h.percent/8 || -change > h.percent/8) {
		debug.SetGCPercent(percent)
		h.percent = percent
	}
}

func percentFor(used uint64) int {
	return int(max(usual, 100*leastGarbage/max(used, leastUsed)))
}

// inUse is what the last run found.
func inUse() uint64 {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	return live[0].Value.Uint64()
}
