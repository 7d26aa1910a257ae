package search

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"taut/chat"
)

const (
	maxRunning = 4 // searches at once, of all
	// maxOfOne bounds those of one workspace, and with it its places among all
	// that wait: they have their turns in the order in which they came.
	maxOfOne = 2
	// maxWaiting bounds the searches of one workspace that run or wait.
	maxWaiting = 64
	// searchTime bounds a search, its wait included.
	searchTime = 5 * time.Second
)

// gate lets few searches run at a time.
type gate struct {
	running *semaphore.Weighted

	mu   sync.Mutex
	ones map[chat.WorkspaceID]*turns
}

// turns are a workspace's.
type turns struct {
	running *semaphore.Weighted
	present int
}

func newGate() *gate {
	return &gate{running: semaphore.NewWeighted(maxRunning), ones: map[chat.WorkspaceID]*turns{}}
}

// enter waits for a turn, which leave ends. Limited "search".
func (g *gate) enter(ctx context.Context, w chat.WorkspaceID) (leave func(), err error) {
	g.mu.Lock()
	one := g.ones[w]
	if one == nil {
		one = &turns{running: semaphore.NewWeighted(maxOfOne)}
		g.ones[w] = one
	}
	if one.present >= maxWaiting {
		g.mu.Unlock()
		return nil, chat.NewError(chat.Limited, "search")
	}
	one.present++
	g.mu.Unlock()

	if err := one.running.Acquire(ctx, 1); err != nil {
		g.gone(w, one)
		return nil, err
	}
	if err := g.running.Acquire(ctx, 1); err != nil {
		one.running.Release(1)
		g.gone(w, one)
		return nil, err
	}
	return func() {
		g.running.Release(1)
		one.running.Release(1)
		g.gone(w, one)
	}, nil
}

func (g *gate) gone(w chat.WorkspaceID, one *turns) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if one.present--; one.present == 0 {
		delete(g.ones, w)
	}
}
