package webapi

import (
	"testing"
	"time"

	"taut/chat"
)

func TestReminders(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	_, err := a.bound.UpdateUser(t.Context(), a.ada.id, func(u *chat.User) error { u.TimeZone = "Asia/Tokyo"; return nil })
	must(t, err)
	got := w.ok(t, a.ada, "reminders.add", "text", "eat & drink", "time", "tomorrow at 9am")
	if got.text("reminder.text") != "eat &amp; drink" || got.at("reminder.recurring") != false {
		t.Errorf("added: %v", got)
	}
	at := time.Unix(int64(got.at("reminder.time").(float64)), 0).In(time.FixedZone("JST", 9*3600))
	if at.Hour() != 9 || at.Minute() != 0 {
		t.Errorf("it is at %v", at)
	}
	id := got.text("reminder.id")
	every := w.ok(t, a.ada, "reminders.add", "text", "x", "time", "every thursday").text("reminder.id")
	repeated := w.ok(t, a.ada, "reminders.add", "text", "x", "time", "in 5 minutes", "recurrence", `{"frequency":"weekly","weekdays":["monday","friday"]}`)
	if repeated.text("reminder.recurrence.frequency") != "weekly" || repeated.text("reminder.recurrence.weekdays.0") != "monday" {
		t.Errorf("repeated: %v", repeated)
	}
	w.ok(t, a.ada, "reminders.add", "text", "x", "time", 300)
	w.ok(t, a.ada, "reminders.add", "text", "x", "time", time.Now().Add(100*time.Hour).Unix())
	if list := w.ok(t, a.ada, "reminders.list"); len(list["reminders"].([]any)) != 5 {
		t.Errorf("listed: %v", list)
	}
	for _, other := range []person{a.bob, w.other.ada} {
		for _, method := range []string{"reminders.info", "reminders.complete", "reminders.delete"} {
			w.fails(t, "not_found", other, method, "reminder", id)
			w.fails(t, "not_found", other, method, "reminder", "Rm0000000000")
		}
	}
	w.fails(t, "cannot_complete_recurring", a.ada, "reminders.complete", "reminder", every)
	w.ok(t, a.ada, "reminders.complete", "reminder", id)
	if done := w.ok(t, a.ada, "reminders.info", "reminder", id); done.at("reminder.complete_ts").(float64) == 0 {
		t.Errorf("completed: %v", done)
	}
	w.ok(t, a.ada, "reminders.delete", "reminder", id)
	w.fails(t, "not_found", a.ada, "reminders.info", "reminder", id)

	w.fails(t, "cannot_parse", a.ada, "reminders.add", "text", "x", "time", "soon")
	w.fails(t, "cannot_parse", a.ada, "reminders.add", "text", "x", "time", "noon", "recurrence", `{"frequency":"hourly"}`)
	w.fails(t, "cannot_add_others", a.ada, "reminders.add", "text", "x", "time", "noon", "user", a.bob.id)
	w.fails(t, "not_allowed_token_type", a.robot, "reminders.add", "text", "x", "time", "noon")
	w.fails(t, "invalid_arguments", a.ada, "reminders.add", "text", "x")
}
