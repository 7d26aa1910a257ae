package rpc

import "sync"

// outbox holds what waits to be sent over a link, for the one goroutine that sends.
type outbox struct {
	wake chan struct{} // has a token when something waits

	mu    sync.Mutex
	items []item // guarded by mu
}

func newOutbox() *outbox { return &outbox{wake: make(chan struct{}, 1)} }

func (o *outbox) push(i item) {
	o.mu.Lock()
	o.items = append(o.items, i)
	o.mu.Unlock()
	o.signal()
}

func (o *outbox) signal() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// batchBytes is about how much goes into one message.
const batchBytes = 256 << 10

// take is the next message's items; nil when there are none.
func (o *outbox) take() []item {
	o.mu.Lock()
	defer o.mu.Unlock()
	n, bytes := 0, 0
	for n < len(o.items) && bytes < batchBytes {
		bytes += weightOf(o.items[n])
		n++
	}
	if n == len(o.items) {
		items := o.items
		o.items = nil
		return items
	}
	items := o.items[:n:n]
	o.items = o.items[n:]
	return items
}

// weightOf is about how much memory an item takes.
func weightOf(i item) int {
	switch i := i.(type) {
	case *delivery:
		return int(i.Weight)
	case *pageRead:
		n := itemWeight
		for _, e := range i.Page.Events {
			n += itemWeight + len(e.Payload)
		}
		return n
	case *heartbeat:
		return itemWeight + 64*len(i.Heads)
	case *positions:
		return itemWeight + 64*len(i.Positions)
	case *subscribe:
		return itemWeight + 64*len(i.Subs)
	case *unsubscribe:
		return itemWeight + 64*len(i.Streams)
	}
	return itemWeight
}

const itemWeight = 160
