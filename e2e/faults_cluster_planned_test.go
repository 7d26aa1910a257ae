//go:build e2e && mariadb && s3

package e2e

import "fmt"

// drainAll empties one node after another.
func drainAll(w *crowd) {
	c := w.cluster
	operator := c.apis[0]
	for i, s := range c.owners {
		w.during("drain of a channel server", planned, false, func() {
			operator.taut("drain", s.name, "--config", operator.config())
			c.alone(c.owners[1-i].name)
		})
		w.during("its drain is undone", planned, false, func() {
			operator.taut("drain", s.name, "--undo", "--config", operator.config())
			c.balanced()
		})
	}
	for _, gate := range c.gates {
		w.during("drain of a gateway", afterKill, false, func() {
			operator.taut("drain", gate.name, "--config", operator.config())
			w.deserted(gate)
		})
		w.during("its drain is undone, and its clients go home", afterKill, false, func() {
			operator.taut("drain", gate.name, "--undo", "--config", operator.config())
			gate.await()
			w.home()
		})
	}
	for _, api := range c.apis {
		w.during("drain of an API node, and its undoing", unnoticed, false, func() {
			operator.taut("drain", api.name, "--config", operator.config())
			api.unready()
			operator.taut("drain", api.name, "--undo", "--config", operator.config())
			api.await()
		})
	}
}

// deserted waits until nobody has a socket at the gateway.
func (w *crowd) deserted(gate *server) {
	w.t.Helper()
	eventually(w.t, "nobody is at the gateway", func() error {
		for _, r := range w.readers {
			if r.on(gate) {
				return fmt.Errorf("%s is", r.name)
			}
		}
		return nil
	})
}

// rollingRestart puts another version in the place of each node.
func rollingRestart(w *crowd) {
	c := w.cluster
	for _, s := range c.all() {
		w.during("rolling restart of all to another version", afterKill, false, func() {
			s.bin = c.next
			s.stop()
			s.start()
			c.balanced()
		})
	}
	w.during("everybody goes home", afterKill, false, w.home)
	r, err := c.ring()
	if err != nil {
		w.t.Fatal(err)
	}
	for name, node := range r.Nodes {
		if node.Version != nextVersion {
			w.t.Errorf("%s is of version %q", name, node.Version)
		}
	}
}
