package app

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"taut/gateway"
	"taut/internal/certs"
	"taut/ring"
)

// TestDrainIsTakenBack: a node that an operator drains is not ready, one whose drain is
// undone is ready again without a restart, however often it is told either.
func TestDrainIsTakenBack(t *testing.T) {
	gate := gateway.New(gateway.Config{})
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
	}
}
