package rpc

import "taut/chat"

// What a gateway asks an API node, and its answers.

func scope(c *coder, s *string) { text(c, s) }

func caller(c *coder, v *chat.Caller) {
	text(c, &v.Workspace)
	text(c, &v.User)
	text(c, &v.Bot)
	text(c, &v.App)
	text(c, &v.Role)
	list(c, &v.Scopes, scope)
	text(c, &v.TokenType)
	text(c, &v.TokenID)
}

func membership(c *coder, m *chat.Membership) {
	text(c, &m.Channel)
	c.int(&m.JoinedSeq)
	c.int(&m.LeftSeq)
}

type presented struct{ chat.Presented }

func (p *presented) code(c *coder) {
	text(c, &p.Token)
	text(c, &p.Cookie)
	text(c, &p.Address)
}

type ticket struct{ Text string }

func (t *ticket) code(c *coder) { text(c, &t.Text) }

type calling struct{ Caller chat.Caller }

func (v *calling) code(c *coder) { c.object(func() { caller(c, &v.Caller) }) }

type snapshot struct{ chat.MembershipSnapshot }

func (s *snapshot) code(c *coder) {
	c.int(&s.Seq)
	list(c, &s.Channels, membership)
	c.bool(&s.Away)
	text(c, &s.Role)
}

type likely struct{ Channels []chat.ChannelID }

func (l *likely) code(c *coder) { list(c, &l.Channels, channel) }

func channel(c *coder, id *chat.ChannelID) { text(c, id) }

type visible struct {
	Caller chat.Caller
	Users  []chat.UserID
}

func (v *visible) code(c *coder) {
	c.object(func() { caller(c, &v.Caller) })
	list(c, &v.Users, user)
}

type incarnation struct{ Text string }

func (i *incarnation) code(c *coder) { text(c, &i.Text) }

type post struct {
	Caller chat.Caller
	Post   chat.RTMPost
}

func (p *post) code(c *coder) {
	c.object(func() { caller(c, &p.Caller) })
	c.object(func() {
		text(c, &p.Post.Channel)
		text(c, &p.Post.Text)
		ts(c, &p.Post.ThreadTS)
		c.bool(&p.Post.Broadcast)
		text(c, &p.Post.ClientMsgID)
		text(c, &p.Post.Origin)
	})
}

type posted struct{ chat.RTMPosted }

func (p *posted) code(c *coder) {
	c.object(func() { stream(c, &p.Stream) })
	c.int(&p.Seq)
	ts(c, &p.TS)
	text(c, &p.Text)
}
