package gateway_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
	"taut/gateway"
)

// deaf is a channel server that doesn't answer.
type deaf struct{ *world }

func (*deaf) Attach(ctx context.Context, _ string, _ chat.Sink) (chat.Link, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// A channel server that doesn't answer keeps nobody from the others.
func TestOneOwnerDoesNotAnswer(t *testing.T) {
	gone := &deaf{}
	bubble(t, func(c *gateway.Config) {
		others := c.Owner
		c.Owner = func(s chat.Stream) chat.ChannelServer {
			if s.ID == channelID("town") {
				return gone
			}
			return others(s)
		}
	}, func(r *rig) {
		town(r, "ann")
		r.world.addUser("bob", chat.Member)
		r.connect("ann")
		synctest.Wait()
		bob := r.connect("bob")
		time.Sleep(time.Second)
		synctest.Wait()
		if got := bob.take(); len(got) != 1 {
			t.Errorf("%q, want hello", got)
		}
	})
}
