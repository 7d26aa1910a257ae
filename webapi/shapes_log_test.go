package webapi

import "testing"

var _ = callsOf(func(t *testing.T, w *world) []shapeCall {
	a := &w.acme
	ts := w.posts(t, a.ada, a.dm, 1)[0]
	item, in := []any{"channel", a.dm, "timestamp", ts}, []any{"channel_id", a.dm}
	mark := []any{"title", "x", "type", "link", "link", "https://example.com"}
	id := w.ok(t, a.ada, "bookmarks.add", append(in, mark...)...).text("bookmark.id")
	w.posts(t, a.bob, a.dm, 2, "thread_ts", ts)
	thread := []any{"channel", a.dm, "thread_ts", ts}
	w.posts(t, a.bob, a.dm, 1, "text", "<@"+string(a.ada.id)+">")
	w.ok(t, a.bob, "reactions.add", append(item, "name", "eyes")...)
	return []shapeCall{
		{a.ada, "subscriptions.thread.add", thread},
		{a.ada, "subscriptions.thread.mark", append(thread, "ts", ts)},
		{a.ada, "subscriptions.thread.get", thread},
		{a.ada, "subscriptions.thread.getView", nil},
		{a.ada, "client.counts", nil},
		{a.ada, "activity.feed", nil},
		{a.ada, "activity.feed", []any{"limit", 1, "types", "reaction"}},
		{a.ada, "reactions.list", []any{"page", 1, "count", 2}},
		{a.ada, "subscriptions.thread.remove", thread},
		{a.ada, "pins.add", item},
		{a.bob, "pins.list", []any{"channel", a.dm}},
		{a.bob, "conversations.history", []any{"channel", a.dm}},
		{a.bob, "pins.remove", item},
		{a.ada, "bookmarks.add", append(in, append(mark, "emoji", ":tada:")...)},
		{a.bob, "bookmarks.edit", append(in, "bookmark_id", id, "title", "y")},
		{a.bob, "bookmarks.list", in},
		{a.bob, "bookmarks.remove", append(in, "bookmark_id", id)},
	}
})
