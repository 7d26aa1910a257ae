package gateway

import (
	"context"
	"time"

	"taut/chat"
)

// run works on the changes until there are none.
func (n *lane) run() {
	for n.links.server.ctx.Err() == nil {
		joins, leaves, ok := n.take()
		if !ok {
			return
		}
		n.unsubscribe(leaves)
		n.subscribe(joins)
	}
}

// take takes some of the changes out; joins has those of behind too. False: there
// are none, and the goroutine ends.
func (n *lane) take() (joins, leaves []change, ok bool) {
	l := n.links
	l.mu.Lock()
	defer l.mu.Unlock()
	n.running = len(n.todo) > 0
	for at, c := range n.todo {
		if len(joins) == subscribeBatch || len(leaves) == subscribeBatch {
			break
		}
		delete(n.todo, at)
		switch bit := uint64(1) << c.shard.index; c.kind {
		case leave, moved:
			leaves = append(leaves, c)
		case join: // now, so that no event passes by between the answer and this
			l.shards[c.stream] |= bit
			fallthrough
		default:
			joins = append(joins, c)
		}
	}
	return joins, leaves, n.running
}

func (n *lane) unsubscribe(leaves []change) {
	l := n.links
	var streams []chat.Stream
	l.mu.Lock()
	for _, c := range leaves {
		switch {
		case c.kind == leave && l.shards[c.stream] == 0, c.kind == moved && !n.needs(c.stream): // it may have come back since
			streams = append(streams, c.stream)
		case c.kind == leave && l.lane(c.stream) != n: // others may be on their way from here
			c.shard.inbox.push(&stayed{former{c.stream, n, time.Now().Add(stayFor)}})
		}
	}
	line := n.line
	l.mu.Unlock()
	if line != nil && len(streams) > 0 {
		line.link.Unsubscribe(streams)
		line.left(streams)
	}
}

// subscribe asks until it has an answer for all that is its own.
func (n *lane) subscribe(joins []change) {
	for delay := 50 * time.Millisecond; len(joins) > 0; delay = min(2*delay, maxRetryDelay) {
		moved := n.links.nextMove()
		if n.ask(joins) {
			return
		}
		select {
		case <-n.links.server.ctx.Done():
			return
		case <-time.After(delay):
		case <-moved:
		}
		joins = n.reroute(joins)
	}
}

// nextMove is closed when streams may have other owners than now.
func (l *links) nextMove() <-chan struct{} {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.moved
}

// ask subscribes streams of one channel server and tells the shards where they
// stand.
func (n *lane) ask(changes []change) bool {
	l := n.links
	ctx, cancel := context.WithTimeout(l.server.ctx, subscribeTimeout)
	defer cancel()
	subs := make([]chat.Subscription, 0, len(changes))
	for _, c := range changes {
		subs = append(subs, chat.Subscription{Stream: c.stream, After: c.after, Known: c.known})
	}
	line, err := n.attach(ctx)
	if err != nil {
		l.server.log.Warn("no link to a channel server", "error", err)
		return false
	}
	positions, err := line.link.Subscribe(ctx, subs)
	if err != nil {
		l.server.log.Warn("subscribing failed", "streams", len(subs), "error", err)
		return false
	}
	at := make(map[chat.Stream]int64, len(positions)) // a stream without an entry has no event
	for _, p := range positions {
		at[p.Stream] = p.Seq
	}
	for _, c := range changes {
		c.shard.inbox.push(&position{c.stream, at[c.stream], c.kind == join, n, line, c.from})
	}
	return true
}
