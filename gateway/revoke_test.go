package gateway_test

import (
	"testing"
	"testing/synctest"

	"taut/chat"
	"taut/wire"
)

// Where second factors are asked for from now on, browsers come back and show theirs.
func TestRequiredFactorSendsBrowsersAway(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann", "bob")
		ann := r.world.users["ann"]
		ann.TokenType = chat.SessionToken
		r.world.users["ann"] = ann
		browser, program := r.handshake("/websocket/ann"), r.connect("bob") // a ticket
		go browser.readAll()
		synctest.Wait()
		directory := chat.StreamID(ann.Workspace)
		r.world.event(directory, map[string]any{"type": "team_pref_change", "name": "require_totp", "value": false})
		r.world.event(directory, map[string]any{"type": "team_pref_change", "name": "edit_minutes", "value": 5})
		synctest.Wait()
		if code, _ := browser.closed(); code != 0 {
			t.Errorf("closed with %d too soon", code)
		}
		r.world.event(directory, map[string]any{"type": "team_pref_change", "name": "require_totp", "value": true})
		synctest.Wait()
		if code, _ := browser.closed(); code != wire.CloseChanged {
			t.Errorf("closed with %d", code)
		}
		if code, _ := program.closed(); code != 0 {
			t.Errorf("a program's closed with %d", code)
		}
	})
}

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
