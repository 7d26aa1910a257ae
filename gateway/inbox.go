package gateway

import "sync"

// item is something for a shard to do in its own goroutine.
type item interface{ do(sh *shard) }

// maxCommands is how many items of clients may wait in an inbox; their readers
// wait beyond it, and with them those clients.
const maxCommands = 4096

// inbox is a shard's queue. Three kinds of items come in, each bounded in its
// own way: events, refused when there is no room (the channel server keeps
// them); what readers bring, which waits for room; and answers that the shard
// itself has asked for.
type inbox struct {
	wake chan struct{} // has a token when there may be items

	mu       sync.Mutex
	room     sync.Cond // of commands
	items    []item
	events   int // their weight
	commands int
	max      int // of events
	closed   bool
}

func newInbox(events int) *inbox {
	q := &inbox{wake: make(chan struct{}, 1), max: events}
	q.room.L = &q.mu
	return q
}

// offer takes events if there is room.
func (q *inbox) offer(d *delivery) bool {
	q.mu.Lock()
	ok := q.events+d.weight <= q.max || q.events == 0
	if ok {
		q.events += d.weight
		q.items = append(q.items, d)
	}
	q.mu.Unlock()
	q.signal()
	return ok
}

// command takes what a client sent, when there is room.
func (q *inbox) command(i item) {
	q.mu.Lock()
	for q.commands >= maxCommands && !q.closed {
		q.room.Wait()
	}
	q.commands++
	q.items = append(q.items, i)
	q.mu.Unlock()
	q.signal()
}

// push takes an answer to the shard.
func (q *inbox) push(i item) {
	q.mu.Lock()
	q.items = append(q.items, i)
	q.mu.Unlock()
	q.signal()
}

// take swaps the items for an empty slice.
func (q *inbox) take(empty []item) []item {
	q.mu.Lock()
	defer q.mu.Unlock()
	items := q.items
	q.items, q.events = empty, 0
	if q.commands > 0 {
		q.commands = 0
		q.room.Broadcast()
	}
	return items
}

// close lets go of those who wait; nobody will take any more.
func (q *inbox) close() {
	q.mu.Lock()
	q.closed = true
	q.room.Broadcast()
	q.mu.Unlock()
}

func (q *inbox) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// offerEphemeral takes an ephemeral event while the inbox is not half full.
func (q *inbox) offerEphemeral(w *whispered) bool {
	q.mu.Lock()
	ok := q.events < q.max/2
	if ok {
		q.events++
		q.items = append(q.items, w)
	}
	q.mu.Unlock()
	q.signal()
	return ok
}
