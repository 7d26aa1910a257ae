package edgecache

import (
	"sync"

	"taut/chat"
)

const (
	// maxTold is how many events of a workspace wait to be applied, and maxToldAll of
	// all of them: those beyond are read from the log.
	maxTold    = 1_000
	maxToldAll = 16_000
)

// queue has the events that this process has committed, until they are applied. Its
// mutex is held for no longer than an append takes: who commits waits for it.
type queue struct {
	ready chan struct{} // a token: some wait

	mu  sync.Mutex
	of  map[chat.WorkspaceID][]chat.Event // guarded by mu
	all int                               // guarded by mu
}

func newQueue() *queue {
	return &queue{ready: make(chan struct{}, 1), of: map[chat.WorkspaceID][]chat.Event{}}
}

// add takes events of a workspace's stream; false: there was no room.
func (q *queue) add(w chat.WorkspaceID, events []chat.Event) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.of[w])+len(events) > maxTold || q.all+len(events) > maxToldAll {
		return false
	}
	q.of[w] = append(q.of[w], events...)
	q.all += len(events)
	signal(q.ready)
	return true
}

// has tells whether some of the workspace's wait.
func (q *queue) has(w chat.WorkspaceID) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.of[w]) > 0
}

// take takes those of the workspace.
func (q *queue) take(w chat.WorkspaceID) []chat.Event {
	q.mu.Lock()
	defer q.mu.Unlock()
	events := q.of[w]
	delete(q.of, w)
	q.all -= len(events)
	return events
}

// workspaces are those of which some wait.
func (q *queue) workspaces() []chat.WorkspaceID {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := make([]chat.WorkspaceID, 0, len(q.of))
	for w := range q.of {
		all = append(all, w)
	}
	return all
}

// signal leaves a token where there is none.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
