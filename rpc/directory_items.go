package rpc

import "taut/chat"

// What is asked of an edge cache, and its answers.

type userIDs struct {
	Workspace chat.WorkspaceID
	Users     []chat.UserID
}

func (q *userIDs) code(c *coder) {
	text(c, &q.Workspace)
	list(c, &q.Users, user)
}

type directoryQuery struct {
	Workspace chat.WorkspaceID
	chat.DirectoryQuery
}

func (q *directoryQuery) code(c *coder) {
	text(c, &q.Workspace)
	text(c, &q.Text)
	c.bool(&q.Inactive)
	c.bool(&q.Restricted)
	list(c, &q.Among, scope)
	c.object(func() { place(c, &q.After) })
	small(c, &q.Limit)
}

func place(c *coder, p *chat.DirectoryPlace) {
	small(c, &p.Rank)
	text(c, &p.Name)
	text(c, &p.ID)
}

type foundUsers struct{ chat.FoundUsers }

func (f *foundUsers) code(c *coder) {
	list(c, &f.Users, userFacts)
	c.bool(&f.More)
	c.object(func() { place(c, &f.Next) })
}

func userFacts(c *coder, u *chat.User) {
	text(c, &u.ID)
	text(c, &u.Workspace)
	text(c, &u.Name)
	text(c, &u.RealName)
	text(c, &u.DisplayName)
	text(c, &u.Email)
	text(c, &u.Title)
	text(c, &u.StatusText)
	text(c, &u.StatusEmoji)
	c.int(&u.StatusEnds)
	c.object(func() {
		text(c, &u.Details.Phone)
		text(c, &u.Details.Skype)
		text(c, &u.Details.Pronouns)
		text(c, &u.Details.StartDate)
	})
	text(c, &u.TimeZone)
	text(c, &u.Avatar)
	text(c, &u.Role)
	c.bool(&u.Deleted)
	text(c, &u.Bot)
	text(c, &u.App)
	c.int(&u.CreatedMS)
	c.int(&u.UpdatedMS)
}

type foundChannels struct{ chat.FoundChannels }

func (f *foundChannels) code(c *coder) {
	list(c, &f.Channels, publicFacts)
	c.bool(&f.More)
	c.object(func() { place(c, &f.Next) })
}

func publicFacts(c *coder, f *chat.PublicFacts) {
	text(c, &f.ID)
	text(c, &f.Name)
	text(c, &f.Creator)
	c.int(&f.Created)
	c.bool(&f.General)
	c.bool(&f.Archived)
}
