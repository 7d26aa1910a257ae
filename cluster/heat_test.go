package cluster

import (
	"log/slog"
	"reflect"
	"testing"
	"time"

	"taut/ring"
)

// What a channel server says of its heat goes with its lease; what nobody understands
// hides nothing else.
func TestHeat(t *testing.T) {
	r := newRegistry(t)()
	heat := ring.Heat{Channels: 3, Events: 1.5, Hottest: []ring.SlotHeat{{Slot: 7, Events: 1}}}
	n := Start(Options{
		Name: "a", Address: "127.0.0.1:1", Roles: []string{RoleChannelServer}, Registry: r, Log: slog.New(slog.DiscardHandler),
		Heat: func() ring.Heat { return heat },
	})
	defer n.Close()
	other := start(t, r, "b", RoleChannelServer)
	other.leased(t)
	if err := r.Put(t.Context(), heatPrefix+"b", []byte("warm")); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(30 * time.Second); ; <-tick.C {
		s, err := Read(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if reflect.DeepEqual(s.Nodes["a"].Heat, &heat) && s.Nodes["b"].State == "there" && s.Nodes["b"].Heat == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the heat is never told: %+v", s.Nodes)
		}
	}
	n.Close()
	keys, err := r.List(t.Context(), heatPrefix)
	if _, is := keys["a"]; err != nil || is {
		t.Errorf("the heat of a node that has left: %q, %v", keys, err)
	}
}
