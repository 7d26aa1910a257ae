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
// fact that makes the name the channel's. A reservation is good for
// reservationGood; the carrier releases those that came to nothing, so much
// later that no clock's error matters.
const (
	reservationGood = 30 * time.Second
	reservationEnds = 5 * time.Minute
)

// Rename gives a channel another name. Exists "name", NotMember, Archived,
// NotFound "channel", Invalid "type" for a DM.
func (w *Workspace) Rename(ctx context.Context, ch chat.ChannelID, actor chat.UserID, name string) (chat.Channel, error) {
	c, err := w.Channel(ctx, ch)
	if err != nil || c.Name == name {
		return c, err
	}
	reserved := time.Now()
	if err := w.reserveName(ctx, ch, name); err != nil {
		return c, err
	}
	c, err = w.changeChannel(ctx, ch, actor, func(t *turn) (channelFact, error) {
		if err := t.checkOpenChannel(); err != nil {
			return channelFact{}, err
		}
		if time.Since(reserved) > reservationGood {
			return channelFact{}, chat.NewError(chat.Unavailable, "reservation")
		}
		return channelFact{Name: &name}, t.renameEvents(c, actor, name)
	})
	if refused(err) {
		err = errors.Join(err, w.releaseName(ctx, ch, name))
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
// taken under.
func (w *Workspace) reserveName(ctx context.Context, ch chat.ChannelID, name string) error {
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) error {
		var owner chat.ChannelID
		err := t.queryRow("SELECT channel_id FROM channel_names WHERE workspace_id = ? AND name_key = ?", w.id, nameKey(name)).Scan(&owner)
		if errors.Is(err, sql.ErrNoRows) {
			t.exec(insertChannelName, w.id, nameKey(name), ch, t.nowMS)
			return nil
		}
		if err == nil && owner != ch {
			return chat.NewError(chat.Exists, "name")
		}
		t.exec("UPDATE channel_names SET pending_ms = ? WHERE workspace_id = ? AND name_key = ? AND pending_ms > 0", t.nowMS, w.id, nameKey(name))
		return err
	}})
	return err
}

func (w *Workspace) releaseName(ctx context.Context, ch chat.ChannelID, name string) error {
	return w.store.write(context.WithoutCancel(ctx), func(t *tx) error {
		_, err := t.exec("DELETE FROM channel_names WHERE workspace_id = ? AND name_key = ? AND channel_id = ? AND pending_ms > 0", w.id, nameKey(name), ch)
		return err
	})
}

// renameEvents: like archiveEvents.
func (t *turn) renameEvents(c chat.Channel, actor chat.UserID, name string) error {
	err := t.notice(actor, chat.Message{Subtype: chat.SubtypeName, Text: renameText(c.Name, name), OldName: c.Name, Name: name})
	if err != nil || c.Type == chat.PublicChannel {
		return err
	}
	c.Name = name
	return t.emitObject("group_rename", actor, renameFields(c))
}

// changeName makes the reserved name the channel's and frees the one before.
func (t *turn) changeName(c *chat.Channel, f channelFact) error {
	if f.Name == nil {
		return nil
	}
	if old := nameKey(c.Name); old != nameKey(*f.Name) {
		t.exec("DELETE FROM channel_names WHERE workspace_id = ? AND name_key = ? AND channel_id = ?", c.Workspace, old, c.ID)
	}
	t.exec("UPDATE channel_names SET pending_ms = 0 WHERE workspace_id = ? AND name_key = ? AND channel_id = ?", c.Workspace, nameKey(*f.Name), c.ID)
	return nil
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
