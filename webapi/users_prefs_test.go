package webapi

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestPrefsSet(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	w.ok(t, a.ada, "users.prefs.set", "name", "time24", "value", "true")
	w.ok(t, a.ada, "users.prefs.set", "name", "highlight_words", "value", "123")
	got := w.ok(t, a.ada, "users.prefs.set", "prefs", `{"muted_channels":"C1,C2","ours.width":300}`)
	for path, want := range map[string]any{"prefs.time24": true, "prefs.highlight_words": "123", "prefs.muted_channels": "C1,C2", "prefs.email_alerts": "instant"} {
		if got.at(path) != want {
			t.Errorf("%s is %v, want %v", path, got.at(path), want)
		}
	}
	if told := w.eventsOf(t, a, a.workspace.ID.User(a.ada.id), "pref_change"); len(told) != 4 || told[0].text("name") != "time24" || told[0].at("value") != true {
		t.Errorf("told: %v", told)
	}
	if others := w.ok(t, a.bob, "users.prefs.get"); others.at("prefs.time24") != false {
		t.Errorf("another's: %v", others.at("prefs.time24"))
	}
	for _, args := range [][]any{
		nil, {"name", "a b", "value", "x"}, {"name", strings.Repeat("x", 81), "value", "x"}, {"name", "x", "value", strings.Repeat("x", 40_000)},
		{"prefs", "[]"}, {"prefs", "null"}, {"name", "tz", "value", "Mars/Olympus"}, {"name", "tz", "value", "../etc/passwd"},
		{"name", "x", "value", strings.Repeat("[", 50) + strings.Repeat("]", 50)},
	} {
		w.fails(t, "invalid_arguments", a.ada, "users.prefs.set", args...)
	}
	w.fails(t, "not_allowed_token_type", a.robot, "users.prefs.set", "name", "x", "value", "y")
}

// All of a person's preferences go to each of their clients at its start.
func TestPrefsAreBoundedTogether(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	big := strings.Repeat("ü", 15_000) // 30,000 bytes
	for i := range 8 {
		w.ok(t, a.ada, "users.prefs.set", "name", "ours."+strconv.Itoa(i), "value", big)
	}
	w.fails(t, "limit_exceeded", a.ada, "users.prefs.set", "name", "ours.8", "value", big)
	w.ok(t, a.ada, "users.prefs.set", "name", "ours.7", "value", big) // in the place of as much
	w.ok(t, a.ada, "users.prefs.set", "name", "time24", "value", "true")
	w.ok(t, a.bob, "users.prefs.set", "name", "ours.8", "value", big)
}

func TestStatusWithAnEnd(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	end := time.Now().Add(time.Hour).Unix()
	set := func(profile string) result { return w.ok(t, a.ada, "users.profile.set", "profile", profile) }
	if got := set(`{"status_text":"lunch","status_expiration":` + strconv.FormatInt(end, 10) + `}`); got.at("profile.status_expiration") != float64(end) ||
		got.text("profile.status_emoji") != ":speech_balloon:" {
		t.Errorf("set: %v", got.at("profile"))
	}
	if got := w.ok(t, a.bob, "users.info", "user", a.ada.id); got.at("user.profile.status_expiration") != float64(end) {
		t.Errorf("seen: %v", got.at("user.profile"))
	}
	if got := set(`{"pronouns":"she/her","start_date":"2026-01-02","phone":"+1","fields":{}}`); got.text("profile.pronouns") != "she/her" || got.text("profile.start_date") != "2026-01-02" || got.at("profile.status_expiration") != float64(end) {
		t.Errorf("set: %v", got.at("profile"))
	}
	if got := set(`{"status_text":"home"}`); got.at("profile.status_expiration") != 0.0 {
		t.Errorf("a new status ends with the old one: %v", got.at("profile"))
	}
	set(`{"status_text":"x","status_expiration":"` + strconv.FormatInt(end, 10) + `"}`)
	if got := set(`{"status_text":"","status_emoji":""}`); got.at("profile.status_expiration") != 0.0 || got.text("profile.status_emoji") != "" {
		t.Errorf("none ends: %v", got.at("profile"))
	}
	due, err := w.store.Due(t.Context(), end*1000, 0, nil)
	must(t, err)
	if len(due) > 0 {
		t.Errorf("still due: %v", due)
	}
	for _, bad := range []string{`{"fields":{"Xf1":{"value":"x"}}}`, `{"status_expiration":"soon"}`, `{"status_expiration":-1}`, `{"start_date":"soon"}`} {
		w.fails(t, "invalid_profile", a.ada, "users.profile.set", "profile", bad)
	}
	if got := w.ok(t, a.ada, "team.profile.get"); len(got.at("profile.fields").([]any)) > 0 {
		t.Errorf("fields: %v", got)
	}
	if me := w.ok(t, a.ada, "users.identity"); me.text("user.id") != string(a.ada.id) || me.text("user.email") != "ada@example.com" || me.text("team.id") != string(a.workspace.ID) {
		t.Errorf("identity: %v", me)
	}
	w.ok(t, a.ada, "users.setActive")
}
