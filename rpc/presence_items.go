package rpc

import "taut/chat"

// What a gateway and a presence server tell each other. states answers all three.

func device(c *coder, d *chat.Device) {
	text(c, &d.Workspace)
	text(c, &d.User)
	text(c, &d.Connection)
	c.int(&d.ActiveMS)
	c.bool(&d.Away)
}

func presenceState(c *coder, s *chat.PresenceState) {
	text(c, &s.User)
	c.bool(&s.Active)
	c.bool(&s.Online)
	c.bool(&s.ManualAway)
	c.bool(&s.AutoAway)
	small(c, &s.Connections)
	c.int(&s.LastActiveMS)
	c.int(&s.Version)
}

func user(c *coder, u *chat.UserID) { text(c, u) }

type renew struct {
	ID      uint64
	Devices []chat.Device
}

func (*renew) kind() uint64 { return 12 }
func (r *renew) code(c *coder) {
	c.uint(&r.ID)
	list(c, &r.Devices, device)
}

type release struct {
	ID      uint64
	Devices []chat.Device
}

func (*release) kind() uint64 { return 13 }
func (r *release) code(c *coder) {
	c.uint(&r.ID)
	list(c, &r.Devices, device)
}

type watch struct {
	ID          uint64
	Workspace   chat.WorkspaceID
	Add, Remove []chat.UserID
}

func (*watch) kind() uint64 { return 14 }
func (w *watch) code(c *coder) {
	c.uint(&w.ID)
	text(c, &w.Workspace)
	list(c, &w.Add, user)
	list(c, &w.Remove, user)
}

type states struct {
	ID      uint64
	Failure failure
	States  []chat.PresenceState
}

func (*states) kind() uint64 { return 15 }
func (s *states) to() uint64 { return s.ID }
func (s *states) code(c *coder) {
	c.uint(&s.ID)
	c.object(func() { s.Failure.code(c) })
	list(c, &s.States, presenceState)
}

type changed struct {
	Workspace chat.WorkspaceID
	State     chat.PresenceState
}

func (*changed) kind() uint64 { return 16 }
func (s *changed) code(c *coder) {
	text(c, &s.Workspace)
	c.object(func() { presenceState(c, &s.State) })
}

// away is the request of SetAway, and without the last field that of Get.
type away struct {
	Workspace chat.WorkspaceID
	User      chat.UserID
	Away      bool
}

func (a *away) code(c *coder) {
	text(c, &a.Workspace)
	text(c, &a.User)
	c.bool(&a.Away)
}

// oneState is the answer of Get.
type oneState struct{ State chat.PresenceState }

func (s *oneState) code(c *coder) { presenceState(c, &s.State) }
