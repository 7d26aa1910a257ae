package webapi

import (
	"fmt"
	"testing"
	"time"
)

var _ = callsOf(func(t *testing.T, w *world) []shapeCall {
	a := &w.acme
	at := time.Now().Add(time.Hour).Unix()
	id := w.ok(t, a.robot, "chat.scheduleMessage", "channel", a.public, "text", "x", "post_at", at).text("scheduled_message_id")
	reminder := w.ok(t, a.ada, "reminders.add", "text", "x", "time", "in 5 minutes").text("reminder.id")
	group := w.ok(t, a.owner, "usergroups.create", "name", "group", "handle", "group-of-some").text("usergroup.id")
	message := w.posts(t, a.ada, a.public, 1)[0]
	later := []any{"item_type", "message", "item_id", a.public, "ts", message}
	draft := w.ok(t, a.ada, "drafts.create", "channel", a.public, "text", "x").text("draft.id")
	return []shapeCall{
		{a.ada, "dnd.setSnooze", []any{"num_minutes", 60}},
		{a.ada, "dnd.info", nil},
		{a.bob, "dnd.info", []any{"user", a.ada.id}},
		{a.robot, "dnd.teamInfo", []any{"users", fmt.Sprint(a.ada.id, ",", a.bob.id)}},
		{a.ada, "dnd.endDnd", nil},
		{a.ada, "dnd.endSnooze", nil},
		{a.ada, "users.prefs.set", []any{"name", "dnd_enabled", "value", "true"}},
		{a.ada, "users.identity", nil},
		{a.robot, "users.setActive", nil},
		{a.robot, "team.profile.get", nil},
		{a.ada, "users.profile.set", []any{"profile", `{"status_text":"x","status_expiration":1900000000,"pronouns":"she","start_date":"2026-01-02"}`}},
		{a.ada, "saved.add", append(later, "date_due", at)},
		{a.ada, "saved.list", nil},
		{a.ada, "saved.update", append(later, "mark", "completed")},
		{a.ada, "saved.delete", later},
		{a.ada, "saved.clearCompleted", nil},
		{a.ada, "drafts.create", []any{"destinations", `[{"channel_id":"` + string(a.public) + `","thread_ts":"` + message + `","broadcast":true}]`, "file_ids", "F0000000001"}},
		{a.ada, "drafts.list", []any{"limit", 1}},
		{a.ada, "drafts.update", []any{"draft_id", draft, "text", "y"}},
		{a.ada, "drafts.delete", []any{"draft_id", draft}},
		{a.owner, "usergroups.create", []any{"name", "other", "channels", a.public}},
		{a.owner, "usergroups.users.update", []any{"usergroup", group, "users", a.ada.id}},
		{a.ada, "usergroups.users.list", []any{"usergroup", group}},
		{a.owner, "usergroups.update", []any{"usergroup", group, "name", "x"}},
		{a.owner, "usergroups.disable", []any{"usergroup", group}},
		{a.owner, "usergroups.enable", []any{"usergroup", group}},
		{a.ada, "usergroups.list", []any{"include_users", "1"}},
		{a.ada, "reminders.add", []any{"text", "x", "time", "every monday and friday at noon"}},
		{a.ada, "reminders.list", nil},
		{a.ada, "reminders.info", []any{"reminder", reminder}},
		{a.ada, "reminders.complete", []any{"reminder", reminder}},
		{a.ada, "reminders.delete", []any{"reminder", reminder}},
		{a.owner, "chat.scheduledMessages.list", nil},
		{a.robot, "chat.scheduleMessage", []any{"channel", a.public, "text", "x", "post_at", at, "username", "u", "icon_emoji", "ghost"}},
		{a.robot, "chat.scheduledMessages.list", []any{"limit", 1}},
		{a.robot, "chat.deleteScheduledMessage", []any{"channel", a.public, "scheduled_message_id", id}},
	}
})
