package app

import (
	"context"
	"sync/atomic"

	"taut/auth"
	"taut/chat"
	"taut/edgecache"
	"taut/router"
	"taut/search"
)

// committed is what the store calls after each commit. The store is opened
// before those who follow it exist; what is committed until then has no reader
// yet.
type committed struct{ to atomic.Pointer[followers] }

type followers struct {
	cluster *clustered // nil where this process is alone
	auth    *auth.Service
	router  *router.Router
	search  *search.Server    // nil where other nodes search
	edge    *edgecache.Server // nil where this process is no edge cache
}

func (c *committed) events(events []chat.Event) {
	f := c.to.Load()
	if f == nil {
		return
	}
	// First the cache of callers: who hears of a change of role must not be
	// judged by the old one.
	f.auth.Follow(events)
	if f.cluster != nil {
		f.cluster.tell(events)
	}
	if f.edge != nil {
		f.edge.Committed(events)
	}
	f.router.Publish(context.Background(), events)
	if f.search != nil {
		f.search.Committed(events)
	}
}
