package app

import (
	"slices"
	"time"

	"taut/chat"
	"taut/ring"
	"taut/router"
)

// formerFor is for how long after a move the former owner has a copy of each event:
// longer than a gateway takes to hear of the move, connect and subscribe.
const formerFor = 3 * time.Second

// formerRing is the assignment before the one of now, and until when it is of interest.
type formerRing struct {
	assignment *ring.Assignment
	until      time.Time
}

// noteFormer is called with each assignment that takes another one's place.
func (c *clustered) noteFormer(before, now *ring.Assignment) {
	if before != nil && before.Epoch() < now.Epoch() {
		c.former.Store(&formerRing{before, time.Now().Add(formerFor)})
	}
}

// startRouter makes the router.
func (a *App) startRouter(owner func(chat.Stream) chat.ChannelServer) *router.Router {
	options := router.Options{Owner: owner, Metrics: a.reg}
	if a.cluster != nil {
		options.Former = a.cluster.formerOwner
	}
	route := router.New(options)
	a.onClose("router", route.Close)
	return route
}

// formerOwner is the channel server that a stream has just moved from, while it is
// there: whoever has not followed yet subscribes to it still. nil where there is none.
func (c *clustered) formerOwner(s chat.Stream) chat.ChannelServer {
	f := c.former.Load()
	if f == nil || !time.Now().Before(f.until) {
		return nil
	}
	name := f.assignment.Owner(ring.Of(s))
	if !slices.Contains(known(&c.owners), name) {
		return nil
	}
	return c.channelServer(name)
}
