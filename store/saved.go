package store

import (
	"context"
	"strconv"

	"taut/chat"
)

// SavedState is what a person has done about a message that they saved.
type SavedState string

const (
	SavedOpen      SavedState = "in_progress"
	SavedCompleted SavedState = "completed"
	SavedArchived  SavedState = "archived"
)

// Saved is a message that a person keeps for later. Times are in seconds; 0: none.
type Saved struct {
	Channel   chat.ChannelID
	TS        chat.TS
	State     SavedState
	Created   int64
	Updated   int64
	Due       int64 // when they want to be reminded
	Completed int64
}

// maxSaved is how many a person may keep.
const maxSaved = 10_000

const savedColumns = "channel_id, ts, state, created, updated, due, completed"

const selectSaved = "SELECT " + savedColumns + " FROM saved_items WHERE workspace_id = ? AND user_id = ?"

func scanSaved(r scanner) (s Saved, err error) {
	err = r.Scan(&s.Channel, &s.TS, &s.State, &s.Created, &s.Updated, &s.Due, &s.Completed)
	return s, absent(err, "saved")
}

func savedItem(ch chat.ChannelID, ts chat.TS) string {
	return itemOf(string(ch), strconv.FormatInt(int64(ts), 10))
}

// Save keeps a message for later. Whether the person may read it is the caller's
// to check. Exists "saved", Limited "saved".
func (w *Workspace) Save(ctx context.Context, user chat.UserID, s Saved) (Saved, error) {
	s.State = SavedOpen
	err := w.saveTurn(ctx, user, func(t *turn) error {
		s.Created, s.Updated = t.nowMS/1000, t.nowMS/1000
		var all, same int
		err := t.queryRow("SELECT COUNT(*), COALESCE(SUM(CASE WHEN channel_id = ? AND ts = ? THEN 1 ELSE 0 END), 0) FROM saved_items WHERE workspace_id = ? AND user_id = ?",
			string(s.Channel), int64(s.TS), string(w.id), string(user)).Scan(&all, &same)
		switch {
		case err != nil:
			return err
		case same > 0:
			return chat.NewError(chat.Exists, "saved")
		case all >= maxSaved:
			return chat.NewError(chat.Limited, "saved")
		}
		return t.writeSaved("saved_added", user, s)
	})
	return s, err
}

func (w *Workspace) saveTurn(ctx context.Context, user chat.UserID, apply func(t *turn) error) error {
	_, err := w.store.append(ctx, change{stream: w.id.User(user), create: &head{}, apply: apply})
	if err == nil {
		w.store.noteDue()
	}
	return err
}

// writeSaved writes an item, and when it is due, and tells the person's devices.
func (t *turn) writeSaved(event string, user chat.UserID, s Saved) error {
	w := t.head.stream.Workspace
	t.exec(t.batch.store.dialect.upsert("saved_items", "workspace_id, user_id, channel_id, ts", "state, created, updated, due, completed"),
		string(w), string(user), string(s.Channel), int64(s.TS), string(s.State), s.Created, s.Updated, s.Due, s.Completed)
	if s.Due > 0 && s.State == SavedOpen {
		t.setDue(DueSaved, savedItem(s.Channel, s.TS), s.Due*1000)
	} else {
		t.clearDue(DueSaved, savedItem(s.Channel, s.TS))
	}
	return t.emitObject(event, user, savedFields(s))
}

func savedFields(s Saved) map[string]any {
	return map[string]any{"item_type": "message", "item_id": s.Channel, "ts": s.TS, "state": s.State, "date_due": s.Due, "date_completed": s.Completed}
}

// UpdateSaved applies change, which may run more than once. NotFound "saved".
func (w *Workspace) UpdateSaved(ctx context.Context, user chat.UserID, ch chat.ChannelID, ts chat.TS, update func(*Saved)) (Saved, error) {
	var s Saved
	err := w.saveTurn(ctx, user, func(t *turn) (err error) {
		if s, err = t.saved(user, ch, ts); err != nil {
			return err
		}
		update(&s)
		s.Updated = t.nowMS / 1000
		switch {
		case s.State != SavedCompleted:
			s.Completed = 0
		case s.Completed == 0:
			s.Completed = s.Updated
		}
		return t.writeSaved("saved_updated", user, s)
	})
	return s, err
}

func (t *turn) saved(user chat.UserID, ch chat.ChannelID, ts chat.TS) (Saved, error) {
	return scanSaved(t.queryRow(selectSaved+" AND channel_id = ? AND ts = ?", string(t.head.stream.Workspace), string(user), string(ch), int64(ts)))
}

// Unsave forgets an item. NotFound "saved".
func (w *Workspace) Unsave(ctx context.Context, user chat.UserID, ch chat.ChannelID, ts chat.TS) error {
	return w.saveTurn(ctx, user, func(t *turn) error {
		s, err := t.saved(user, ch, ts)
		if err != nil {
			return err
		}
		t.exec("DELETE FROM saved_items WHERE workspace_id = ? AND user_id = ? AND channel_id = ? AND ts = ?", string(w.id), string(user), string(ch), int64(ts))
		t.clearDue(DueSaved, savedItem(ch, ts))
		return t.emitObject("saved_removed", user, savedFields(s))
	})
}

// ClearCompleted forgets all completed items.
func (w *Workspace) ClearCompleted(ctx context.Context, user chat.UserID) error {
	return w.saveTurn(ctx, user, func(t *turn) error {
		t.exec("DELETE FROM saved_items WHERE workspace_id = ? AND user_id = ? AND state = ?", string(w.id), string(user), string(SavedCompleted))
		return t.emitObject("saved_cleared", user, map[string]any{"state": SavedCompleted})
	})
}

// SavedQuery selects a person's items of one state, those after a place.
type SavedQuery struct {
	State SavedState
	After Saved // Created, Channel and TS; zero: the first page
	Limit int
}

// SavedItems lists the newest first, and tells whether there are more.
func (w *Workspace) SavedItems(ctx context.Context, user chat.UserID, q SavedQuery) ([]Saved, bool, error) {
	limit := pageLimit(q.Limit)
	where, args := " AND state = ?", []any{w.id, user, q.State}
	if a := q.After; a.TS != 0 {
		where += " AND (created < ? OR created = ? AND (channel_id > ? OR channel_id = ? AND ts > ?))"
		args = append(args, a.Created, a.Created, a.Channel, a.Channel, int64(a.TS))
	}
	rows, err := w.store.db.QueryContext(ctx, selectSaved+where+" ORDER BY created DESC, channel_id, ts LIMIT ?", append(args, limit+1)...)
	all, err := collect(rows, err, scanSaved)
	if len(all) > limit {
		return all[:limit], true, err
	}
	return all, false, err
}

// SavedCounts is how many items a person has.
type SavedCounts struct {
	Open, Overdue, Completed, Archived int
}

// CountSaved counts; an open item whose time has come is overdue.
func (w *Workspace) CountSaved(ctx context.Context, user chat.UserID) (c SavedCounts, err error) {
	now := chat.Now().Unix()
	rows, err := w.store.db.QueryContext(ctx, "SELECT state, COUNT(*), COALESCE(SUM(CASE WHEN due > 0 AND due <= ? THEN 1 ELSE 0 END), 0) FROM saved_items"+
		" WHERE workspace_id = ? AND user_id = ? GROUP BY state", now, w.id, user)
	_, err = collect(rows, err, func(r scanner) (struct{}, error) {
		var state SavedState
		var n, overdue int
		err := r.Scan(&state, &n, &overdue)
		switch state {
		case SavedOpen:
			c.Open, c.Overdue = n, overdue
		case SavedCompleted:
			c.Completed = n
		case SavedArchived:
			c.Archived = n
		}
		return struct{}{}, err
	})
	return c, err
}
