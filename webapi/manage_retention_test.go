package webapi

import (
	"testing"
	"time"

	"taut/chat"
	"taut/store"
)

var _ = callsOf(func(t *testing.T, w *world) []shapeCall {
	a := &w.acme
	return []shapeCall{
		{a.owner, "manage.channels.setRetention", []any{"channel", a.public, "days", 30}},
		{a.owner, "manage.channels.getRetention", []any{"channel", a.public}},
		{a.owner, "manage.retention.preview", nil},
	}
})

func TestRetentionOfAChannel(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	if got := w.ok(t, a.owner, "manage.channels.getRetention", "channel", a.public); got.at("own_days") != nil {
		t.Errorf("at first: %v", got)
	}
	if got := w.ok(t, a.owner, "manage.channels.setRetention", "channel", a.public, "days", 7); got.at("own_days") != 7.0 {
		t.Errorf("set: %v", got)
	}
	w.ok(t, a.owner, "manage.channels.setRetention", "channel", a.public, "days", 0)
	if got := w.ok(t, a.owner, "manage.channels.setRetention", "channel", a.public, "days", "workspace"); got.at("own_days") != nil {
		t.Errorf("given up: %v", got)
	}
	for _, bad := range []any{"x", -1, 1e9, ""} {
		if got := w.call(t, a.owner, "manage.channels.setRetention", "channel", a.public, "days", bad); got["ok"] == true {
			t.Errorf("%v days are accepted", bad)
		}
	}
	// Who may not is told so before anything about the channel; a channel that is
	// not seen is none.
	for _, ch := range []chat.ChannelID{a.public, a.secret, w.other.public, "C0NEVERWAS"} {
		for _, method := range []string{"manage.channels.setRetention", "manage.channels.getRetention"} {
			for _, p := range []person{a.ada, a.guest} {
				w.fails(t, "no_permission", p, method, retentionArgs(method, ch)...)
			}
			if ch != a.public {
				w.fails(t, "channel_not_found", a.owner, method, retentionArgs(method, ch)...)
			}
		}
	}
	w.fails(t, "no_permission", a.ada, "manage.retention.preview")
	w.fails(t, "not_allowed_token_type", a.robot, "manage.retention.preview")
	w.fails(t, "missing_scope", w.scoped(t, a.owner, "channels:write"), "manage.channels.setRetention", "channel", a.public, "days", 1)
}

func retentionArgs(method string, ch chat.ChannelID) []any {
	args := []any{"channel", ch}
	if method == "manage.channels.setRetention" {
		args = append(args, "days", 1)
	}
	return args
}

func TestRetentionPreview(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	one := 1
	for _, ch := range []chat.ChannelID{a.public, a.secret} {
		must(t, a.bound.SetChannelRetention(t.Context(), store.Actor{User: a.owner.id}, ch, &one))
	}
	if got := w.ok(t, a.owner, "manage.retention.preview"); len(got["channels"].([]any)) != 0 {
		t.Errorf("nothing is old, but %v", got)
	}
	if _, err := w.store.Expire(t.Context(), time.Now().AddDate(0, 0, 2)); err != nil {
		t.Fatal(err)
	}
	if got := w.ok(t, a.bob, "conversations.history", "channel", a.secret); len(got["messages"].([]any)) != 0 {
		t.Errorf("old messages are still there: %v", got)
	}
}
