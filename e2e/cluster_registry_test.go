//go:build e2e && mariadb

package e2e

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"taut/internal/history"
)

// TestMostOfTheRegistryIsLost has two of three members of etcd die, with the nodes that they
// are in, while people talk. Who owns channels may not know any more that they do, and lets
// go: what is said is taken and saved by the API that is left, and reaches nobody. Once
// most of etcd is back, everybody has everything, once and in order.
func TestMostOfTheRegistryIsLost(t *testing.T) {
	n := database(t)
	n.gateways("node", "webapi", "gateway", "ring", "relay", "search", "edgecache")
	var owners []*server
	for i := range 2 {
		owners = append(owners, newServer(t, ""))
		n.configure(owners[i], fmt.Sprint("owner-", i), "", "channelserver")
	}
	halves := map[string]int{"owner-0": 8192, "owner-1": 8192}
	r := &run{t: t, server: n.gates[0], record: &history.Recorder{}, space: n.seed()}
	for _, s := range owners {
		s.launch()
	}
	n.start()
	n.ownedAbout(halves)
	for user, s := range n.gates {
		u := r.space.Users[user]
		r.readers = append(r.readers, read(t, s, r.record, fmt.Sprint("reader-", user), u.ID, u.Token, r.channels()...))
	}
	for user := range 3 {
		r.send(6+user, 4*time.Millisecond, r.channels()...)
	}
	r.progress(150, r.readers...)

	r.record.Add(history.Record{Kind: history.Pause})
	for _, s := range n.gates[1:] {
		s.kill()
	}
	begin := time.Now()
	for _, s := range owners {
		eventually(t, s.name+" lets go", func() error {
			if fenced, ok := s.metric("channel_server_fenced_total"); !ok || fenced < 1 {
				return errors.New("it owns yet")
			}
			return nil
		})
	}
	t.Logf("the channel servers let go within %s", time.Since(begin).Round(10*time.Millisecond))
	here, acked := r.readers[0].events(), r.acked()
	r.progress(150)
	t.Logf("after they let go %d messages are taken, and somebody is shown %d", r.acked()-acked, r.readers[0].events()-here)
	for _, s := range n.gates[1:] {
		s.launch()
	}
	for _, s := range n.gates[1:] {
		s.await()
	}
	n.ownedAbout(halves)
	r.progress(150, r.readers...)
	r.record.Add(history.Record{Kind: history.Go})
	n.gates = append(n.gates, owners...) // which are stopped with them
	n.judged(r)
}
