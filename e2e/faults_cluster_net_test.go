//go:build e2e && mariadb && s3

package e2e

import (
	"slices"
	"time"
)

// cutFor is how long a partition lasts: longer than any silence is borne.
const cutFor = 7 * time.Second

// cutOneWay loses what a channel server sends to a gateway, then what the gateway sends.
// Its clients wait until it is over: there is no way around.
func cutOneWay(w *crowd) {
	c := w.cluster
	gate, owner := c.gates[:1], c.owners[:1]
	w.during("a gateway hears nothing from a channel server for 7 s", cutFor+afterKill, true, func() {
		c.net.during(cut(owner, gate), func() { <-time.After(cutFor) })
	})
	w.during("a channel server hears nothing from a gateway for 7 s", cutFor+afterKill, true, func() {
		c.net.during(cut(gate, owner), func() { <-time.After(cutFor) })
	})
}

func cutBothWays(w *crowd) {
	c := w.cluster
	w.during("a gateway and a channel server are apart for 7 s", cutFor+afterKill, true, func() {
		c.net.during(apartFrom(c.gates[1:2], c.owners[1:2]), func() { <-time.After(cutFor) })
	})
}

// cutRegistry: a gateway that is apart from etcd hears of the ring from the channel
// servers that it talks to.
func cutRegistry(w *crowd) {
	c := w.cluster
	cutOff := func(do func()) { c.net.during(apartFrom(c.gates[2:], c.apis), do) }
	w.during("a gateway is apart from the registry, and a channel server dies", bounded, false, func() {
		cutOff(func() {
			c.owners[0].kill()
			c.alone("owner-1")
			w.caughtUp()
		})
	})
	w.during("the channel server comes back", planned, false, func() {
		c.owners[0].start()
		c.balanced()
	})
}

// isolateAPI: its clients and the database reach it, other nodes don't. What it saves
// the channel servers find in the log.
func isolateAPI(w *crowd) {
	c := w.cluster
	w.during("an API node and its member of etcd are apart from all nodes for 7 s", bounded, true, func() {
		others := slices.Concat(c.apis[:2], c.gates, c.owners)
		c.net.during(apartFrom(c.apis[2:], others), func() { <-time.After(cutFor) })
	})
}

func poorNetwork(w *crowd) {
	w.during("5 % of the packets between nodes are lost, the others 50 ms late", bounded, true, func() {
		w.cluster.net.during(poor(0.05, 50*time.Millisecond), func() { <-time.After(cutFor) })
	})
}
