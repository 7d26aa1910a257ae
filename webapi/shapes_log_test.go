package webapi

import "testing"

var _ = callsOf(func(t *testing.T, w *world) []shapeCall {
	a := &w.acme
	ts := w.posts(t, a.ada, a.dm, 1)[0]
	item, in := []any{"channel", a.dm, "timestamp", ts}, []any{"channel_id", a.dm}
	mark := []any{"title", "x", "type", "link", "link", "https://example.com"}
	id := w.ok(t, a.ada, "bookmarks.add", append(in, mark...)...).text("bookmark.id")
	return []shapeCall{
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
