package webapi

import (
	"context"
	"slices"

	"taut/chat"
)

type openAnswer struct {
	reply
	NoOp        bool `json:"no_op,omitempty"`
	AlreadyOpen bool `json:"already_open,omitempty"`
	Channel     any  `json:"channel"`
}

type channelID struct {
	ID chat.ChannelID `json:"id"`
}

// conversationsOpen opens a DM or group DM: by its id, or by the people in it.
func (s *Server) conversationsOpen(ctx context.Context, q *request) (answer, error) {
	var c chat.Channel
	var wasOpen bool
	var err error
	if q.args.has("channel") {
		c, wasOpen, err = q.reopen(ctx)
	} else {
		c, wasOpen, err = q.openWith(ctx)
	}
	if err != nil {
		return nil, err
	}
	a := &openAnswer{NoOp: wasOpen, AlreadyOpen: wasOpen, Channel: channelID{c.ID}}
	if q.args.boolean("return_im", false) {
		a.Channel, err = q.object(ctx, c, true)
	}
	return a, err
}

func (q *request) reopen(ctx context.Context) (c chat.Channel, wasOpen bool, err error) {
	if c, err = q.writable(ctx, chat.DM, chat.GroupDM); err != nil {
		return c, false, err
	}
	if wasOpen, err = q.workspace.DMOpen(ctx, q.caller.User, c.ID); err != nil || wasOpen {
		return c, wasOpen, err
	}
	return c, false, q.workspace.ReopenDM(ctx, q.caller.User, c.ID)
}

// openWith finds the conversation with the people in users, or makes it, unless it may
// not; the caller may be among them.
func (q *request) openWith(ctx context.Context) (c chat.Channel, wasOpen bool, err error) {
	users, err := q.dmUsers(ctx)
	if err != nil {
		return c, false, err
	}
	open, err := q.openDMs(ctx, users)
	if err != nil {
		return c, false, err
	}
	if open == nil && q.args.boolean("prevent_creation", false) {
		return c, false, fail("channel_not_found")
	}
	c, existed, err := q.workspace.OpenDM(ctx, users)
	return c, existed && open[c.ID], err
}

const maxOthers = 8

// dmUsers are the caller and the people in users, who exist and whom the caller
// may see.
func (q *request) dmUsers(ctx context.Context) ([]chat.UserID, error) {
	ids := q.args.list("users")
	if len(ids) == 0 {
		return nil, fail("users_list_not_supplied")
	}
	users := []chat.UserID{q.caller.User}
	for _, id := range ids {
		if !slices.Contains(users, chat.UserID(id)) {
			users = append(users, chat.UserID(id))
		}
		if len(users) > maxOthers+1 {
			return nil, fail("too_many_users")
		}
	}
	kind := chat.DM
	if len(users) > 2 {
		kind = chat.GroupDM
	}
	if err := q.mustHave(q.method.scopesFor(kind)...); err != nil {
		return nil, err
	}
	for _, id := range users[1:] {
		u, err := q.user(ctx, id)
		if err != nil {
			return nil, err
		}
		if u.Deleted {
			return nil, fail("user_disabled")
		}
	}
	return users, nil
}

// openDMs tells which of the caller's conversations with exactly these people
// were open before the call; nil: there is none.
func (q *request) openDMs(ctx context.Context, users []chat.UserID) (map[chat.ChannelID]bool, error) {
	c, err := q.workspace.FindDM(ctx, users)
	if chat.CodeOf(err) == chat.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	open, err := q.workspace.DMOpen(ctx, q.caller.User, c)
	if chat.CodeOf(err) == chat.NotFound {
		return nil, nil
	}
	return map[chat.ChannelID]bool{c: open}, err
}

type closeAnswer struct {
	reply
	NoOp          bool `json:"no_op,omitempty"`
	AlreadyClosed bool `json:"already_closed,omitempty"`
}

// conversationsClose takes a DM out of the caller's list. It stays in the others'.
func (s *Server) conversationsClose(ctx context.Context, q *request) (answer, error) {
	c, err := q.writable(ctx, chat.DM, chat.GroupDM)
	if err != nil {
		return nil, err
	}
	open, err := q.workspace.DMOpen(ctx, q.caller.User, c.ID)
	if err != nil {
		return nil, err
	}
	if !open {
		return &closeAnswer{NoOp: true, AlreadyClosed: true}, nil
	}
	return &closeAnswer{}, q.workspace.CloseDM(ctx, q.caller.User, c.ID)
}
