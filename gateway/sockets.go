package gateway

import (
	"sync"

	"taut/chat"
)

// sockets counts the gateway's sockets, against its limits and to know when a
// drain is over.
type sockets struct {
	maxAll, maxWorkspace, maxUser int
	opening                       sync.WaitGroup // requests that were admitted and have no reader yet

	mu          sync.Mutex
	all         int
	byWorkspace map[chat.WorkspaceID]int
	byUser      map[watchKey]int
	shut        int // how often refuse was called and not taken back by allow
}

func newSockets(all, workspace, user int) *sockets {
	return &sockets{maxAll: all, maxWorkspace: workspace, maxUser: user, byWorkspace: map[chat.WorkspaceID]int{}, byUser: map[watchKey]int{}}
}

// admit counts a socket in; not 0 is why not. The opener calls opening.Done.
func (c *sockets) admit(caller chat.Caller) reason {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := watchKey{caller.Workspace, caller.User}
	switch {
	case c.shut > 0:
		return drained
	case c.all >= c.maxAll, c.byWorkspace[k.workspace] >= c.maxWorkspace:
		return unavailable
	case c.byUser[k] >= c.maxUser:
		return tooMany
	}
	c.opening.Add(1)
	c.all++
	c.byWorkspace[k.workspace]++
	c.byUser[k]++
	return 0
}

func (c *sockets) release(caller chat.Caller) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := watchKey{caller.Workspace, caller.User}
	c.all--
	if c.byWorkspace[k.workspace]--; c.byWorkspace[k.workspace] == 0 {
		delete(c.byWorkspace, k.workspace)
	}
	if c.byUser[k]--; c.byUser[k] == 0 {
		delete(c.byUser, k)
	}
}

// refuse lets no more in, until as many calls of allow.
func (c *sockets) refuse() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shut++
}

func (c *sockets) allow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shut--
}

func (c *sockets) open() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all
}
