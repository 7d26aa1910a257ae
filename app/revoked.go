package app

import (
	"context"
	"sync"
	"time"

	"taut/auth"
	"taut/chat"
)

// Each API node caches callers, and hears of what ends a token or changes a role from
// its own store. Of what other nodes' stores took it is told over rpc, at once; a node
// that can't be told believes its cache for as long as that may be old (60 s).

const (
	// maxUntold bounds the batches that wait to be told.
	maxUntold = 1024
	maxTold   = 1000 // events told at once, about
	tellTime  = 2 * time.Second
)

// tell queues what the other API nodes have to hear of. It doesn't block.
func (c *clustered) tell(events []chat.Event) {
	var some []chat.Event
	for i := range events {
		if auth.Concerns(&events[i]) {
			some = append(some, events[i])
		}
	}
	if len(some) == 0 {
		return
	}
	select {
	case c.untold <- some:
	default:
		c.app.log.Warn("other nodes hear late of changes of tokens and roles: too many at once")
	}
}

// telling tells what waits, until ctx ends.
func (c *clustered) telling(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case events := <-c.untold:
			c.tellAll(ctx, c.waiting(events))
		}
	}
}

// waiting adds what came while a node that doesn't answer was waited for.
func (c *clustered) waiting(events []chat.Event) []chat.Event {
	for len(events) < maxTold {
		select {
		case more := <-c.untold:
			events = append(events, more...)
		default:
			return events
		}
	}
	return events
}

// tellAll tells all API nodes at once.
func (c *clustered) tellAll(ctx context.Context, events []chat.Event) {
	ctx, cancel := context.WithTimeout(ctx, tellTime)
	defer cancel()
	var all sync.WaitGroup
	for _, name := range c.apiNodes() {
		if name == c.identity.Node {
			continue
		}
		all.Go(func() {
			if err := c.nodes.Follow(ctx, name, events); err != nil && ctx.Err() == nil {
				c.app.log.Info("a node was not told of changes of tokens and roles", "node", name, "err", err)
			}
		})
	}
	all.Wait()
}
