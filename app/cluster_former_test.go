package app

import (
	"testing"
	"testing/synctest"
	"time"

	"taut/channelserver"
	"taut/chat"
	"taut/cluster"
	"taut/internal/certs"
	"taut/ring"
)

// Whoever owned a stream before the last move is its former owner for a moment, unless
// it is no longer there.
func TestFormerOwner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own, err := channelserver.New(t.Context(), noEvents{}, channelserver.Options{Self: "one"})
		if err != nil {
			t.Fatal(err)
		}
		defer own.Close()
		c := &clustered{own: own, identity: &certs.Identity{Node: "one"}}
		s := chat.WorkspaceID("T1").Channel("C1")
		c.members(map[string]cluster.Member{"one": {Roles: []string{cluster.RoleChannelServer}}})
		first := ring.New([]string{"one"})
		c.owns(first)
		if c.formerOwner(s) != nil {
			t.Error("the first ring has a former one")
		}
		c.owns(first) // a new lease, and no new ring
		if c.formerOwner(s) != nil {
			t.Error("the same ring is its own former one")
		}
		second := first.Next([]string{"two"})
		c.owns(second)
		if c.formerOwner(s) != chat.ChannelServer(own) {
			t.Error("who owned it until now is not its former owner")
		}
		later := second
		for range mostFormer - 1 { // where it stays, though others come or go
			later = later.Next([]string{"two"})
			c.owns(later)
		}
		if c.formerOwner(s) != chat.ChannelServer(own) {
			t.Error("who owned it before a ring that moved other things is not its former owner")
		}
		c.members(nil)
		if c.formerOwner(s) != nil {
			t.Error("a former owner that is gone")
		}
		c.members(map[string]cluster.Member{"one": {Roles: []string{cluster.RoleChannelServer}}})
		time.Sleep(formerFor)
		if c.formerOwner(s) != nil {
			t.Error("a former owner for ever")
		}
		for range 3 * mostFormer {
			later = later.Next([]string{"two"})
			c.owns(later)
		}
		if n := len(*c.former.Load()); n != mostFormer {
			t.Errorf("%d former rings are kept, want %d", n, mostFormer)
		}
	})
}
