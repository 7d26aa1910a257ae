package webapi

import (
	"context"

	"taut/chat"
)

// adminMethods are those of Slack's admin family that a workspace of its own has a use for.
func (s *Server) adminMethods() []method {
	people, scopes, channel := []chat.TokenType{chat.UserToken}, []string{"admin.conversations:write"}, []string{"channel_id"}
	refused := func(ofType string) map[string]string {
		return map[string]string{
			"invalid:type": ofType, "forbidden:general": ofType,
			"not_member": "could_not_convert_channel", "archived": "could_not_convert_channel",
		}
	}
	return []method{
		{name: "admin.conversations.convertToPrivate", handle: afresh(s.adminConvertToPrivate), tokens: people, scopes: scopes,
			required: channel, errors: refused("channel_type_not_supported")},
		{name: "admin.conversations.convertToPublic", handle: afresh(s.adminConvertToPublic), tokens: people, scopes: scopes,
			required: channel, errors: refused("not_supported")},
	}
}

// adminConvertToPrivate is for whom the settings let, in a channel that they are in:
// else it would vanish before their own eyes, perhaps with nobody left in it.
func (s *Server) adminConvertToPrivate(ctx context.Context, q *request) (answer, error) {
	may, err := q.may(ctx, chat.ConvertChannel)
	if err != nil {
		return nil, err
	}
	return q.convert(ctx, chat.PrivateChannel, may)
}

// adminConvertToPublic is for owners, as all of the channel's past is shown with it.
func (s *Server) adminConvertToPublic(ctx context.Context, q *request) (answer, error) {
	return q.convert(ctx, chat.PublicChannel, q.caller.Role.AtLeast(chat.Owner))
}

func (q *request) convert(ctx context.Context, to chat.ChannelType, may bool) (answer, error) {
	c, err := q.channel(ctx, q.args.channel("channel_id"))
	if err != nil {
		return nil, err
	}
	if !may {
		return nil, fail("restricted_action")
	}
	_, err = q.workspace.Convert(ctx, c.ID, q.actor(), to)
	return done(), err
}
