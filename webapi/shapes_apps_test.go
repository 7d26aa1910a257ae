package webapi

import (
	"strings"
	"testing"
)

var _ = callsOf(func(t *testing.T, w *world) []shapeCall {
	a := &w.acme
	hook := strings.Split(w.hookAt(t, *a, w.ok(t, a.owner, "conversations.create", "name", "hooked").text("channel.id")), "/")[3]
	ts := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "see https://example.com/x").text("ts")
	mark := w.ok(t, a.ada, "bookmarks.add", "channel_id", a.public, "title", "x", "type", "link", "link", "https://example.com").text("bookmark.id")
	return append(w.aliasCalls(t),
		shapeCall{a.owner, "manage.webhooks.create", []any{"channel", w.ok(t, a.owner, "conversations.create", "name", "hooked-too").text("channel.id")}},
		shapeCall{a.owner, "manage.webhooks.list", nil},
		shapeCall{a.owner, "manage.webhooks.revoke", []any{"webhook", hook}},
		shapeCall{a.robot, "chat.unfurl", []any{"channel", a.public, "ts", ts, "unfurls", `{"https://example.com/x":{"text":"x"}}`}},
		shapeCall{a.ada, "client.userBoot", nil},
		shapeCall{a.guest, "client.userBoot", nil},
		shapeCall{a.ada, "client.userBoot", []any{"include_users", true}},
		shapeCall{a.ada, "client.users", []any{"query", "a"}},
		shapeCall{a.ada, "client.channels", []any{"query", "a"}},
		shapeCall{a.ada, "client.channels", []any{"channels", a.public}},
		shapeCall{a.ada, "client.membersAmong", []any{"channel", a.public, "users", a.bob.id}},
		shapeCall{a.ada, "client.moveBookmark", []any{"channel", a.public, "bookmark_id", mark, "place", 0}},
		shapeCall{a.ada, "client.images", []any{"urls", `["https://example.com/x.png"]`}})
})
