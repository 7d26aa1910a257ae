package app

import (
	"taut/chat"
	"taut/presence"
	"taut/ring"
)

// startPresence is who knows who is online: this process alone, or the nodes that are
// channel servers, each of a part of the users.
func (a *App) startPresence() chat.Presence {
	if a.cluster == nil {
		return a.startPresenceServer()
	}
	a.cluster.presence = presence.NewSpread(a.cluster.presenceOf)
	return a.cluster.presence
}

func (a *App) startPresenceServer() *presence.Server {
	options := presence.Options{Metrics: a.reg}
	if a.cluster != nil {
		options.Epoch = a.cluster.presenceEpoch
	}
	s := presence.New(options)
	a.onClose("presence", s.Close)
	return s
}

// presenceOf is the presence server of a user, whose slot is that of the user's
// stream; nil while there is no ring.
func (c *clustered) presenceOf(w chat.WorkspaceID, u chat.UserID) chat.Presence {
	r := c.ring.Load()
	if r == nil {
		return nil
	}
	name := r.Owner(ring.Of(w.User(u)))
	switch {
	case name == "":
		return nil
	case name == c.identity.Node && c.present != nil:
		return c.present
	}
	return c.nodes.Presence(name)
}

// presenceEpoch is the ring's by which a user's presence is this node's to know; 0 where
// it is not.
func (c *clustered) presenceEpoch(w chat.WorkspaceID, u chat.UserID) int64 {
	r := c.ring.Load()
	if r == nil || r.Owner(ring.Of(w.User(u))) != c.identity.Node {
		return 0
	}
	return r.Epoch()
}
