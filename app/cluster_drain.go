package app

import "context"

// drained empties this node's gateway while an operator wants that: it takes no sockets,
// and /readyz says so.
func (c *clustered) drained(drained map[string]bool) {
	gate, empty := c.app.gateway, drained[c.identity.Node]
	switch {
	case gate == nil || empty == (c.undrain != nil):
	case empty:
		c.app.log.Info("draining")
		c.emptied.Store(true)
		ctx, end := context.WithCancel(c.life)
		over := make(chan struct{})
		c.running.Go(func() {
			defer close(over)
			gate.Drain(ctx)
		})
		c.undrain = func() {
			end()
			<-over
			gate.Undrain()
		}
	default:
		c.undrain()
		c.undrain = nil
		c.emptied.Store(false)
		c.app.log.Info("draining no more")
	}
}
