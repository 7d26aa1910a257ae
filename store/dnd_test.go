package store

import (
	"encoding/json"
	"testing"

	"taut/chat"
)

func TestSnooze(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	for name, value := range map[string]string{"dnd_enabled": "true", "dnd_days": `"weekdays"`, "dne": "1", "time24": "true"} {
		tm.must(tm.SetPref(t.Context(), ada.ID, name, json.RawMessage(value)))
	}
	prefs, err := tm.PrefsLike(t.Context(), []chat.UserID{ada.ID, bob.ID}, "dnd_")
	tm.must(err)
	if len(prefs[ada.ID]) != 2 || string(prefs[ada.ID]["dnd_days"]) != `"weekdays"` || prefs[bob.ID] != nil {
		t.Errorf("preferences are %v", prefs)
	}
	set := Snooze{FromMS: 1, UntilMS: 2, EndedMS: 3}
	tm.must(tm.SetSnooze(t.Context(), ada.ID, &set, map[string]any{"own": 1}, map[string]any{"shown": 1}))
	tm.must(tm.SetSnooze(t.Context(), ada.ID, nil, map[string]any{}, map[string]any{}))
	kept, err := tm.Snoozes(t.Context(), []chat.UserID{ada.ID, bob.ID})
	tm.must(err)
	if len(kept) != 1 || kept[ada.ID] != set {
		t.Errorf("kept %v", kept)
	}
	own, all := tm.types(tm.id.User(ada.ID)), tm.types(tm.id.Directory())
	if own[len(own)-1] != "dnd_updated" || all[len(all)-1] != "dnd_updated_user" || all[len(all)-2] != "dnd_updated_user" {
		t.Errorf("told %v and %v", own, all)
	}
}
