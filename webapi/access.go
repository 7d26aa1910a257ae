package webapi

import (
	"context"
	"strings"

	"taut/chat"
)

// channel is the conversation with this id, where the caller may know of it;
// else NotFound, the same as for what never existed.
func (q *request) channel(ctx context.Context, id chat.ChannelID) (chat.Channel, error) {
	if !chat.ValidID(string(id), "CDG") {
		return chat.Channel{}, chat.NewError(chat.NotFound, "channel")
	}
	c, err := q.workspace.Channel(ctx, id)
	if err != nil {
		return chat.Channel{}, err
	}
	return c, q.mustSee(ctx, c)
}

// namedChannel takes an id, "#name" or "name".
func (q *request) namedChannel(ctx context.Context, text string) (chat.Channel, error) {
	if chat.ValidID(text, "CDG") {
		return q.channel(ctx, chat.ChannelID(text))
	}
	c, err := q.workspace.ChannelByName(ctx, strings.TrimPrefix(text, "#"))
	if err != nil {
		return chat.Channel{}, err
	}
	return c, q.mustSee(ctx, c)
}

// mustSee fails with NotFound "channel" unless the caller may see the channel:
// a public one is for all but guests, the others for their members.
func (q *request) mustSee(ctx context.Context, c chat.Channel) error {
	if c.Type == chat.PublicChannel && !q.caller.Role.IsGuest() {
		return nil
	}
	member, err := q.workspace.IsMember(ctx, c.ID, q.caller.User)
	if err != nil {
		return err
	}
	if !member {
		return chat.NewError(chat.NotFound, "channel")
	}
	return nil
}
