package webapi

import (
	"testing"
	"time"
)

var _ = callsOf(func(t *testing.T, w *world) []shapeCall {
	a := &w.acme
	at := time.Now().Add(time.Hour).Unix()
	id := w.ok(t, a.robot, "chat.scheduleMessage", "channel", a.public, "text", "x", "post_at", at).text("scheduled_message_id")
	return []shapeCall{
		{a.owner, "chat.scheduledMessages.list", nil},
		{a.robot, "chat.scheduleMessage", []any{"channel", a.public, "text", "x", "post_at", at, "username", "u", "icon_emoji", "ghost"}},
		{a.robot, "chat.scheduledMessages.list", []any{"limit", 1}},
		{a.robot, "chat.deleteScheduledMessage", []any{"channel", a.public, "scheduled_message_id", id}},
	}
})
