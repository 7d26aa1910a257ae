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
	w.during("drain of a gateway", afterKill, false, func() {
		operator.taut("drain", c.gates[1].name, "--config", operator.config())
		eventually(w.t, "nobody is at the gateway", func() error {
			for _, r := range w.readers {
				if r.on(c.gates[1]) {
					return fmt.Errorf("%s is", r.name)
				}
			}
			return nil
		})
	})
	w.during("it is restarted, and its clients go home", afterKill, false, func() {
		operator.taut("drain", c.gates[1].name, "--undo", "--config", operator.config())
		c.gates[1].stop()
		c.gates[1].start()
		w.home()
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
