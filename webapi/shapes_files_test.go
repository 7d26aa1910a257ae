package webapi

import (
	"fmt"
	"testing"
)

var _ = callsOf(func(t *testing.T, w *world) []shapeCall {
	a := &w.acme
	image, ts := w.shared(t, a.ada, a.public, "big.png", picture(t, 1100, 40))
	w.ok(t, a.bob, "chat.postMessage", "channel", a.public, "thread_ts", ts, "text", "nice", "reply_broadcast", "true")
	note := w.send(t, a.ada, "note.go", []byte("package note\n"), "snippet_type", "go", "alt_txt", "x")
	private, gone := w.send(t, a.bob, "private.bin", []byte("x")), w.send(t, a.ada, "gone", []byte("x"))
	w.complete(t, a.ada, gone, "channel_id", a.public)
	w.ok(t, a.ada, "emoji.add", "image", picture(t, 200, 100), "name", "shapes", "mode", "data")
	w.ok(t, a.ada, "users.setPhoto", "image", picture(t, 60, 40))
	w.ok(t, a.ada, "files.upload", "file", picture(t, 50, 50), "channels", a.public, "initial_comment", "old way")
	return []shapeCall{
		{a.ada, "users.setPhoto", []any{"crop_x", 1, "crop_y", 2, "crop_w", 30, "image", picture(t, 60, 40)}},
		{a.ada, "files.getUploadURLExternal", []any{"filename", "x", "length", "0"}},
		{a.ada, "files.completeUploadExternal", []any{"files", fmt.Sprintf(`[{"id":%q,"title":"A note"}]`, note), "channels", fmt.Sprint(a.public, ",", a.bob.id), "initial_comment", "see"}},
		{a.bob, "files.completeUploadExternal", []any{"files", fmt.Sprintf(`[{"id":%q}]`, private)}},
		{a.robot, "files.upload", []any{"content", "line\nline", "filename", "x.txt", "channels", a.public}},
		{a.bob, "files.info", []any{"file", image}},
		{a.bob, "files.info", []any{"file", note}},
		{a.ada, "files.list", nil},
		{a.robot, "files.list", []any{"channel", a.public, "types", "images,snippets", "count", 1, "page", 2}},
		{a.ada, "files.delete", []any{"file", gone}},
		{a.bob, "conversations.history", []any{"channel", a.public}},
		{a.bob, "conversations.replies", []any{"channel", a.public, "ts", ts}},
		{a.ada, "emoji.add", []any{"name", "other", "mode", "alias", "alias_for", "shapes"}},
		{a.bob, "emoji.list", nil},
		{a.bob, "emoji.adminList", nil},
		{a.ada, "users.profile.get", nil},
		{a.bob, "users.info", []any{"user", a.ada.id}},
		{a.ada, "emoji.remove", []any{"name", "shapes"}},
		{a.ada, "users.deletePhoto", nil},
	}
})
