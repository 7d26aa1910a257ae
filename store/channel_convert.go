package store

import (
	"context"
	"slices"

	"taut/chat"
)

// conversion is how a channel of one type becomes one of another: what its members
// are told, in Slack's words, and what the audit log calls it, by Slack's name.
type conversion struct {
	from          chat.ChannelType
	subtype, text string
	audit         string
}

var conversions = map[chat.ChannelType]conversion{
	chat.PrivateChannel: {
		chat.PublicChannel, chat.SubtypeToPrivate,
		"made this channel *private*. Now, it can only be viewed or joined by invitation.", "public_channel_converted_to_private",
	},
	chat.PublicChannel: {
		chat.PrivateChannel, chat.SubtypeToPublic,
		"made this channel *public*. Any member in this workspace can see and join it.", "group_converted_to_channel",
	},
}

// Convert makes a public channel private, or a private one public. Its id, its members
// and its log stay. The commit in its own stream decides who sees it from then on: the
// head's type goes before the directory's, which follows (see trueTypes). NotMember,
// Archived, NotFound "channel", Forbidden "general", Invalid "type" where it is not of
// the other type.
func (w *Workspace) Convert(ctx context.Context, ch chat.ChannelID, actor Actor, to chat.ChannelType) (chat.Channel, error) {
	return w.changeChannel(ctx, ch, actor.User, func(t *turn) (channelFact, error) {
		return channelFact{Type: to, Address: actor.Address}, t.convert(actor.User, to)
	})
}

// convert is of a turn of the channel's stream.
func (t *turn) convert(actor chat.UserID, to chat.ChannelType) error {
	how, ok := conversions[to]
	switch {
	case t.head.general:
		return chat.NewError(chat.Forbidden, "general")
	case !ok || t.head.channelType != how.from:
		return chat.NewError(chat.Invalid, "type")
	}
	t.head.channelType = to
	return t.notice(actor, chat.Message{Subtype: how.subtype, Text: how.text})
}

// tellConverted is of the workspace's stream: those who are no members take the
// channel out of what they know, or in. Of a private one nothing is told but its id.
func (t *turn) tellConverted(c chat.Channel, f channelFact) error {
	how := conversions[f.Type]
	t.audit(AuditEntry{Actor: Actor{User: f.Actor, Address: f.Address}, Action: how.audit, Target: string(c.ID)})
	if f.Type == chat.PublicChannel {
		return t.emitObject(how.subtype, "", map[string]any{"channel": c.Object()})
	}
	if err := t.unlinkFromGroups(c, f.Actor); err != nil {
		return err
	}
	return t.emitObject(how.subtype, "", map[string]any{"channel": c.ID})
}

// unlinkFromGroups takes the channel from the groups that name it: all of the
// workspace sees those.
func (t *turn) unlinkFromGroups(c chat.Channel, actor chat.UserID) error {
	rows, err := t.query(selectGroups+" ORDER BY name_key", string(c.Workspace))
	groups, err := collect(rows, err, func(r scanner) (chat.Usergroup, error) { return scanGroup(c.Workspace, r) })
	if err != nil {
		return err
	}
	for _, g := range groups {
		linked := len(g.Channels)
		if g.Channels = slices.DeleteFunc(g.Channels, func(id chat.ChannelID) bool { return id == c.ID }); len(g.Channels) == linked {
			continue
		}
		if err := t.writeGroup(&g, actor); err != nil {
			return err
		}
	}
	return nil
}

// PublicAmong are those of the channels that are public now, by their streams' heads: what
// is told, indexed or remembered of them follows those.
func (w *Workspace) PublicAmong(ctx context.Context, channels []chat.ChannelID) (map[chat.ChannelID]bool, error) {
	return publicAmong(w.id, channels, func(query string, args ...any) (someRows, error) {
		return w.store.db.QueryContext(ctx, query, args...)
	})
}

// publicAmong is PublicAmong in a turn of the workspace's stream: of a conversion that
// commits together with the turn it doesn't know, but what follows that in the workspace's
// stream comes after the turn.
func (t *turn) publicAmong(channels []chat.ChannelID) (map[chat.ChannelID]bool, error) {
	return publicAmong(t.head.stream.Workspace, channels, func(query string, args ...any) (someRows, error) { return t.query(query, args...) })
}

func publicAmong(w chat.WorkspaceID, channels []chat.ChannelID, ask func(query string, args ...any) (someRows, error)) (map[chat.ChannelID]bool, error) {
	public := make(map[chat.ChannelID]bool, len(channels))
	err := inChunks(channels, func(chunk []any) error {
		rows, err := ask("SELECT stream_id FROM heads WHERE workspace_id = ? AND channel_type = ? AND stream_id IN ("+placeholders(len(chunk))+")",
			append([]any{w, chat.PublicChannel}, chunk...)...)
		found, err := collect(rows, err, func(r scanner) (id chat.ChannelID, err error) { return id, r.Scan(&id) })
		for _, id := range found {
			public[id] = true
		}
		return err
	})
	return public, err
}

// trueTypes gives channels the types of their streams' heads, where the directory has
// yet to follow a conversion, and leaves out those that then are not for whom the query
// names: of types that it doesn't ask for, or not to be seen by them.
func (w *Workspace) trueTypes(ctx context.Context, channels []chat.Channel, heads []chat.ChannelType, q ChannelQuery) ([]chat.Channel, error) {
	kept := make([]chat.Channel, 0, len(channels))
	for i, c := range channels {
		if heads[i] != "" && heads[i] != c.Type {
			c.Type = heads[i]
			shown, err := w.stillFor(ctx, c, q)
			if err != nil {
				return nil, err
			}
			if !shown {
				continue
			}
		}
		kept = append(kept, c)
	}
	return kept, nil
}

// stillFor tells whether a query that found a channel finds it too with the type that it
// has by now. What names nobody is the server's own, as an export, and misses nothing.
func (w *Workspace) stillFor(ctx context.Context, c chat.Channel, q ChannelQuery) (bool, error) {
	if q.VisibleTo == "" && q.MemberOf == "" {
		return true, nil
	}
	if !slices.Contains(q.types(), c.Type) {
		return false, nil
	}
	if q.VisibleTo == "" || c.Type == chat.PublicChannel {
		return true, nil
	}
	return w.IsMember(ctx, c.ID, q.VisibleTo)
}
