package gateway_test

import (
	"testing"
	"testing/synctest"

	"taut/chat"
	"taut/wire"
)

// A token that ends takes its sockets with it, and no others of its user.
func TestRevokedTokenIsSentAway(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann", "bob")
		ann := r.world.users["ann"]
		ann.TokenID = "Tk1"
		r.world.users["ann"] = ann
		ann.TokenID = "Tk2"
		r.world.users["plain"] = ann
		first, second := r.connect("ann"), r.connect("plain")
		synctest.Wait()
		stream := chat.StreamID(userID("ann"))
		r.world.event(stream, map[string]any{"type": chat.TypeTokenRevoked, "token_id": "Tk0"})
		r.world.event(stream, map[string]any{"type": chat.TypeTokenRevoked, "token_id": "Tk1"})
		if code, _ := first.closed(); code != wire.CloseUnauthenticated {
			t.Errorf("closed with %d", code)
		}
		second.take()
		r.world.post("town", "bob", "still here")
		synctest.Wait()
		if got := second.take(); len(got) != 1 {
			t.Errorf("the other socket got %q", got)
		}
	})
}
