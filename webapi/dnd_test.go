package webapi

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"taut/chat"
)

func TestSnooze(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	set := w.ok(t, a.ada, "dnd.setSnooze", "num_minutes", 60)
	if left := time.Until(time.Unix(int64(set.at("snooze_endtime").(float64)), 0)); left < 59*time.Minute || left > time.Hour {
		t.Errorf("it ends in %v", left)
	}
	if own := w.ok(t, a.ada, "dnd.info"); own.at("snooze_enabled") != true || own.at("dnd_enabled") != false || own.at("next_dnd_start_ts") != 1.0 {
		t.Errorf("own: %v", own)
	}
	// Others see a quiet time, not of which kind.
	if seen := w.ok(t, a.bob, "dnd.info", "user", a.ada.id); seen.at("snooze_enabled") != false || seen.at("dnd_enabled") != true || seen.at("next_dnd_end_ts") != set.at("snooze_endtime") {
		t.Errorf("seen: %v", seen)
	}
	team := w.ok(t, a.bob, "dnd.teamInfo", "users", fmt.Sprint(a.ada.id, ",", a.bob.id, ",", w.other.ada.id))
	if users := team["users"].(map[string]any); len(users) != 2 || team.at("users."+string(a.ada.id)+".dnd_enabled") != true {
		t.Errorf("team: %v", team)
	}
	if end := w.ok(t, a.ada, "dnd.endSnooze"); end.at("snooze_enabled") != false {
		t.Errorf("ended: %v", end)
	}
	for _, e := range w.eventsOf(t, a, a.workspace.ID.User(a.ada.id), "dnd_updated") {
		if e.at("user") != string(a.ada.id) || e.at("dnd_status.dnd_enabled") != false {
			t.Errorf("own event: %v", e)
		}
	}
	if told := w.eventsOf(t, a, a.workspace.ID.Directory(), "dnd_updated_user"); len(told) != 2 || told[0].at("dnd_status.snooze_enabled") != nil {
		t.Errorf("told the workspace: %v", told)
	}
	w.fails(t, "not_in_dnd", a.ada, "dnd.endDnd")
	w.fails(t, "missing_duration", a.ada, "dnd.setSnooze", "num_minutes", "soon")
	w.fails(t, "too_long", a.ada, "dnd.setSnooze", "num_minutes", 1_000_000)
	w.fails(t, "no_users_provided", a.ada, "dnd.teamInfo", "users", ",")
	w.fails(t, "user_not_found", a.ada, "dnd.info", "user", w.other.ada.id)
	w.fails(t, "user_not_visible", a.guest, "dnd.info", "user", a.ada.id)
	w.fails(t, "not_allowed_token_type", a.robot, "dnd.setSnooze", "num_minutes", 1)
}

// eventsOf are the payloads of a stream's events of a type.
func (w *world) eventsOf(t *testing.T, n *tenant, stream chat.Stream, kind string) (found []result) {
	t.Helper()
	page, err := w.store.Read(t.Context(), chat.ReadRequest{Stream: stream, Limit: 1000})
	must(t, err)
	for _, e := range page.Events {
		if e.Type == kind {
			var r result
			must(t, json.Unmarshal(e.Payload, &r))
			found = append(found, r)
		}
	}
	return found
}

// A schedule is read in the person's time zone; its period can be ended early.
func TestDNDSchedule(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	zone, err := time.LoadLocation("Asia/Tokyo")
	must(t, err)
	now := time.Now().In(zone)
	hour := func(h int) string { return fmt.Sprintf("%d:00", (h+24)%24) }
	prefs, err := encode(map[string]any{"tz": "Asia/Tokyo", "dnd_enabled": true, "dnd_start_hour": hour(now.Hour() - 2), "dnd_end_hour": hour(now.Hour() + 2)})
	must(t, err)
	w.ok(t, a.ada, "users.prefs.set", "prefs", string(prefs))
	if u := w.ok(t, a.bob, "users.info", "user", a.ada.id); u.text("user.tz") != "Asia/Tokyo" {
		t.Errorf("zone: %v", u.at("user.tz"))
	}
	info := w.ok(t, a.bob, "dnd.info", "user", a.ada.id)
	start := time.Unix(int64(info.at("next_dnd_start_ts").(float64)), 0).In(zone)
	if info.at("dnd_enabled") != true || start.Hour() != (now.Hour()+22)%24 || start.After(now) {
		t.Errorf("quiet since %v: %v", start, info)
	}
	if told := w.eventsOf(t, a, a.workspace.ID.Directory(), "dnd_updated_user"); len(told) != 1 || told[0].at("dnd_status.next_dnd_start_ts") != info.at("next_dnd_start_ts") {
		t.Errorf("told: %v", told)
	}
	w.ok(t, a.ada, "dnd.endDnd")
	ended := w.ok(t, a.ada, "dnd.info")
	if next := time.Unix(int64(ended.at("next_dnd_start_ts").(float64)), 0); !next.After(now) {
		t.Errorf("after its end: %v", ended)
	}
	w.fails(t, "not_in_dnd", a.ada, "dnd.endDnd")
}
