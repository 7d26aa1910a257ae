package webapi

import (
	"strings"
	"testing"
)

func TestPins(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	ts := w.posts(t, a.ada, a.public, 2)
	pin := []any{"channel", a.public, "timestamp", ts[0]}
	w.ok(t, a.bob, "pins.add", pin...)
	w.fails(t, "already_pinned", a.ada, "pins.add", pin...)
	w.fails(t, "no_item_specified", a.ada, "pins.add", "channel", a.public)
	w.fails(t, "bad_timestamp", a.ada, "pins.add", "channel", a.public, "timestamp", "x")
	w.fails(t, "message_not_found", a.ada, "pins.add", "channel", a.public, "timestamp", "1234567890.123456")
	w.fails(t, "no_pin", a.ada, "pins.remove", "channel", a.public, "timestamp", ts[1])
	w.fails(t, "not_in_channel", a.eve, "pins.add", "channel", a.public, "timestamp", ts[1])
	w.fails(t, "restricted_action", a.ada, "pins.add", "channel", a.archived, "timestamp", ts[1])

	list := w.ok(t, a.eve, "pins.list", "channel", a.public)
	if list.text("items.0.message.ts") != ts[0] || list.text("items.0.created_by") != string(a.bob.id) || list["count"] != 1.0 ||
		!strings.Contains(list.text("items.0.message.permalink"), "/archives/") {
		t.Errorf("pins are %v", list)
	}
	history := w.ok(t, a.ada, "conversations.history", "channel", a.public)
	if history["pin_count"] != 1.0 || history.text("messages.0.subtype") != "pinned_item" || history.text("messages.0.text") != "<@"+string(a.bob.id)+"> pinned a message to this channel." {
		t.Errorf("history is %v", history)
	}
	if m := w.ok(t, a.ada, "conversations.history", "channel", a.public, "latest", ts[0], "inclusive", "1", "limit", 1); m.text("messages.0.pinned_to.0") != string(a.public) {
		t.Errorf("the pinned message is %v", m)
	}
	w.ok(t, a.ada, "chat.delete", "channel", a.public, "ts", ts[0])
	if list := w.ok(t, a.ada, "pins.list", "channel", a.public); list["count"] != 0.0 {
		t.Errorf("of a deleted message: %v", list)
	}
}

// Another workspace's channel, and one that the caller may not see, answer as one
// that never was.
func TestPinsAndBookmarksAreApart(t *testing.T) {
	w := newWorld(t)
	a, b := &w.acme, &w.other
	theirs, secret := w.posts(t, b.ada, b.public, 1)[0], w.posts(t, a.bob, a.secret, 1)[0]
	mark := w.ok(t, b.ada, "bookmarks.add", "channel_id", b.public, "title", "x", "type", "link", "link", "https://example.com").text("bookmark.id")
	w.ok(t, b.ada, "pins.add", "channel", b.public, "timestamp", theirs)
	w.ok(t, a.bob, "pins.add", "channel", a.secret, "timestamp", secret)
	for channel, ts := range map[any]string{b.public: theirs, a.secret: secret, "C0000000000": theirs} {
		for _, method := range []string{"pins.add", "pins.remove", "pins.list"} {
			w.fails(t, "channel_not_found", a.ada, method, "channel", channel, "timestamp", ts)
		}
		w.fails(t, "channel_not_found", a.ada, "bookmarks.list", "channel_id", channel)
		w.fails(t, "channel_not_found", a.ada, "bookmarks.add", "channel_id", channel, "title", "x", "type", "link", "link", "https://example.com")
		w.fails(t, "channel_not_found", a.ada, "bookmarks.edit", "channel_id", channel, "bookmark_id", mark, "title", "y")
		w.fails(t, "channel_not_found", a.ada, "bookmarks.remove", "channel_id", channel, "bookmark_id", mark)
	}
	w.fails(t, "not_found", a.ada, "bookmarks.edit", "channel_id", a.public, "bookmark_id", mark, "title", "y")
	w.fails(t, "not_found", a.ada, "bookmarks.remove", "channel_id", a.public, "bookmark_id", mark)
	w.fails(t, "channel_not_found", a.guest, "pins.list", "channel", a.public)
}

func TestBookmarks(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	add := []any{"channel_id", a.public, "type", "link", "title", "the plan", "link", "https://example.com/plan"}
	made := w.ok(t, a.ada, "bookmarks.add", append(add, "emoji", ":Clap:")...)
	id := made.text("bookmark.id")
	if !strings.HasPrefix(id, "Bk") || made.text("bookmark.title") != "the plan" || made.text("bookmark.emoji") != ":clap:" || made.at("bookmark.date_updated") != 0.0 {
		t.Errorf("made %v", made)
	}
	edited := w.ok(t, a.bob, "bookmarks.edit", "channel_id", a.public, "bookmark_id", id, "title", "<our> plan")
	if edited.text("bookmark.title") != "<our> plan" || edited.text("bookmark.link") != "https://example.com/plan" ||
		edited.text("bookmark.last_updated_by_user_id") != string(a.bob.id) {
		t.Errorf("edited %v", edited)
	}
	if edited.text("bookmark.emoji") != ":clap:" {
		t.Errorf("the emoji is %v", edited)
	}
	cleared := w.ok(t, a.bob, "bookmarks.edit", "channel_id", a.public, "bookmark_id", id, "emoji", "", "title", "")
	if cleared.text("bookmark.emoji") != "" || cleared.text("bookmark.title") != "<our> plan" {
		t.Errorf("cleared %v", cleared)
	}
	if list := w.ok(t, a.eve, "bookmarks.list", "channel_id", a.public); list.text("bookmarks.0.id") != id {
		t.Errorf("bookmarks are %v", list)
	}
	for _, link := range []string{"", "javascript:alert(1)", "ftp://example.com", "//example.com", "https://", "https://" + strings.Repeat("x", 2048)} {
		w.fails(t, "invalid_link", a.ada, "bookmarks.add", "channel_id", a.public, "type", "link", "title", "x", "link", link)
	}
	w.fails(t, "invalid_emoji", a.ada, "bookmarks.add", append(add, "emoji", ":not an emoji:")...)
	w.fails(t, "invalid_bookmark_type", a.ada, "bookmarks.add", "channel_id", a.public, "type", "folder", "title", "x")
	w.fails(t, "invalid_arguments", a.ada, "bookmarks.add", "channel_id", a.public, "type", "link", "title", strings.Repeat("x", 257), "link", "https://example.com")
	w.fails(t, "access_denied", a.eve, "bookmarks.add", add...)
	w.fails(t, "permission_denied", a.ada, "bookmarks.add", "channel_id", a.archived, "type", "link", "title", "x", "link", "https://example.com")
	w.ok(t, a.robot, "bookmarks.remove", "channel_id", a.public, "bookmark_id", id)
	w.fails(t, "not_found", a.robot, "bookmarks.remove", "channel_id", a.public, "bookmark_id", id)
}
