package webapi

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"taut/auth"
	"taut/chat"
	"taut/store"
)

const (
	inviteDays    = 14
	maxInviteDays = 90
	maxInviteUses = 1_000
	resetLife     = 24 * time.Hour
	maxInviteTo   = 50 // channels
)

// inviteObject is an invitation. URL is told once, to who made it.
type inviteObject struct {
	ID       string           `json:"id"`
	Email    string           `json:"email"`
	Role     chat.Role        `json:"role"`
	Channels []chat.ChannelID `json:"channels"`
	Uses     int              `json:"uses_left"`
	Creator  chat.UserID      `json:"creator"`
	Created  int64            `json:"date_create"`
	Expires  int64            `json:"date_expire"`
	URL      string           `json:"url,omitempty"`
	Mailed   bool             `json:"mailed"`
}

func newInviteObject(c store.EntryCode) inviteObject {
	o := inviteObject{
		ID: c.ID, Email: c.Email, Role: c.Role, Channels: c.Channels, Uses: c.Uses,
		Creator: c.Creator, Created: c.CreatedMS / 1000, Expires: c.ExpiresMS / 1000,
	}
	if o.Channels == nil {
		o.Channels = []chat.ChannelID{}
	}
	return o
}

type inviteAnswer struct {
	reply
	Invite inviteObject `json:"invite"`
}

type invitesAnswer struct {
	reply
	Invites []inviteObject `json:"invites"`
}

// manageInvitesCreate makes an invitation: for one address, which gets the link
// where mail is set up, or a link for several people.
func (s *Server) manageInvitesCreate(ctx context.Context, q *request) (answer, error) {
	c, err := q.newInvite(ctx)
	if err != nil {
		return nil, err
	}
	code, hash, err := auth.NewEntryCode(q.caller.Workspace)
	if err != nil {
		return nil, err
	}
	w, err := q.workspace.Info(ctx)
	if err != nil {
		return nil, err
	}
	if c, err = q.workspace.CreateEntryCode(ctx, q.actor(), store.TokenHash(hash), c); err != nil {
		return nil, err
	}
	o := newInviteObject(c)
	// The code stands behind the #, which browsers keep to themselves.
	o.URL = q.publicURL() + "/invite#" + code
	if c.Email != "" {
		o.Mailed = q.mail(chat.Mail{
			To: c.Email, Subject: "You are invited to " + oneLine(w.Name),
			Text: "You are invited to the workspace " + oneLine(w.Name) + ". Follow this link to join it:\n\n" + o.URL +
				"\n\nIt is good for one person, until " + time.UnixMilli(c.ExpiresMS).UTC().Format("2 January 2006, 15:04 MST") + ".\n",
		})
	}
	return &inviteAnswer{Invite: o}, nil
}

// oneLine keeps a name from being more than that in a text.
func oneLine(name string) string { return strings.Join(strings.Fields(name), " ") }

// newInvite reads what is asked for, and whether the caller may.
func (q *request) newInvite(ctx context.Context) (c store.EntryCode, err error) {
	c = store.EntryCode{Kind: store.Invitation, Email: strings.TrimSpace(q.args.text("email")), Role: chat.Role(q.args.text("role"))}
	if c.Role == "" {
		c.Role = chat.Member
	}
	act := chat.InviteMembers
	if c.Role.IsGuest() {
		act = chat.InviteGuests
	}
	switch {
	case !chat.ValidRole(c.Role):
		return c, chat.NewError(chat.Invalid, "role")
	case c.Role.AtLeast(chat.Admin) && !q.caller.Role.MayManage(c.Role):
		return c, chat.NewError(chat.Forbidden, "rank")
	case c.Email != "" && !chat.ValidEmail(c.Email):
		return c, chat.NewError(chat.Invalid, "email")
	}
	if err := q.mustMay(ctx, act); err != nil {
		return c, err
	}
	if c.Email != "" {
		if _, err := q.workspace.UserByEmail(ctx, c.Email); err == nil {
			return c, fail("already_in_team")
		}
	}
	uses, err := q.args.limit("uses", 1, maxInviteUses)
	if err != nil {
		return c, err
	}
	days, err := q.args.limit("days", inviteDays, maxInviteDays)
	if err != nil {
		return c, err
	}
	if c.Uses = uses; c.Email != "" {
		c.Uses = 1
	}
	c.ExpiresMS = chat.Now().AddDate(0, 0, days).UnixMilli()
	c.Channels, err = q.inviteChannels(ctx, c.Role)
	return c, err
}

// inviteChannels are those that the caller is in, or may see, by id or name: for a
// guest at least one, for one of a single channel exactly one, and for nobody else
// any, as who names channels means a guest.
func (q *request) inviteChannels(ctx context.Context, role chat.Role) (ids []chat.ChannelID, err error) {
	named := q.args.list("channels")
	if !role.IsGuest() && q.args.has("channels") {
		return nil, invalidArguments("[ERROR] only a guest is invited to channels: add role=guest or role=single_guest [json-pointer:/channels]")
	}
	if len(named) > maxInviteTo {
		return nil, invalidArguments(fmt.Sprintf("[ERROR] at most %d [json-pointer:/channels]", maxInviteTo))
	}
	for _, name := range named {
		c, err := q.namedChannel(ctx, name)
		if err != nil {
			return nil, err
		}
		if c.Type != chat.PublicChannel && c.Type != chat.PrivateChannel || c.Archived {
			return nil, chat.NewError(chat.NotFound, "channel")
		}
		if !slices.Contains(ids, c.ID) {
			ids = append(ids, c.ID)
		}
	}
	switch {
	case role.IsGuest() && len(ids) == 0:
		return nil, fail("no_channels_supplied")
	case role == chat.SingleGuest && len(ids) > 1:
		return nil, fail("ura_max_channels")
	}
	return ids, nil
}

func (s *Server) manageInvitesList(ctx context.Context, q *request) (answer, error) {
	all, err := q.workspace.Invitations(ctx, maxPage)
	if err != nil {
		return nil, err
	}
	a := &invitesAnswer{Invites: []inviteObject{}}
	for _, c := range all {
		a.Invites = append(a.Invites, newInviteObject(c))
	}
	return a, nil
}

func (s *Server) manageInvitesRevoke(ctx context.Context, q *request) (answer, error) {
	return done(), q.workspace.RevokeInvitation(ctx, q.actor(), q.args.text("invite"))
}

type resetLinkAnswer struct {
	reply
	URL    string `json:"url,omitempty"` // where no mail could be sent
	Mailed bool   `json:"mailed"`
}

// manageUsersResetPassword makes a link that sets a new password. The old one
// stays good until it is used. It is told to who manages the account where no
// mail can be sent, or where they ask to pass it on themself.
func (s *Server) manageUsersResetPassword(ctx context.Context, q *request) (answer, error) {
	u, err := q.managedUser(ctx)
	if err != nil {
		return nil, err
	}
	if u.Deleted {
		return nil, chat.NewError(chat.NotFound, "user")
	}
	w, err := q.workspace.Info(ctx)
	if err != nil {
		return nil, err
	}
	if q.args.boolean("show", false) || s.mailer == nil {
		url, err := q.newReset(ctx, q.actor(), w, u)
		return &resetLinkAnswer{URL: url}, err
	}
	mailed, err := q.sendReset(ctx, q.actor(), w, u)
	return &resetLinkAnswer{Mailed: mailed}, err
}

// newReset makes the link; for nobody one that is good for nothing.
func (q *request) newReset(ctx context.Context, by store.Actor, w chat.Workspace, u chat.User) (url string, err error) {
	code, hash, err := auth.NewEntryCode(w.ID)
	if err != nil {
		return "", err
	}
	expires := chat.Now()
	if u.ID != "" {
		expires = expires.Add(resetLife)
	}
	_, err = q.server.store.Workspace(w.ID).CreateEntryCode(ctx, by, store.TokenHash(hash), store.EntryCode{
		Kind: store.PasswordReset, User: u.ID, Uses: 1, ExpiresMS: expires.UnixMilli(),
	})
	return q.publicURL() + "/reset#" + code, err
}

func (q *request) sendReset(ctx context.Context, by store.Actor, w chat.Workspace, u chat.User) (bool, error) {
	url, err := q.newReset(ctx, by, w, u)
	if err != nil {
		return false, err
	}
	return q.mail(chat.Mail{
		To: u.Email, Subject: "Your password at " + oneLine(w.Name),
		Text: "Follow this link to set a new password for your account at " + oneLine(w.Name) + ":\n\n" + url +
			"\n\nIt is good once, for a day. If nobody should have asked for it, leave it be: your password stays as it is.\n",
	}), nil
}
