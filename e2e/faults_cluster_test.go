//go:build e2e && mariadb && s3

package e2e

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"
)

// The bars for the pause in delivery.
const (
	afterKill = 2 * time.Second
	afterStop = 4 * time.Second
	planned   = 200 * time.Millisecond
	// unnoticed is for what has nothing to do with messages.
	unnoticed = time.Second
	// bounded is what is promised of whatever gets lost on the way (G13).
	bounded = 3 * time.Second
)

// TestClusterFaults has a crowd talk while one thing after another fails: nothing is
// lost, shown twice or out of order, and nobody waits for long. Each round is of a
// cluster of its own.
func TestClusterFaults(t *testing.T) {
	rounds := 1
	if text := os.Getenv("TAUT_FAULT_ROUNDS"); text != "" {
		var err error
		if rounds, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	var results results
	for i := range rounds {
		t.Run(fmt.Sprint("round ", i+1), func(t *testing.T) { round(t, &results) })
	}
	results.report(t)
}

func round(t *testing.T, results *results) {
	begin := time.Now()
	c := newCluster(t)
	t.Logf("the cluster is configured after %s", time.Since(begin).Round(time.Millisecond))
	w := newCrowd(t, c)
	t.Cleanup(func() { results.add(w) })
	t.Logf("the workspaces are there after %s", time.Since(begin).Round(time.Millisecond))
	c.start()
	t.Logf("all nodes are ready after %s", time.Since(begin).Round(time.Millisecond))
	w.during("everybody comes", 0, true, w.come)
	w.speak()
	w.during("nothing: the load alone", 0, false, func() { <-time.After(3 * time.Second) })
	for _, f := range []func(*crowd){killGateway, killChannelServer, killAPI, killManager, stopChannelServer, stopCommit, killDatabase,
		loseBucket, shiftClocks, cutOneWay, cutBothWays, cutRegistry, isolateAPI, poorNetwork, drainAll, rollingRestart} {
		f(w)
	}
	ended := time.Now()
	w.judge()
	t.Logf("judged within %s", time.Since(ended).Round(time.Millisecond))
	c.stop()
}

func killGateway(w *crowd) {
	c := w.cluster
	w.during("SIGKILL of a gateway", afterKill, false, c.gates[0].kill)
	w.during("it comes back, and its clients go home", afterKill, false, func() {
		c.gates[0].start()
		w.home()
	})
}

func killChannelServer(w *crowd) {
	c := w.cluster
	w.during("SIGKILL of a channel and presence server", afterKill, false, func() {
		c.owners[0].kill()
		c.alone("owner-1")
	})
	w.online()
	w.during("it comes back and takes half of the slots", planned, false, func() {
		c.owners[0].start()
		c.balanced()
	})
	w.online()
}

// killAPI takes a node that doesn't make the ring.
func killAPI(w *crowd) {
	c := w.cluster
	victim := c.apis[0]
	if victim == c.manager() {
		victim = c.apis[1]
	}
	w.during("SIGKILL of an API node, with its member of etcd", afterKill, false, func() {
		victim.kill()
		<-time.After(2 * time.Second)
	})
	w.during("it comes back", afterKill, false, func() { victim.start() })
}

// killManager has nobody make the ring for a while, in which a channel server dies too.
func killManager(w *crowd) {
	c := w.cluster
	victim := c.manager()
	w.during("SIGKILL of the node that makes the ring, and a second later of a channel server", 0, true, func() {
		victim.kill()
		<-time.After(time.Second)
		c.owners[1].kill()
		c.alone("owner-0")
	})
	w.during("both come back", afterKill, false, func() {
		victim.start()
		c.owners[1].start()
		c.balanced()
	})
}

// stopChannelServer: what it owned is another's when it goes on, and it doesn't know.
func stopChannelServer(w *crowd) {
	c := w.cluster
	w.during("SIGSTOP of a channel server for 10 s, then SIGCONT", afterStop, true, func() {
		begin := time.Now()
		c.owners[1].suspend()
		c.alone("owner-0")
		<-time.After(time.Until(begin.Add(10 * time.Second)))
		c.owners[1].resume()
		c.balanced()
	})
	w.online()
}
