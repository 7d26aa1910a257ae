package store

import (
	"context"
	"errors"
	"strconv"

	"taut/chat"
)

// FireSaved reminds a person of a message that they saved, if they may still read
// it: message makes the text.
func (w *Workspace) FireSaved(ctx context.Context, d Due, message func(Saved) chat.Message) error {
	channel, number := partsOf(d.Item)
	ts, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return w.store.DropDue(ctx, d)
	}
	user := chat.UserID(d.Stream.ID)
	item, err := scanSaved(w.store.db.QueryRowContext(ctx, selectSaved+" AND channel_id = ? AND ts = ?", w.id, user, channel, ts))
	switch {
	case chat.CodeOf(err) == chat.NotFound:
		return w.store.DropDue(ctx, d)
	case err != nil:
		return err
	case item.Due*1000 > d.MS: // they changed their mind
		return nil
	}
	readable, err := w.mayRead(ctx, user, chat.ChannelID(channel))
	if err == nil && readable {
		_, err = w.tell(ctx, d, item.Due, message(item))
	}
	if err != nil && chat.CodeOf(err) != chat.NotFound {
		return err
	}
	_, err = w.store.append(ctx, change{stream: d.Stream, apply: func(t *turn) error {
		if err := t.mustBeDue(d); err != nil {
			return err
		}
		t.clearDue(d.Kind, d.Item)
		s, err := t.saved(user, chat.ChannelID(channel), chat.TS(ts))
		if chat.CodeOf(err) == chat.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		return t.emitObject("saved_due", user, savedFields(s))
	}})
	if errors.Is(err, errNotDue) {
		return nil
	}
	return err
}

// mayRead tells whether the user sees the channel: as a member, or, unless they
// are a guest, as it is public.
func (w *Workspace) mayRead(ctx context.Context, user chat.UserID, ch chat.ChannelID) (bool, error) {
	in, err := w.IsMember(ctx, ch, user)
	if err != nil || in {
		return in, err
	}
	c, err := w.Channel(ctx, ch)
	if err != nil || c.Type != chat.PublicChannel {
		return false, err
	}
	u, err := w.User(ctx, user)
	return err == nil && !u.Role.IsGuest(), err
}
