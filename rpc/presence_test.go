package rpc

import (
	"log/slog"
	"net"
	"testing"
	"time"

	"taut/chat"
	"taut/presence"
)

// heard is a gateway that hears of presence.
type heard chan chat.PresenceState

func (h heard) PresenceChanged(_ chat.WorkspaceID, s chat.PresenceState) { h <- s }

func TestPresenceOverTheWire(t *testing.T) {
	ids := identities(t, "acme", "one", "g1", "g2")
	server := presence.New(presence.Options{Grace: time.Millisecond, Sweep: 10 * time.Millisecond})
	t.Cleanup(server.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	node := Serve(l, ids[0], Services{Presence: server}, slog.New(slog.DiscardHandler))
	t.Cleanup(node.Close)
	far := nodes(t, ids[1], "one", l.Addr().String()).Presence("one")

	news := make(heard, 10)
	link, err := far.Attach(t.Context(), "g1", news)
	if err != nil {
		t.Fatal(err)
	}
	states, err := link.Watch(t.Context(), "T1", []chat.UserID{"U1", "U2"}, []chat.UserID{"U3"})
	if err != nil || len(states) != 2 || states[0].Active {
		t.Fatalf("watching: %+v, %v", states, err)
	}
	if _, err := far.Attach(t.Context(), "g2", make(heard, 1)); err == nil {
		t.Error("g1 attaches as g2")
	}
	other, err := nodes(t, ids[2], "one", l.Addr().String()).Presence("one").Attach(t.Context(), "g2", make(heard, 10))
	if err != nil {
		t.Fatal(err)
	}
	devices := []chat.Device{{Workspace: "T1", User: "U1", Connection: "c", ActiveMS: time.Now().UnixMilli()}}
	if err := other.Renew(t.Context(), devices); err != nil {
		t.Fatal(err)
	}
	if s := soon(t, "the news", news); s.User != "U1" || !s.Active {
		t.Errorf("heard %+v", s)
	}
	if err := far.SetAway(t.Context(), "T1", "U1", true); err != nil {
		t.Error(err)
	}
	if s := soon(t, "the news", news); s.Active || !s.ManualAway {
		t.Errorf("heard %+v", s)
	}
	if s, err := far.Get(t.Context(), "T1", "U1"); err != nil || !s.Online || s.Connections != 1 {
		t.Errorf("got %+v, %v", s, err)
	}
	if err := other.Release(t.Context(), devices); err != nil {
		t.Error(err)
	}
	other.Close()
	soon(t, "the end", other.Ended())
	node.Close()
	soon(t, "the end", link.Ended())
	if err := link.Renew(t.Context(), devices); chat.CodeOf(err) != chat.Unavailable {
		t.Errorf("renewing over a link that ended: %v", err)
	}
}
