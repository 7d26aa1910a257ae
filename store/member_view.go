package store

import (
	"context"
	"database/sql"
	"errors"

	"taut/chat"
)

// membershipFact is a begin or an end of a membership, for the user's view.
type membershipFact struct {
	JoinedSeq int64       `json:"joined_seq"`
	LeftSeq   int64       `json:"left_seq,omitempty"`
	Actor     chat.UserID `json:"actor,omitempty"`
	// Of a join: where the user's reading begins.
	TS chat.TS `json:"ts,omitzero"`
	N  int64   `json:"n,omitempty"`
}

func (t *turn) carryJoined(user chat.UserID, joinedSeq int64, at chat.Event) error {
	return t.carry(fact{Target: t.head.stream.Workspace.User(user), Kind: factJoined,
		Body: membershipFact{JoinedSeq: joinedSeq, TS: at.TS, N: at.N}})
}

func (t *turn) carryLeft(user, actor chat.UserID, m member) error {
	return t.carry(fact{Target: t.head.stream.Workspace.User(user), Kind: factLeft,
		Body: membershipFact{JoinedSeq: m.JoinedSeq, LeftSeq: m.LeftSeq, Actor: actor}})
}

// applyMembership writes the user's view and tells the user's stream, unless
// the view has seen a later seq of the channel.
func (s *Store) applyMembership(ctx context.Context, c carried, f membershipFact) error {
	w := s.Workspace(c.source.Workspace)
	channel, err := w.channelRow(ctx, chat.ChannelID(c.source.ID))
	if err != nil {
		return err
	}
	user := chat.UserID(c.target)
	_, err = s.append(ctx, change{stream: c.targetStream(), create: &head{}, apply: func(t *turn) error {
		seen, err := t.seenSeq("SELECT source_seq FROM user_channels WHERE workspace_id = ? AND user_id = ? AND channel_id = ?",
			w.id, user, channel.ID)
		if err != nil || seen >= c.seq {
			return err
		}
		return t.showMembership(user, channel, f, c.seq)
	}})
	return err
}

// showMembership is of a turn of the user's stream.
func (t *turn) showMembership(user chat.UserID, c chat.Channel, f membershipFact, sourceSeq int64) error {
	dialect := t.batch.store.dialect
	t.exec(dialect.upsert("user_channels", "workspace_id, user_id, channel_id", "joined_seq, left_seq, source_seq, is_open"),
		c.Workspace, user, c.ID, f.JoinedSeq, f.LeftSeq, sourceSeq, f.LeftSeq == 0)
	if f.LeftSeq > 0 {
		return t.emitLeft(user, c, f)
	}
	t.exec(dialect.advanceMarks(1), markKey{c.Workspace, user, c.ID}.row(f.TS, f.N)...)
	return t.emitJoined(user, c, f)
}

// seenSeq is the source's seq that a row of a view shows; 0 where there is none.
func (t *turn) seenSeq(query string, args ...any) (seq int64, err error) {
	err = t.queryRow(query, args...).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return seq, err
}

// joinedTypes and leftTypes are Slack's names of a user's own joins and leaves.
var joinedTypes = map[chat.ChannelType]string{
	chat.PublicChannel: "channel_joined", chat.PrivateChannel: "group_joined", chat.DM: "im_created", chat.GroupDM: "mpim_joined",
}

var leftTypes = map[chat.ChannelType]string{chat.PublicChannel: "channel_left", chat.PrivateChannel: "group_left"}

func (t *turn) emitJoined(user chat.UserID, c chat.Channel, f membershipFact) error {
	object, yes := c.ObjectFor(user), true
	if c.Type == chat.DM || c.Type == chat.GroupDM {
		object.IsOpen = &yes
	}
	if c.Type != chat.DM {
		object.IsMember = &yes
	}
	fields := map[string]any{"channel": object, "stream_id": c.ID, "joined_seq": f.JoinedSeq}
	if c.Type == chat.DM {
		fields["user"] = object.User
	}
	return t.emitObject(joinedTypes[c.Type], user, fields)
}

func (t *turn) emitLeft(user chat.UserID, c chat.Channel, f membershipFact) error {
	fields := map[string]any{"channel": c.ID, "stream_id": c.ID, "left_seq": f.LeftSeq}
	if f.Actor != "" {
		fields["actor_id"] = f.Actor
	}
	return t.emitObject(leftTypes[c.Type], user, fields)
}
