package search

import (
	"runtime"

	"github.com/prometheus/client_golang/prometheus"

	"taut/internal/fair"
)

const (
	maxRunning = 4 // searches at once, of all; fewer on a small machine
	// maxWaiting bounds the searches of one workspace that wait.
	maxWaiting = 64
)

// newGate lets few searches run at a time. A search is all work, so those of one
// workspace leave half of the processors to others, and to what is no search.
func newGate(reg prometheus.Registerer) *fair.Gate {
	cores := runtime.GOMAXPROCS(0)
	return fair.New("searches", fair.Limits{All: max(2, min(maxRunning, cores)), Each: max(1, min(2, cores/2)), Waiting: maxWaiting}, reg)
}
