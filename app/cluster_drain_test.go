package app

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"taut/chat"
	"taut/gateway"
	"taut/internal/certs"
	"taut/ring"
	"taut/webapi"
)

// TestDrainIsTakenBack: a node that an operator drains is not ready, one whose drain is
// undone is ready and takes sockets again without a restart, however often it is told
// either.
func TestDrainIsTakenBack(t *testing.T) {
	gate := gateway.New(gateway.Config{Authenticator: anybody{}})
	defer gate.Close()
	c := &clustered{app: &App{log: slog.New(slog.DiscardHandler), gateway: gate}, identity: &certs.Identity{Node: "one"}}
	c.life, c.end = context.WithCancel(t.Context())
	defer c.running.Wait()
	defer c.end()
	c.ring.Store(ring.New([]string{"one"}))
	for _, step := range []struct {
		drained map[string]bool
		want    error
	}{
		{nil, nil},
		{map[string]bool{"two": true}, nil},
		{map[string]bool{"one": true, "two": true}, errDrained},
		{map[string]bool{"one": true}, errDrained},
		{map[string]bool{"two": true}, nil},
		{map[string]bool{"one": true}, errDrained},
		{nil, nil},
	} {
		c.drained(step.drained)
		if err := c.check(); !errors.Is(err, step.want) {
			t.Errorf("of %v drained it says %v, want %v", step.drained, err, step.want)
		}
		refused := func() bool { return knock(t, gate) == http.StatusServiceUnavailable }
		if step.want == nil && refused() {
			t.Errorf("of %v drained it takes no sockets", step.drained)
		}
		tick := time.NewTicker(time.Millisecond)
		for deadline := time.Now().Add(30 * time.Second); step.want != nil && !refused(); <-tick.C { // it drains beside
			if time.Now().After(deadline) {
				t.Fatalf("of %v drained it takes sockets", step.drained)
			}
		}
		tick.Stop()
	}
}

// A node with the API alone says that it is drained, and no more: who asks it is answered.
func TestDrainOfAnAPINode(t *testing.T) {
	c := &clustered{app: &App{log: slog.New(slog.DiscardHandler), api: new(webapi.Server)}, identity: &certs.Identity{Node: "one"}}
	c.ring.Store(ring.New([]string{"one"}))
	for _, drained := range []bool{true, false, true} {
		c.drained(map[string]bool{"one": drained})
		if err := c.check(); errors.Is(err, errDrained) != drained {
			t.Errorf("drained: %t, it says %v", drained, err)
		}
	}
}

// knock asks the gateway for a socket. One that is admitted comes no further, as nothing
// can be upgraded here.
func knock(t *testing.T, gate *gateway.Server) (status int) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/websocket?token=xoxp", nil)
	r.Header.Set("Upgrade", "websocket")
	answer := httptest.NewRecorder()
	gate.ServeHTTP(answer, r)
	return answer.Code
}

// anybody lets everybody in.
type anybody struct{ chat.Authenticator }

func (anybody) AuthenticateFrom(context.Context, chat.Presented) (chat.Caller, error) {
	return chat.Caller{Workspace: "T1", User: "U1"}, nil
}
