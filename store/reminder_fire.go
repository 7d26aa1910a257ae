package store

import (
	"context"
	"errors"
	"strconv"

	"taut/chat"
)

// FireReminder reminds a person, in their DM with Slackbot, and says when the
// reminder comes next. message makes the text, next the next time in seconds of a
// reminder that recurs; 0: never.
//
// The message is posted under a key of the reminder and its own time: a death
// before the reminder is marked as done makes no second message, and neither does
// one that was put off.
func (w *Workspace) FireReminder(ctx context.Context, d Due, message func(Reminder) chat.Message, next func(Reminder) int64) error {
	r, err := w.Reminder(ctx, chat.UserID(d.Stream.ID), d.Item)
	if chat.CodeOf(err) == chat.NotFound {
		return w.store.DropDue(ctx, d)
	}
	if err != nil {
		return err
	}
	if r.At*1000 > d.MS { // another process told of it; what is put off is due later than at
		return nil
	}
	posted, err := w.tell(ctx, d, r.At, message(r))
	if chat.CodeOf(err) == chat.NotFound { // they were deactivated
		return w.SkipReminder(ctx, d, next)
	}
	if err != nil {
		return err
	}
	err = w.changeReminder(ctx, r.User, r.ID, func(t *turn, r Reminder) error {
		if err := t.mustBeDue(d); err != nil {
			return err
		}
		t.clearDue(d.Kind, r.ID)
		if at := next(r); at > 0 {
			t.remindAt(r, at)
		}
		return t.emitObject("reminder_fired", r.User, map[string]any{
			"reminder_id": r.ID, "channel": posted.Event.Stream.ID, "ts": posted.Event.TS,
		})
	})
	if errors.Is(err, errNotDue) || chat.CodeOf(err) == chat.NotFound {
		return nil
	}
	return err
}

// SkipReminder lets a reminder go by untold: one that recurs comes again at its
// next time, another one is completed.
func (w *Workspace) SkipReminder(ctx context.Context, d Due, next func(Reminder) int64) error {
	err := w.changeReminder(ctx, chat.UserID(d.Stream.ID), d.Item, func(t *turn, r Reminder) error {
		if err := t.mustBeDue(d); err != nil {
			return err
		}
		t.clearDue(d.Kind, r.ID)
		if at := next(r); at > 0 {
			t.remindAt(r, at)
			return nil
		}
		t.exec("UPDATE reminders SET completed = ? WHERE workspace_id = ? AND user_id = ? AND reminder_id = ? AND completed = 0",
			t.nowMS/1000, string(w.id), string(r.User), r.ID)
		return t.emitObject("reminder_completed", r.User, map[string]any{"reminder_id": r.ID})
	})
	switch {
	case errors.Is(err, errNotDue):
		return nil
	case chat.CodeOf(err) == chat.NotFound:
		return w.store.DropDue(ctx, d)
	}
	return err
}

// remindAt says when a reminder comes next.
func (t *turn) remindAt(r Reminder, at int64) {
	t.setDue(DueReminder, r.ID, at*1000)
	t.exec("UPDATE reminders SET at = ? WHERE workspace_id = ? AND user_id = ? AND reminder_id = ?",
		at, string(t.head.stream.Workspace), string(r.User), r.ID)
}

// tell posts what Slackbot has to say to the person whose thing is due, once for
// the time, in seconds, at which they want to be told.
// NotFound "user" where they are not there any more.
func (w *Workspace) tell(ctx context.Context, d Due, at int64, m chat.Message) (Posted, error) {
	user := chat.UserID(d.Stream.ID)
	if u, err := w.User(ctx, user); err != nil || u.Deleted {
		return Posted{}, orError(err, chat.NotFound, "user")
	}
	dm, _, err := w.OpenDM(ctx, []chat.UserID{user, chat.Slackbot})
	if err != nil {
		return Posted{}, err
	}
	return w.PostMessage(ctx, Post{
		Channel: dm.ID, Author: chat.Slackbot, Message: m, SkipMembership: true,
		Key: itemOf(string(d.Kind), d.Item, strconv.FormatInt(at*1000, 10)),
	})
}
