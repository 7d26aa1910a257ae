package store

import (
	"context"
	"encoding/json"

	"taut/chat"
)

// ChannelQuery selects from the directory, by id.
type ChannelQuery struct {
	Types           []chat.ChannelType // none: public channels
	ExcludeArchived bool
	MemberOf        chat.UserID    // only those that the user is in; "" for any
	VisibleTo       chat.UserID    // private ones, DMs and group DMs only where the user is in; "" for any
	SharedOnly      bool           // with VisibleTo: public ones too only where the user is in
	After           chat.ChannelID // ids greater than this
	Limit           int            // 0: 1,000
}

const channelColumns = "channel_id, type, name, previous_names, creator, general, archived, " +
	"topic, topic_user, topic_ms, purpose, purpose_user, purpose_ms, dm_users, created_ms, updated_ms"

func scanChannel(w chat.WorkspaceID, r scanner) (chat.Channel, error) {
	c := chat.Channel{Workspace: w}
	var previous, users []byte
	err := r.Scan(&c.ID, &c.Type, &c.Name, &previous, &c.Creator, &c.General, &c.Archived,
		&c.Topic.Value, &c.Topic.Creator, &c.Topic.SetMS, &c.Purpose.Value, &c.Purpose.Creator, &c.Purpose.SetMS,
		&users, &c.CreatedMS, &c.UpdatedMS)
	if err != nil {
		return c, absent(err, "channel")
	}
	if err := json.Unmarshal(previous, &c.PreviousNames); err != nil {
		return c, err
	}
	return c, json.Unmarshal(users, &c.DMUsers)
}

// Channel is one conversation of any type. NotFound "channel".
func (w *Workspace) Channel(ctx context.Context, id chat.ChannelID) (chat.Channel, error) {
	c, err := w.channelRow(ctx, id)
	if err != nil {
		return c, err
	}
	one, err := w.withHeads(ctx, []chat.Channel{c}, ChannelQuery{})
	if err != nil {
		return c, err
	}
	return one[0], nil
}

// channelRow is the directory's row alone: without NumMembers.
func (w *Workspace) channelRow(ctx context.Context, id chat.ChannelID) (chat.Channel, error) {
	return scanChannel(w.id, w.store.db.QueryRowContext(ctx,
		"SELECT "+channelColumns+" FROM channels WHERE workspace_id = ? AND channel_id = ?", w.id, id))
}

// ChannelByName finds a channel. NotFound "channel".
func (w *Workspace) ChannelByName(ctx context.Context, name string) (chat.Channel, error) {
	var id chat.ChannelID
	err := w.store.db.QueryRowContext(ctx,
		"SELECT channel_id FROM channel_names WHERE workspace_id = ? AND name_key = ? AND pending_ms = 0", w.id, nameKey(name)).Scan(&id)
	if err != nil {
		return chat.Channel{}, absent(err, "channel")
	}
	return w.Channel(ctx, id)
}

// Channels lists by id.
func (w *Workspace) Channels(ctx context.Context, q ChannelQuery) ([]chat.Channel, error) {
	query, args := q.sql(w.id)
	rows, err := w.store.db.QueryContext(ctx, query, args...)
	channels, err := collect(rows, err, func(r scanner) (chat.Channel, error) { return scanChannel(w.id, r) })
	if err != nil {
		return nil, err
	}
	seen, err := w.withHeads(ctx, channels, q)
	if err != nil || len(seen) == len(channels) {
		return seen, err
	}
	// Others take the places of those left out: who asks goes by a page's length.
	q.After, q.Limit = channels[len(channels)-1].ID, len(channels)-len(seen)
	rest, err := w.Channels(ctx, q)
	return append(seen, rest...), err
}

const isMember = "SELECT 1 FROM user_channels m WHERE m.workspace_id = c.workspace_id AND m.user_id = ? AND m.channel_id = c.channel_id AND m.left_seq = 0"

func (q ChannelQuery) types() []chat.ChannelType {
	if len(q.Types) == 0 {
		return []chat.ChannelType{chat.PublicChannel}
	}
	return q.Types
}

func (q ChannelQuery) sql(w chat.WorkspaceID) (string, []any) {
	types := q.types()
	query := "SELECT " + channelColumns + " FROM channels c WHERE c.workspace_id = ? AND c.channel_id > ? AND c.type IN (" + placeholders(len(types)) + ")"
	args := []any{w, q.After}
	for _, t := range types {
		args = append(args, t)
	}
	if q.ExcludeArchived {
		query += " AND c.archived = 0"
	}
	if q.MemberOf != "" {
		// The user's own channels are the shorter list to go through.
		query += " AND c.channel_id IN (SELECT m.channel_id FROM user_channels m WHERE m.workspace_id = ? AND m.user_id = ? AND m.left_seq = 0)"
		args = append(args, w, q.MemberOf)
	}
	switch {
	case q.VisibleTo == "":
	case q.SharedOnly:
		query += " AND EXISTS (" + isMember + ")"
		args = append(args, q.VisibleTo)
	default:
		query += " AND (c.type = ? OR EXISTS (" + isMember + "))"
		args = append(args, chat.PublicChannel, q.VisibleTo)
	}
	return query + " ORDER BY c.channel_id LIMIT ?", append(args, pageLimit(q.Limit))
}

// withHeads fills in what the streams' own heads know: how many members there are, and
// of what type the channel is by now.
func (w *Workspace) withHeads(ctx context.Context, channels []chat.Channel, q ChannelQuery) ([]chat.Channel, error) {
	index := make(map[chat.ChannelID]int, len(channels))
	ids, types := make([]chat.ChannelID, len(channels)), make([]chat.ChannelType, len(channels))
	for i, c := range channels {
		index[c.ID], ids[i] = i, c.ID
	}
	err := inChunks(ids, func(chunk []any) error {
		rows, err := w.store.db.QueryContext(ctx, "SELECT stream_id, members, channel_type FROM stream_heads WHERE workspace_id = ? AND stream_id IN ("+
			placeholders(len(chunk))+")", append([]any{w.id}, chunk...)...)
		_, err = collect(rows, err, func(r scanner) (struct{}, error) {
			var id chat.ChannelID
			var n int
			var kind chat.ChannelType
			err := r.Scan(&id, &n, &kind)
			channels[index[id]].NumMembers, types[index[id]] = n, kind
			return struct{}{}, err
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return w.trueTypes(ctx, channels, types, q)
}

// channelStream is the channel's stream; another kind of id names no channel.
func (w *Workspace) channelStream(ch chat.ChannelID) (chat.Stream, error) {
	stream := w.id.Channel(ch)
	if !chat.ValidID(string(ch), "CDG") {
		return stream, chat.NewError(chat.NotFound, "channel")
	}
	return stream, nil
}
