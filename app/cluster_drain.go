package app

import "context"

// drained empties this node while an operator wants that: /readyz says so, so that
// balancers send its clients elsewhere, and its gateway lets its sockets go and takes
// none. A node without clients has nothing but slots, which are the ring's.
func (c *clustered) drained(drained map[string]bool) {
	empty := drained[c.identity.Node]
	if c.app.gateway == nil && c.app.api == nil || empty == c.emptied.Load() {
		return
	}
	c.emptied.Store(empty)
	if empty {
		c.app.log.Info("draining")
		c.undrain = c.drainGateway()
		return
	}
	c.undrain()
	c.app.log.Info("draining no more")
}

// drainGateway begins to; undo ends that.
func (c *clustered) drainGateway() (undo func()) {
	gate := c.app.gateway
	if gate == nil {
		return func() {}
	}
	ctx, end := context.WithCancel(c.life)
	over := make(chan struct{})
	c.running.Go(func() {
		defer close(over)
		gate.Drain(ctx)
	})
	return func() {
		end()
		<-over
		gate.Undrain()
	}
}
