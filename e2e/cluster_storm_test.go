//go:build e2e && mariadb && measure

package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// TestGatewayOfTenThousandDies measures, it judges nothing: a gateway with 10,000
// clients is killed, and they go to three others.
//
//	go test -tags e2e,mariadb,measure -run TestGatewayOfTenThousandDies -v ./e2e
func TestGatewayOfTenThousandDies(t *testing.T) {
	n := database(t)
	n.gateways("gate", "webapi", "gateway", "ring", "edgecache")
	owners := []*server{newServer(t, ""), newServer(t, "")}
	for i, o := range owners {
		n.configure(o, fmt.Sprint("owner-", i), "", "channelserver")
	}
	door := newServer(t, "")
	n.configure(door, "door", "", "gateway")
	s := n.gates[0]
	people := s.dir + "/people.json"
	s.taut("seed", "--config", s.config(), "--workspace", "town", "--users", "10000", "--bots", "0", "--channels", "1", "--members", "all", "--messages", "0", "--out", people)
	for _, other := range append(owners, door) {
		other.launch()
	}
	n.start()
	door.await()
	n.ownedAbout(map[string]int{"owner-0": 8192, "owner-1": 8192})
	var urls, ops []string
	for _, g := range n.gates {
		urls, ops = append(urls, g.url()), append(ops, "http://"+g.ops)
	}
	for _, o := range owners {
		ops = append(ops, "http://"+o.ops)
	}
	t.Log("\n" + s.taut("bench", "--mode", "failover", "--runs", "1", "--seed", people, "--url", door.url(), "--pid", fmt.Sprint(door.cmd.Process.Pid),
		"--others", strings.Join(urls, ","), "--others-ops", strings.Join(ops, ",")))
	<-door.exited
}
