package gateway_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/gobwas/ws"

	"taut/chat"
)

// takes tells whether the gateway takes another socket.
func (r *rig) takes(user string) bool {
	r.t.Helper()
	conn := r.dial()
	defer conn.Close()
	_, _, err := ws.Dialer{}.Upgrade(conn, parseURL("ws://gw.test/websocket?token="+user))
	if refused := ws.StatusError(0); errors.As(err, &refused) && refused != http.StatusServiceUnavailable {
		r.t.Errorf("it is refused with %d", refused)
	}
	return err == nil
}

// TestUndrain: a drain that is taken back lets clients in again, and none that another
// drain keeps out.
func TestUndrain(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		r.world.addUser("ann", chat.Member)
		for i, step := range []struct {
			do    func()
			takes bool
		}{
			{func() {}, true},
			{func() { r.gateway.Drain(r.t.Context()) }, false},
			{func() { r.gateway.Drain(r.t.Context()) }, false},
			{r.gateway.Undrain, false},
			{r.gateway.Undrain, true},
		} {
			if step.do(); r.takes("ann") != step.takes {
				t.Errorf("step %d: takes is not %v", i, step.takes)
			}
		}
	})
}
