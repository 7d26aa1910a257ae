package store

import (
	"context"
	"encoding/json"

	"taut/chat"
)

// Snooze is a pause of notifications that a person asked for, in milliseconds,
// and up to when a period of their schedule, which they ended early, would have
// been.
type Snooze struct {
	FromMS, UntilMS, EndedMS int64
}

// Snoozes are those of the users who ever asked for one.
func (w *Workspace) Snoozes(ctx context.Context, users []chat.UserID) (map[chat.UserID]Snooze, error) {
	all := make(map[chat.UserID]Snooze, len(users))
	err := inChunks(users, func(chunk []any) error {
		rows, err := w.store.db.QueryContext(ctx, "SELECT user_id, snoozed_ms, until_ms, ended_ms FROM snoozes WHERE workspace_id = ? AND user_id IN ("+
			placeholders(len(chunk))+")", append([]any{w.id}, chunk...)...)
		_, err = collect(rows, err, func(r scanner) (struct{}, error) {
			var u chat.UserID
			var s Snooze
			err := r.Scan(&u, &s.FromMS, &s.UntilMS, &s.EndedMS)
			all[u] = s
			return struct{}{}, err
		})
		return err
	})
	return all, err
}

// PrefsLike are the preferences of several users whose names begin with prefix.
func (w *Workspace) PrefsLike(ctx context.Context, users []chat.UserID, prefix string) (map[chat.UserID]map[string]json.RawMessage, error) {
	all := make(map[chat.UserID]map[string]json.RawMessage, len(users))
	err := inChunks(users, func(chunk []any) error {
		rows, err := w.store.db.QueryContext(ctx, "SELECT user_id, name, value FROM prefs WHERE workspace_id = ? AND user_id IN ("+
			placeholders(len(chunk))+") AND name >= ? AND name < ?", append(append([]any{w.id}, chunk...), prefix, prefix+"~")...)
		_, err = collect(rows, err, func(r scanner) (struct{}, error) {
			var u chat.UserID
			var name string
			var value []byte
			err := r.Scan(&u, &name, &value)
			if all[u] == nil {
				all[u] = map[string]json.RawMessage{}
			}
			all[u][name] = value
			return struct{}{}, err
		})
		return err
	})
	return all, err
}

// SetSnooze keeps a person's pause, nil: as it was, and tells their devices their
// status, and the workspace what others see of it.
func (w *Workspace) SetSnooze(ctx context.Context, user chat.UserID, s *Snooze, own, shown any) error {
	told, err := marshal(shown)
	if err != nil {
		return err
	}
	_, err = w.store.append(ctx, change{stream: w.id.User(user), create: &head{}, apply: func(t *turn) error {
		if s != nil {
			t.exec(t.batch.store.dialect.upsert("snoozes", "workspace_id, user_id", "snoozed_ms, until_ms, ended_ms"),
				string(w.id), string(user), s.FromMS, s.UntilMS, s.EndedMS)
		}
		if err := t.emitObject("dnd_updated", user, map[string]any{"user": user, "dnd_status": own}); err != nil {
			return err
		}
		return t.carry(fact{Target: w.id.Directory(), Kind: factDND, Body: dndFact{user, told}})
	}})
	if err != nil {
		return err
	}
	return w.store.carryOut(ctx, w.id.User(user), w.id.Directory())
}

// factDND: user → directory, what others see of a person's quiet times.
const factDND = "dnd"

type dndFact struct {
	User   chat.UserID     `json:"user"`
	Status json.RawMessage `json:"status"`
}

// applyDND tells the workspace, once.
func (s *Store) applyDND(ctx context.Context, c carried, f dndFact) error {
	_, err := s.append(ctx, change{stream: c.targetStream(), sender: f.User, key: c.key(), apply: func(t *turn) error {
		if _, told := t.duplicate(); told {
			return nil
		}
		return t.emitObject("dnd_updated_user", f.User, map[string]any{"user": f.User, "dnd_status": f.Status})
	}})
	return err
}
