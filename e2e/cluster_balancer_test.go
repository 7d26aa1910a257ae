//go:build e2e && mariadb && s3

package e2e

import (
	"net/http"
	"sync/atomic"
	"time"
)

// balancer takes requests to the nodes with the API by turns, as a load balancer in
// front of them does: one that gave no answer gets none for a moment.
type balancer struct {
	nodes []*balanced
	turn  atomic.Uint64
}

type balanced struct {
	server    *server
	transport *http.Transport
	downUntil atomic.Int64 // unix milliseconds
}

// answerWithin is how long a client waits before it asks again; the balancer then
// sends it elsewhere for downFor.
const (
	answerWithin = 2 * time.Second
	downFor      = time.Second
)

func newBalancer(nodes []*server) *balancer {
	b := &balancer{}
	for _, s := range nodes {
		b.nodes = append(b.nodes, &balanced{server: s, transport: &http.Transport{MaxIdleConnsPerHost: 64, DialContext: s.host.dial}})
	}
	return b
}

// caller calls with a token by way of the balancer.
func (b *balancer) caller(token string) *caller {
	return &caller{"http://api/api/", token, &http.Client{Timeout: answerWithin, Transport: b}}
}

func (b *balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	n := b.pick()
	r = r.Clone(r.Context())
	r.URL.Host = n.server.listen
	resp, err := n.transport.RoundTrip(r)
	if err != nil {
		n.downUntil.Store(time.Now().Add(downFor).UnixMilli())
	}
	return resp, err
}

// pick is the next one that is up; if none is, the next one.
func (b *balancer) pick() *balanced {
	now := time.Now().UnixMilli()
	first := b.turn.Add(1)
	for i := range uint64(len(b.nodes)) {
		if n := b.nodes[(first+i)%uint64(len(b.nodes))]; n.downUntil.Load() < now {
			return n
		}
	}
	return b.nodes[first%uint64(len(b.nodes))]
}

func (b *balancer) close() {
	for _, n := range b.nodes {
		n.transport.CloseIdleConnections()
	}
}
