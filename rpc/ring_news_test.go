package rpc

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"testing"

	"taut/chat"
	"taut/ring"
)

// A gateway hears of each assignment once, from whom it is attached to: at once where
// that is told, else with a heartbeat. A node that gave no one its ear hears nothing,
// and goes on.
func TestRingComesWithHeartbeats(t *testing.T) {
	ids := identities(t, "acme", "one", "gw", "deaf")
	o := newOwner()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	assignments := make(chan *ring.Assignment, 1)
	var now *ring.Assignment
	s := Serve(l, ids[0], Services{ChannelServer: o, Ring: func() *ring.Assignment {
		select {
		case now = <-assignments:
		default:
		}
		return now
	}}, slog.New(slog.DiscardHandler))
	t.Cleanup(s.Close)

	heard := make(chan int64, 10)
	n := nodes(t, ids[1], "one", l.Addr().String())
	n.OnRing(func(a *ring.Assignment) { heard <- a.Epoch() })
	got := newSink()
	if _, err := n.ChannelServer("one").Attach(t.Context(), "gw", got); err != nil {
		t.Fatal(err)
	}
	far := <-o.links
	beat := func() {
		t.Helper()
		far.sink.Heartbeat([]chat.Head{{Stream: stream1, Seq: 5}}, chat.Mark{})
		soon(t, "a heartbeat", got.heartbeats)
	}
	beat() // no ring is known yet
	first := ring.New([]string{"a"})
	assignments <- first
	beat()
	if epoch := soon(t, "the ring", heard); epoch != 1 {
		t.Errorf("epoch %d", epoch)
	}
	beat()
	assignments <- first.Next([]string{"a", "b"})
	beat()
	if epoch := soon(t, "the next ring", heard); epoch != 2 {
		t.Errorf("epoch %d", epoch)
	}
	beat()
	if len(heard) != 0 {
		t.Errorf("the ring was told again: %d", <-heard)
	}
	assignments <- now.Next([]string{"b"})
	s.TellRing()
	if epoch := soon(t, "the ring without a heartbeat", heard); epoch != 3 {
		t.Errorf("epoch %d", epoch)
	}
	s.TellRing()
	beat()
	if len(heard) != 0 {
		t.Errorf("the ring was told again: %d", <-heard)
	}

	if _, err := nodes(t, ids[2], "one", l.Addr().String()).ChannelServer("one").Attach(t.Context(), "deaf", got); err != nil {
		t.Fatal(err)
	}
	far = <-o.links
	beat()
	beat()
}

// While gateways read nothing and assignments follow each other, each has one waiting,
// the last; they share its text.
func TestRingNewsDoNotPileUp(t *testing.T) {
	now := ring.New([]string{"a"})
	s := &Server{links: map[*gatewayLink]struct{}{}, services: Services{Ring: func() *ring.Assignment { return now }}}
	links := []*gatewayLink{{server: s, out: newOutbox()}, {server: s, out: newOutbox()}}
	for _, l := range links {
		defer s.noteLink(l)()
	}
	tell := func() {
		now = now.Next([]string{"a", fmt.Sprint("b", now.Epoch()%2)})
		s.TellRing()
	}
	sent := func(l *gatewayLink) *ringNews {
		t.Helper()
		items := l.out.take()
		if len(items) != 1 {
			t.Fatalf("%d items wait", len(items))
		}
		l.sending(items)
		return items[0].(*ringNews)
	}
	for range 2 { // and so again once they have read
		for range 50 {
			tell()
		}
		want, err := json.Marshal(now)
		if err != nil {
			t.Fatal(err)
		}
		first, second := sent(links[0]), sent(links[1])
		if string(first.Text) != string(want) {
			t.Error("what is sent is not the last assignment")
		}
		if &first.Text[0] != &second.Text[0] {
			t.Error("it was encoded for each link")
		}
	}
}
