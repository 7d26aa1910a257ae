package store

import (
	"context"

	"taut/chat"
)

// Reminder is what a person wants to be reminded of. Times are in seconds.
type Reminder struct {
	ID   string // Rm…
	User chat.UserID
	Text string
	At   int64 // the next time
	// Recurrence is how it recurs, in a form that the store does not read; "":
	// once.
	Recurrence string
	Completed  int64 // 0: not yet
	Created    int64
}

// maxReminders is how many a person may have, the completed included: those make
// room when it is needed.
const maxReminders = 1000

// AddReminder keeps a reminder until At. NotFound "user"; Limited "reminders".
func (w *Workspace) AddReminder(ctx context.Context, r Reminder) (Reminder, error) {
	if _, err := w.User(ctx, r.User); err != nil {
		return r, err
	}
	r.ID, r.Created, r.Completed = chat.NewID("Rm"), chat.Now().Unix(), 0
	_, err := w.store.append(ctx, change{stream: w.id.User(r.User), create: &head{}, apply: func(t *turn) error {
		if err := t.roomForReminder(r.User); err != nil {
			return err
		}
		t.exec("INSERT INTO reminders (workspace_id, "+reminderColumns+") VALUES ("+placeholders(8)+")",
			string(w.id), string(r.User), r.ID, r.Text, r.At, r.Recurrence, r.Completed, r.Created)
		t.setDue(DueReminder, r.ID, r.At*1000)
		return t.emitObject("reminder_added", r.User, map[string]any{"reminder_id": r.ID})
	}})
	if err == nil {
		w.store.noteDue()
	}
	return r, err
}

// roomForReminder forgets the completed ones where there is no room.
func (t *turn) roomForReminder(user chat.UserID) error {
	w := t.head.stream.Workspace
	var all, open int
	err := t.queryRow("SELECT COUNT(*), COALESCE(SUM(CASE WHEN completed = 0 THEN 1 ELSE 0 END), 0) FROM reminders WHERE workspace_id = ? AND user_id = ?",
		string(w), string(user)).Scan(&all, &open)
	switch {
	case err != nil:
		return err
	case open >= maxReminders:
		return chat.NewError(chat.Limited, "reminders")
	case all >= maxReminders:
		t.batch.redacts = true
		t.exec("DELETE FROM reminders WHERE workspace_id = ? AND user_id = ? AND completed <> 0", string(w), string(user))
	}
	return nil
}

const reminderColumns = "user_id, reminder_id, text, at, recurrence, completed, created"

const selectReminders = "SELECT " + reminderColumns + " FROM reminders WHERE workspace_id = ? AND user_id = ?"

func scanReminder(row scanner) (r Reminder, err error) {
	err = row.Scan(&r.User, &r.ID, &r.Text, &r.At, &r.Recurrence, &r.Completed, &r.Created)
	return r, absent(err, "reminder")
}

// Reminders are all of a person's, the next one first.
func (w *Workspace) Reminders(ctx context.Context, user chat.UserID) ([]Reminder, error) {
	rows, err := w.store.db.QueryContext(ctx, selectReminders+" ORDER BY at, reminder_id", w.id, user)
	return collect(rows, err, scanReminder)
}

// Reminder is one of a person's own. NotFound "reminder".
func (w *Workspace) Reminder(ctx context.Context, user chat.UserID, id string) (Reminder, error) {
	return scanReminder(w.store.db.QueryRowContext(ctx, selectReminders+" AND reminder_id = ?", w.id, user, id))
}

// changeReminder runs change on a reminder under its person's lock.
func (w *Workspace) changeReminder(ctx context.Context, user chat.UserID, id string, do func(t *turn, r Reminder) error) error {
	_, err := w.store.append(ctx, change{stream: w.id.User(user), create: &head{}, apply: func(t *turn) error {
		r, err := scanReminder(t.queryRow(selectReminders+" AND reminder_id = ?", string(w.id), string(user), id))
		if err != nil {
			return err
		}
		return do(t, r)
	}})
	return err
}

// CompleteReminder marks a reminder done: it does not come any more. NotFound
// "reminder", Invalid "recurring" of one that recurs.
func (w *Workspace) CompleteReminder(ctx context.Context, user chat.UserID, id string) error {
	return w.changeReminder(ctx, user, id, func(t *turn, r Reminder) error {
		switch {
		case r.Recurrence != "":
			return chat.NewError(chat.Invalid, "recurring")
		case r.Completed != 0:
			return nil
		}
		t.exec("UPDATE reminders SET completed = ? WHERE workspace_id = ? AND user_id = ? AND reminder_id = ?", t.nowMS/1000, string(w.id), string(user), id)
		t.clearDue(DueReminder, id)
		return t.emitObject("reminder_completed", user, map[string]any{"reminder_id": id})
	})
}

// DeleteReminder forgets a reminder. NotFound "reminder".
func (w *Workspace) DeleteReminder(ctx context.Context, user chat.UserID, id string) error {
	return w.changeReminder(ctx, user, id, func(t *turn, _ Reminder) error {
		t.batch.redacts = true
		t.exec("DELETE FROM reminders WHERE workspace_id = ? AND user_id = ? AND reminder_id = ?", string(w.id), string(user), id)
		t.clearDue(DueReminder, id)
		return t.emitObject("reminder_deleted", user, map[string]any{"reminder_id": id})
	})
}
