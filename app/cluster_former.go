package app

import (
	"slices"
	"time"

	"taut/chat"
	"taut/ring"
	"taut/router"
)

const (
	// formerFor is for how long after a move the former owner has a copy of each event:
	// longer than a gateway takes to hear of the move, connect and subscribe.
	formerFor = 3 * time.Second
	// mostFormer bounds the former rings: where several nodes come or go, rings follow
	// each other, and a stream may have moved with an earlier one.
	mostFormer = 4
)

// formerRing is an assignment before the one of now, and until when it is of interest.
type formerRing struct {
	assignment *ring.Assignment
	until      time.Time
}

// noteFormer is called with each assignment that takes another one's place, under owning.
func (c *clustered) noteFormer(before, now *ring.Assignment) {
	if before == nil || before.Epoch() >= now.Epoch() {
		return
	}
	former := append(slices.Clone(known(&c.former)), formerRing{before, time.Now().Add(formerFor)})
	former = former[max(0, len(former)-mostFormer):]
	c.former.Store(&former)
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
	former := known(&c.former)
	if len(former) == 0 {
		return nil
	}
	slot, now := ring.Of(s), time.Now()
	owner := c.ring.Load().Owner(slot)
	for _, f := range slices.Backward(former) {
		if !now.Before(f.until) {
			break
		}
		if name := f.assignment.Owner(slot); name != owner && slices.Contains(known(&c.owners), name) {
			return c.channelServer(name)
		}
	}
	return nil
}
