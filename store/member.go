package store

import (
	"context"
	"database/sql"

	"taut/chat"
)

// Join makes user a member from the returned seq on. inviter is "" where they
// came by themselves, as nobody does into a private channel: NotFound "channel".
// Exists "member", Archived, NotFound "channel" or "user", Invalid "type" for a DM,
// Limited "channels" for a guest of another single one; where the inviter is not in
// by then, as requireInsider.
func (w *Workspace) Join(ctx context.Context, ch chat.ChannelID, user, inviter chat.UserID) (joinedSeq int64, err error) {
	u, err := w.User(ctx, user)
	if err != nil {
		return 0, err
	}
	if u.Deleted {
		return 0, chat.NewError(chat.NotFound, "user")
	}
	door := anyDoor
	if inviter == "" {
		door = (*turn).openDoor
	}
	joinedSeq, err = w.join(ctx, ch, user, inviter, door)
	if err != nil {
		return 0, err
	}
	return joinedSeq, w.store.carryOut(ctx, w.id.Channel(ch), w.id.User(user))
}

// openDoor is NotFound "channel" of a private channel, which it may have become since
// the caller saw it; anyDoor lets in whoever was invited.
func (t *turn) openDoor() error {
	if t.head.channelType == chat.PrivateChannel {
		return chat.NewError(chat.NotFound, "channel")
	}
	return nil
}

func anyDoor(*turn) error { return nil }

// requireInsider is for who lets others in or takes them out, and may have been taken out
// themself since the caller looked: NotMember, or NotFound "channel" of one that is not
// public, which they don't see any more.
func (t *turn) requireInsider(u chat.UserID) error {
	err := t.requireMember(u)
	if chat.CodeOf(err) == chat.NotMember && t.head.channelType != chat.PublicChannel {
		return chat.NewError(chat.NotFound, "channel")
	}
	return err
}

// join appends the join, through a door, without waiting for its carry.
func (w *Workspace) join(ctx context.Context, ch chat.ChannelID, user, inviter chat.UserID, door func(*turn) error) (int64, error) {
	stream, err := w.channelStream(ch)
	if err != nil {
		return 0, err
	}
	var joinedSeq int64
	_, err = w.store.append(ctx, change{stream: stream, reads: []read{{member: user}, {member: inviter}}, apply: func(t *turn) error {
		if inviter != "" {
			if err := t.requireInsider(inviter); err != nil {
				return err
			}
		}
		if err := t.checkOpenChannel(); err != nil {
			return err
		}
		if _, in, err := t.member(user); err != nil || in {
			return orError(err, chat.Exists, "member")
		}
		if err := door(t); err != nil {
			return err
		}
		if err := t.mayEnter(user); err != nil {
			return err
		}
		seq, err := t.join(user, inviter)
		joinedSeq = seq
		return err
	}})
	if err != nil {
		return 0, err
	}
	return joinedSeq, nil
}

// orError is err, or the error with this code where err is nil.
func orError(err error, code chat.Code, what string) error {
	if err != nil {
		return err
	}
	return chat.NewError(code, what)
}

// checkOpenChannel refuses DMs, whose members are forever, and what is archived.
func (t *turn) checkOpenChannel() error {
	switch {
	case t.head.channelType == chat.DM || t.head.channelType == chat.GroupDM:
		return chat.NewError(chat.Invalid, "type")
	case t.head.archived:
		return chat.NewError(chat.Archived, "channel")
	}
	return nil
}

// join writes the interval's begin with its events. The member's first event is
// member_joined_channel.
func (t *turn) join(user, inviter chat.UserID) (joinedSeq int64, err error) {
	joinedSeq = t.head.seq + 1
	notice, err := t.emitJoin(user, inviter)
	if err != nil {
		return 0, err
	}
	t.setMember(user, member{JoinedSeq: joinedSeq, InvitedBy: inviter})
	return joinedSeq, t.carryJoined(user, joinedSeq, notice)
}

// emitJoin emits the two events of a join and gives the second, the message.
func (t *turn) emitJoin(user, inviter chat.UserID) (chat.Event, error) {
	fields := t.membershipFields(user)
	if inviter != "" {
		fields["inviter"] = inviter
	}
	if err := t.emitObject(chat.TypeMemberJoined, user, fields); err != nil {
		return chat.Event{}, err
	}
	return t.emitNotice(user, chat.Message{Subtype: chat.SubtypeJoin, Text: "has joined the channel", Inviter: inviter})
}

func (t *turn) membershipFields(user chat.UserID) map[string]any {
	letter := "C"
	if t.head.channelType != chat.PublicChannel {
		letter = "G"
	}
	return map[string]any{"user": user, "channel": t.head.stream.ID, "channel_type": letter, "team": t.head.stream.Workspace}
}

// Leave ends user's membership; actor is another than user for a kick, who must be in
// then (see requireInsider). NotMember, Archived, Forbidden "general" or, for the last
// one, by themself, "last_member", Invalid "type" for a DM.
func (w *Workspace) Leave(ctx context.Context, ch chat.ChannelID, user, actor chat.UserID) error {
	stream, err := w.channelStream(ch)
	if err != nil {
		return err
	}
	_, err = w.store.append(ctx, change{stream: stream, reads: []read{{member: user}, {member: actor}}, apply: func(t *turn) error {
		if actor != user && actor != "" {
			if err := t.requireInsider(actor); err != nil {
				return err
			}
		}
		if err := t.checkOpenChannel(); err != nil {
			return err
		}
		m, in, err := t.member(user)
		if err != nil || !in {
			return orError(err, chat.NotMember, "channel")
		}
		if t.head.general {
			return chat.NewError(chat.Forbidden, "general")
		}
		if user == actor && t.head.members <= 1 {
			return chat.NewError(chat.Forbidden, "last_member")
		}
		return t.leave(user, actor, m)
	}})
	if err != nil {
		return err
	}
	return w.store.carryOut(ctx, stream, w.id.User(user))
}

// leave ends the interval with the last event that the member gets.
func (t *turn) leave(user, actor chat.UserID, m member) error {
	notice := chat.Message{Subtype: chat.SubtypeLeave, Text: "has left the channel"}
	if actor != user && actor != "" {
		notice.Text = "was removed from the channel by <@" + string(actor) + ">"
	}
	if _, err := t.emitNotice(user, notice); err != nil {
		return err
	}
	fields := t.membershipFields(user)
	if actor != user && actor != "" {
		fields["actor_id"] = actor
	}
	left, err := t.emitFields(chat.TypeMemberLeft, user, fields)
	if err != nil {
		return err
	}
	m.LeftSeq = left.Seq
	t.setMember(user, m)
	return t.carryLeft(user, actor, m)
}

// Members lists the current members by id, those after the given one. NotFound "channel".
func (w *Workspace) Members(ctx context.Context, ch chat.ChannelID, after chat.UserID, limit int) ([]chat.UserID, error) {
	stream, err := w.channelStream(ch)
	if err != nil {
		return nil, err
	}
	rows, err := w.store.db.QueryContext(ctx, "SELECT user_id FROM stream_members "+
		"WHERE workspace_id = ? AND stream_id = ? AND user_id > ? AND left_seq = 0 ORDER BY user_id LIMIT ?",
		stream.Workspace, stream.ID, after, pageLimit(limit))
	users, err := collect(rows, err, func(r scanner) (u chat.UserID, err error) { return u, r.Scan(&u) })
	if err == nil && len(users) == 0 {
		_, err = w.Channel(ctx, ch)
	}
	return users, err
}

// IsMember asks the stream's own table, the authority.
func (w *Workspace) IsMember(ctx context.Context, ch chat.ChannelID, user chat.UserID) (bool, error) {
	var n int
	err := w.store.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM stream_members "+
		"WHERE workspace_id = ? AND stream_id = ? AND user_id = ? AND left_seq = 0", w.id, ch, user).Scan(&n)
	return n > 0, err
}

// selectMemberships has its arguments in each condition: joined to u's columns
// instead, SQLite takes to scanning the tables.
const selectMemberships = "SELECT COALESCE((SELECT h.seq FROM stream_heads h WHERE h.workspace_id = ? AND h.stream_id = ?), 0), " +
	"u.away, u.role, c.channel_id, c.joined_seq FROM users u " +
	"LEFT JOIN user_channels c ON c.workspace_id = ? AND c.user_id = ? AND c.left_seq = 0 " +
	"AND EXISTS (SELECT 1 FROM stream_members m WHERE m.workspace_id = ? AND m.stream_id = c.channel_id AND m.user_id = ? " +
	"AND m.joined_seq = c.joined_seq AND m.left_seq = 0) " +
	"WHERE u.workspace_id = ? AND u.user_id = ? ORDER BY c.channel_id"

// Memberships are the user's channels as of a seq of the user's stream, both
// read in one statement and so from one state of the database. A channel that
// the user has left is not among them even where the user's stream hasn't been
// told yet: whoever connects meanwhile gets nothing from after the leave.
// NotFound "user".
func (w *Workspace) Memberships(ctx context.Context, user chat.UserID) (snapshot chat.MembershipSnapshot, err error) {
	rows, err := w.store.db.QueryContext(ctx, selectMemberships, w.id, user, w.id, user, w.id, user, w.id, user)
	found, err := collect(rows, err, func(r scanner) (chat.Membership, error) {
		var channel sql.NullString
		var joined sql.NullInt64
		err := r.Scan(&snapshot.Seq, &snapshot.Away, &snapshot.Role, &channel, &joined)
		return chat.Membership{Channel: chat.ChannelID(channel.String), JoinedSeq: joined.Int64}, err
	})
	if err != nil {
		return snapshot, err
	}
	if len(found) == 0 {
		return snapshot, chat.NewError(chat.NotFound, "user")
	}
	if found[0].Channel != "" {
		snapshot.Channels = found
	}
	return snapshot, nil
}
