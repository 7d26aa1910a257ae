package webapi

import (
	"context"
	"slices"

	"taut/chat"
	"taut/store"
)

// conversationsJoin takes the caller into a public channel. Who is in already
// is told so by a warning.
func (s *Server) conversationsJoin(ctx context.Context, q *request) (answer, error) {
	c, err := q.channel(ctx, q.args.channel("channel"))
	if err != nil {
		return nil, err
	}
	if !slices.Contains(channels, c.Type) {
		return nil, fail("method_not_supported_for_channel_type")
	}
	_, err = q.workspace.Join(ctx, c.ID, q.caller.User, "")
	switch chat.CodeOf(err) {
	case chat.Exists:
		q.warn("already_in_channel")
	case "":
	default:
		return nil, err
	}
	return q.answerChannel(ctx, c)
}

type leaveAnswer struct {
	reply
	NotInChannel bool `json:"not_in_channel,omitempty"`
}

// conversationsLeave takes the caller out of a channel.
func (s *Server) conversationsLeave(ctx context.Context, q *request) (answer, error) {
	c, err := q.writable(ctx, channels...)
	if err != nil {
		return nil, err
	}
	member, err := q.workspace.IsMember(ctx, c.ID, q.caller.User)
	switch {
	case err != nil:
		return nil, err
	case !member:
		return &leaveAnswer{NotInChannel: true}, nil
	case c.General:
		return nil, fail("cant_leave_general")
	case q.caller.Role.IsGuest():
		return nil, fail("user_is_restricted")
	}
	err = q.workspace.Leave(ctx, c.ID, q.caller.User, q.caller.User)
	if chat.CodeOf(err) == chat.NotMember {
		return &leaveAnswer{NotInChannel: true}, nil
	}
	return &leaveAnswer{}, err
}

type kickAnswer struct {
	reply
	Errors struct{} `json:"errors"` // an empty object
}

// conversationsKick takes somebody else out of a channel.
func (s *Server) conversationsKick(ctx context.Context, q *request) (answer, error) {
	c, err := q.writable(ctx, channels...)
	if err != nil {
		return nil, err
	}
	user := q.args.user("user")
	switch {
	case user == q.caller.User:
		return nil, fail("cant_kick_self")
	case c.General:
		return nil, fail("cant_kick_from_general")
	}
	if err := q.mustBeMember(ctx, c); err != nil {
		return nil, err
	}
	if !q.manages(c) {
		return nil, fail("restricted_action")
	}
	if _, err := q.workspace.User(ctx, user); err != nil {
		return nil, err
	}
	return &kickAnswer{}, q.workspace.Leave(ctx, c.ID, user, q.caller.User)
}

const maxInvited = 1_000

// inviteError says why one user was not invited.
type inviteError struct {
	User  chat.UserID `json:"user"`
	OK    bool        `json:"ok"`
	Error string      `json:"error"`
}

// conversationsInvite takes other people into a channel: all of them, or with
// force those who can be.
func (s *Server) conversationsInvite(ctx context.Context, q *request) (answer, error) {
	c, err := q.invitable(ctx)
	if err != nil {
		return nil, err
	}
	users, err := q.invited()
	if err != nil {
		return nil, err
	}
	fit, refused, err := q.checkInvited(ctx, c, users)
	if err != nil {
		return nil, err
	}
	if err := q.inviteFailed(len(fit), refused); err != nil {
		return nil, err
	}
	in := 0
	for _, u := range fit {
		_, err := q.workspace.Join(ctx, c.ID, u, q.caller.User)
		// Somebody else was faster: here, or with a guest of one channel in another.
		switch chat.CodeOf(err) {
		case "", chat.Exists:
			in++
		case chat.Limited:
			refused = append(refused, inviteError{User: u, Error: q.method.asAPIError(err).name})
		default:
			return nil, err
		}
	}
	if err := q.inviteFailed(in, refused); err != nil {
		return nil, err
	}
	o, err := q.object(ctx, c, false)
	return &channelAnswer{Channel: o, Errors: refused}, err
}

// inviteFailed is the error where somebody was refused and nobody got in, or the
// caller wants all or none.
func (q *request) inviteFailed(in int, refused []inviteError) error {
	if len(refused) == 0 || in > 0 && q.args.boolean("force", false) {
		return nil
	}
	return failWith(refused[0].Error, &inviteFailure{Errors: refused})
}

type inviteFailure struct {
	reply
	Errors []inviteError `json:"errors"`
}

// invitable is the channel, if the caller may invite to it.
func (q *request) invitable(ctx context.Context) (chat.Channel, error) {
	c, err := q.writable(ctx, channels...)
	if err != nil {
		return c, err
	}
	if c.Archived {
		return c, fail("is_archived")
	}
	if err := q.mustBeMember(ctx, c); err != nil {
		return c, err
	}
	if q.caller.Role.IsGuest() {
		return c, fail("no_permission")
	}
	return c, nil
}

// invited reads users, each once.
func (q *request) invited() ([]chat.UserID, error) {
	var users []chat.UserID
	for _, id := range q.args.list("users") {
		if u := chat.UserID(id); !slices.Contains(users, u) {
			users = append(users, u)
		}
		if len(users) > maxInvited {
			return nil, invalidArguments("[ERROR] at most 1000 users can be invited at once [json-pointer:/users]")
		}
	}
	if users == nil {
		return nil, fail("no_user")
	}
	return users, nil
}

// checkInvited tells who can be invited, and of the others why not.
func (q *request) checkInvited(ctx context.Context, c chat.Channel, users []chat.UserID) (fit []chat.UserID, refused []inviteError, err error) {
	known, err := q.usersByID(ctx, users)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range users {
		u, ok := known[id]
		name := ""
		switch {
		case id == q.caller.User:
			name = "cant_invite_self"
		case !ok:
			name = "user_not_found"
		case u.Deleted:
			name = "cant_invite"
		default:
			if name, err = q.checkInvitee(ctx, c, u); err != nil {
				return nil, nil, err
			}
		}
		if name == "" {
			fit = append(fit, id)
			continue
		}
		refused = append(refused, inviteError{User: id, Error: name})
	}
	return fit, refused, nil
}

func (q *request) checkInvitee(ctx context.Context, c chat.Channel, u chat.User) (failure string, err error) {
	member, err := q.workspace.IsMember(ctx, c.ID, u.ID)
	if err != nil || member {
		return "already_in_channel", err
	}
	if u.Role != chat.SingleGuest {
		return "", nil
	}
	in, err := q.workspace.Channels(ctx, store.ChannelQuery{
		Types: []chat.ChannelType{chat.PublicChannel, chat.PrivateChannel}, MemberOf: u.ID, Limit: 1,
	})
	if err != nil || len(in) == 0 {
		return "", err
	}
	return "ura_max_channels", nil
}
