package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"taut/chat"
)

// Settings are the workspace's.
func (w *Workspace) Settings(ctx context.Context) (chat.Settings, error) {
	return scanSettings(w.store.db.QueryRowContext(ctx, selectSettings, w.id))
}

const selectSettings = "SELECT settings FROM workspace_settings WHERE workspace_id = ?"

// scanSettings reads the row; without one they are a new workspace's.
func scanSettings(r scanner) (s chat.Settings, err error) {
	var text []byte
	err = absent(r.Scan(&text), "settings")
	if chat.CodeOf(err) == chat.NotFound {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	return readSettings(text)
}

// readSettings reads the row's text; nil where there is none.
func readSettings(text []byte) (s chat.Settings, err error) {
	if text == nil {
		return s, nil
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("settings: %w", err)
	}
	return s, nil
}

// SetSettings applies update, which may run more than once, tells the workspace
// of each setting that is another one then, and writes it down who did it.
func (w *Workspace) SetSettings(ctx context.Context, by Actor, update func(*chat.Settings) error) (chat.Settings, error) {
	var after chat.Settings
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) error {
		before, err := scanSettings(t.queryRow(selectSettings, w.id))
		if err != nil {
			return err
		}
		after = before
		after.Allow = maps.Clone(before.Allow)
		if err := update(&after); err != nil {
			return err
		}
		return t.saveSettings(by, before, after)
	}})
	if err != nil {
		return chat.Settings{}, err
	}
	return after, nil
}

func (t *turn) saveSettings(by Actor, before, after chat.Settings) error {
	w := t.head.stream.Workspace
	text, err := json.Marshal(after)
	if err != nil {
		return err
	}
	changed, err := changedSettings(before, after)
	if err != nil || len(changed) == 0 {
		return err
	}
	t.exec(t.batch.store.dialect.upsert("workspace_settings", "workspace_id", "settings"), w, string(text))
	detail := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		value := changed[name]
		detail[name] = string(value)
		if err := t.emitObject("team_pref_change", by.User, map[string]any{"name": name, "value": value}); err != nil {
			return err
		}
	}
	t.audit(AuditEntry{Actor: by, Action: "settings.set", Target: string(w), Detail: detail})
	return nil
}

// changedSettings are the new values of those that differ, by their JSON names;
// null where there is none any more.
func changedSettings(before, after chat.Settings) (map[string]json.RawMessage, error) {
	was, err := settingsByName(before)
	if err != nil {
		return nil, err
	}
	is, err := settingsByName(after)
	if err != nil {
		return nil, err
	}
	changed := map[string]json.RawMessage{}
	for name, value := range is {
		if !reflect.DeepEqual(was[name], value) {
			changed[name] = value
		}
	}
	for name := range was {
		if is[name] == nil {
			changed[name] = json.RawMessage("null")
		}
	}
	return changed, nil
}

func settingsByName(s chat.Settings) (named map[string]json.RawMessage, err error) {
	text, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(text, &named)
	}
	return named, err
}
