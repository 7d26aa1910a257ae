package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"taut/chat"
)

// A rename reserves the new name in the directory first, then goes through the
// channel's stream, where the actor's membership is checked, and comes back as a
// fact that makes the name the channel's. A reservation is one attempt's alone,
// which knows it by when it was made, and is good for reservationGood; the carrier
// releases those that came to nothing, so much later that no clock's error matters.
const (
	reservationGood = 30 * time.Second
	reservationEnds = 5 * time.Minute
)

// Rename gives a channel another name. Exists "name" (which another rename of the
// channel may be taking), NotMember, Archived, NotFound "channel", Invalid "type"
// for a DM.
func (w *Workspace) Rename(ctx context.Context, ch chat.ChannelID, actor chat.UserID, name string) (chat.Channel, error) {
	c, err := w.Channel(ctx, ch)
	if err != nil || c.Name == name {
		return c, err
	}
	reserved, err := w.reserveName(ctx, ch, name)
	if err != nil {
		return c, err
	}
	c, err = w.changeChannel(ctx, ch, actor, func(t *turn) (channelFact, error) {
		if err := t.checkOpenChannel(); err != nil {
			return channelFact{}, err
		}
		if reserved > 0 && chat.Now().UnixMilli()-reserved > reservationGood.Milliseconds() {
			return channelFact{}, chat.NewError(chat.Unavailable, "reservation")
		}
		return channelFact{Name: &name}, t.renameEvents(c, actor, name)
	})
	if reserved > 0 && refused(err) {
		err = errors.Join(err, w.releaseName(ctx, ch, name, reserved))
	}
	return c, err
}

// refused tells whether the channel's stream certainly didn't take a change.
func refused(err error) bool {
	switch chat.CodeOf(err) {
	case chat.NotMember, chat.Archived, chat.NotFound, chat.Invalid:
		return true
	}
	return false
}

// reserveName takes a name in the directory, under the lock that all names are
// taken under, and tells when; 0: it is the channel's already, in other letters.
func (w *Workspace) reserveName(ctx context.Context, ch chat.ChannelID, name string) (int64, error) {
	now, reserved := chat.Now().UnixMilli(), int64(0)
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) error {
		owner, pending, err := t.nameOwner(nameKey(name))
		switch {
		case err != nil:
			return err
		case owner == "":
			reserved = now
			t.exec(insertChannelName, w.id, nameKey(name), ch, now)
		case owner != ch || pending > 0:
			return chat.NewError(chat.Exists, "name")
		}
		return nil
	}})
	if err != nil {
		return 0, err
	}
	return reserved, nil
}

// nameOwner is the channel that has or reserves a name, and since when it
// reserves it.
func (t *turn) nameOwner(key string) (owner chat.ChannelID, pendingMS int64, err error) {
	err = t.queryRow("SELECT channel_id, pending_ms FROM channel_names WHERE workspace_id = ? AND name_key = ?", t.head.stream.Workspace, key).
		Scan(&owner, &pendingMS)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return owner, pendingMS, err
}

func (w *Workspace) releaseName(ctx context.Context, ch chat.ChannelID, name string, reserved int64) error {
	return w.store.write(context.WithoutCancel(ctx), func(t *tx) error {
		_, err := t.exec("DELETE FROM channel_names WHERE workspace_id = ? AND name_key = ? AND channel_id = ? AND pending_ms = ?", w.id, nameKey(name), ch, reserved)
		return err
	})
}

// renameEvents: like archiveEvents, of the type that the channel has by now: the caller's c
// may be of before a conversion.
func (t *turn) renameEvents(c chat.Channel, actor chat.UserID, name string) error {
	err := t.notice(actor, chat.Message{Subtype: chat.SubtypeName, Text: renameText(c.Name, name), OldName: c.Name, Name: name})
	if err != nil || t.head.channelType == chat.PublicChannel {
		return err
	}
	c.Name = name
	return t.emitObject("group_rename", actor, renameFields(c))
}

// changeName makes the reserved name the channel's and frees the one before. It
// gives the fact as it is to be told: should the name have become another
// channel's, which takes a clock that jumped, the channel keeps its own.
func (t *turn) changeName(c chat.Channel, f channelFact) (channelFact, error) {
	if f.Name == nil {
		return f, nil
	}
	before, key := nameKey(c.Name), nameKey(*f.Name)
	owner, _, err := t.nameOwner(key)
	switch {
	case err != nil:
		return f, err
	case owner == "":
		t.exec(insertChannelName, c.Workspace, key, c.ID, 0)
	case owner == c.ID:
		t.exec("UPDATE channel_names SET pending_ms = 0 WHERE workspace_id = ? AND name_key = ?", c.Workspace, key)
	default:
		t.batch.store.log.Error("a channel keeps its name: the new one is another's", "channel", c.ID, "other", owner)
		f.Name = nil
		return f, nil
	}
	if before != key {
		t.exec("DELETE FROM channel_names WHERE workspace_id = ? AND name_key = ? AND channel_id = ?", c.Workspace, before, c.ID)
	}
	return f, nil
}

// releaseNames frees the reservations of renames that never came to the
// channel's stream. One whose fact is still on its way is left alone.
func (s *Store) releaseNames(ctx context.Context) {
	err := s.write(ctx, func(t *tx) error {
		_, err := t.exec("DELETE FROM channel_names WHERE pending_ms > 0 AND pending_ms < ? AND NOT EXISTS (SELECT 1 FROM outbox o "+
			"WHERE o.workspace_id = channel_names.workspace_id AND o.stream_id = channel_names.channel_id)",
			chat.Now().Add(-reservationEnds).UnixMilli())
		return err
	})
	if err != nil {
		s.carrierFailed(ctx, "release reserved names", err)
	}
}
