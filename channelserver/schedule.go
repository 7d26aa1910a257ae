package channelserver

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// schedule holds the streams that need a repair until it is due. Each is in it
// once (state.due), so that it is bounded by the streams in memory.
type schedule struct {
	mu    sync.Mutex
	items dueHeap // guarded by mu
	wake  chan struct{}
}

type dueItem struct {
	st *state
	at time.Time
}

func newSchedule() *schedule { return &schedule{wake: make(chan struct{}, 1)} }

// add may be called with a shard's mutex held.
func (q *schedule) add(st *state, at time.Time) {
	q.mu.Lock()
	heap.Push(&q.items, dueItem{st, at})
	first := q.items[0].st == st
	q.mu.Unlock()
	if first {
		select {
		case q.wake <- struct{}{}:
		default:
		}
	}
}

// run calls do for each stream when it is due, in at most n goroutines, until
// ctx ends; it returns when they have.
func (q *schedule) run(ctx context.Context, n int, do func(context.Context, *state)) {
	var workers sync.WaitGroup
	defer workers.Wait()
	slots := make(chan struct{}, n)
	for {
		st := q.next(ctx)
		if st == nil {
			return
		}
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		workers.Go(func() {
			defer func() { <-slots }()
			do(ctx, st)
		})
	}
}

// next waits for the first stream to be due; nil when ctx ended.
func (q *schedule) next(ctx context.Context) *state {
	for {
		st, wait := q.pop()
		if st != nil {
			return st
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-q.wake:
			timer.Stop()
		case <-ctx.Done():
			timer.Stop()
			return nil
		}
	}
}

// pop takes out a stream that is due, or tells how long to wait for one.
func (q *schedule) pop() (*state, time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) == 0 {
		return nil, time.Hour
	}
	if wait := time.Until(q.items[0].at); wait > 0 {
		return nil, wait
	}
	return heap.Pop(&q.items).(dueItem).st, 0
}

// dueHeap is a heap.Interface, the earliest first.
type dueHeap []dueItem

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h dueHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *dueHeap) Push(x any)        { *h = append(*h, x.(dueItem)) }
func (h *dueHeap) Pop() any {
	last := len(*h) - 1
	item := (*h)[last]
	(*h)[last] = dueItem{}
	*h = (*h)[:last]
	return item
}
