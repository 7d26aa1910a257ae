package webapi

import (
	"testing"
	"time"
)

var _ = callsOf(func(t *testing.T, w *world) []shapeCall {
	a := &w.acme
	at := time.Now().Add(time.Hour).Unix()
	id := w.ok(t, a.robot, "chat.scheduleMessage", "channel", a.public, "text", "x", "post_at", at).text("scheduled_message_id")
	reminder := w.ok(t, a.ada, "reminders.add", "text", "x", "time", "in 5 minutes").text("reminder.id")
	group := w.ok(t, a.owner, "usergroups.create", "name", "group", "handle", "group-of-some").text("usergroup.id")
	return []shapeCall{
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
