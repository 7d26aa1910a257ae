package webapi

import (
	"testing"
	"time"
)

func TestSavedMessages(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	posts := w.posts(t, a.bob, a.private, 3)
	item := func(ts string) []any { return []any{"item_id", a.private, "ts", ts} }
	for _, ts := range posts {
		w.ok(t, a.ada, "saved.add", item(ts)...)
	}
	w.fails(t, "already_saved", a.ada, "saved.add", item(posts[0])...)
	w.fails(t, "message_not_found", a.ada, "saved.add", item("1000000000.000001")...)
	w.fails(t, "time_too_far", a.ada, "saved.update", append(item(posts[0]), "date_due", time.Now().Add(10*366*24*time.Hour).Unix())...)
	for _, outsider := range []person{a.eve, w.other.ada} {
		w.fails(t, "channel_not_found", outsider, "saved.add", item(posts[0])...)
		w.fails(t, "not_found", outsider, "saved.update", item(posts[0])...)
		w.fails(t, "not_found", outsider, "saved.delete", item(posts[0])...)
	}
	first := w.ok(t, a.ada, "saved.list", "limit", 2)
	next := w.ok(t, a.ada, "saved.list", "limit", 2, "cursor", first.text("response_metadata.next_cursor"))
	if n, m := len(first["saved_items"].([]any)), len(next["saved_items"].([]any)); n != 2 || m != 1 || first.text("saved_items.0.message.user") != string(a.bob.id) {
		t.Errorf("pages of %d and %d: %v", n, m, first)
	}
	w.ok(t, a.ada, "saved.update", append(item(posts[0]), "mark", "completed")...)
	w.ok(t, a.ada, "saved.update", append(item(posts[1]), "mark", "archived")...)
	if done := w.ok(t, a.ada, "saved.list", "filter", "completed"); done.text("saved_items.0.ts") != posts[0] || done.at("counts.archived_count") != 1.0 || done.at("counts.total_count") != 3.0 {
		t.Errorf("completed: %v", done)
	}
	// Who may not read the message any more sees that it was saved, not what it says.
	w.ok(t, a.bob, "saved.add", item(posts[0])...)
	w.ok(t, a.ada, "conversations.kick", "channel", a.private, "user", a.bob.id)
	if left := w.ok(t, a.bob, "saved.list"); left.at("saved_items.0.message") != nil {
		t.Errorf("after the kick: %v", left)
	}
}

func TestDrafts(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	id := w.ok(t, a.ada, "drafts.create", "channel", a.public, "text", "first", "client_last_updated_ts", "1700000000.1").text("draft.id")
	if late := w.ok(t, a.ada, "drafts.update", "draft_id", id, "text", "late", "client_last_updated_ts", "1600000000.000000"); late.text("draft.text") != "first" {
		t.Errorf("an older one won: %v", late)
	}
	w.ok(t, a.ada, "drafts.update", "draft_id", id, "blocks", `[{"type":"rich_text","elements":[]}]`)
	if list := w.ok(t, a.ada, "drafts.list"); list.text("drafts.0.id") != id || list.text("drafts.0.blocks.0.type") != "rich_text" {
		t.Errorf("drafts: %v", list)
	}
	w.fails(t, "invalid_blocks_format", a.ada, "drafts.update", "draft_id", id, "blocks", "{")
	w.fails(t, "file_not_found", a.ada, "drafts.update", "draft_id", id, "file_ids", "x")
	w.fails(t, "channel_not_found", a.eve, "drafts.create", "channel", a.secret, "text", "x")
	for _, other := range []person{a.bob, w.other.ada} {
		w.fails(t, "draft_not_found", other, "drafts.update", "draft_id", id, "text", "x")
		w.fails(t, "draft_not_found", other, "drafts.delete", "draft_id", id)
		w.fails(t, "draft_not_found", other, "drafts.delete", "draft_id", "Dr0000000000")
	}
	w.ok(t, a.ada, "drafts.delete", "draft_id", id)
	if list := w.ok(t, a.ada, "drafts.list"); len(list["drafts"].([]any)) > 0 {
		t.Errorf("drafts: %v", list)
	}
}
