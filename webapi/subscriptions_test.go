package webapi

import (
	"fmt"
	"slices"
	"testing"
)

func TestThreadSubscriptions(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	root := w.posts(t, a.ada, a.public, 1)[0]
	in := []any{"channel", a.public, "thread_ts", root}
	replies := w.posts(t, a.bob, a.public, 3, in[2:]...)
	mention := w.posts(t, a.bob, a.public, 1, append(in[2:], "text", fmt.Sprintf("<@%s> look", a.eve.id))...)[0]

	got := w.ok(t, a.ada, "subscriptions.thread.get", in...)
	if got["subscribed"] != true || got["unread_count"] != 4.0 || got.text("last_read") != root {
		t.Errorf("the author's: %v", got)
	}
	w.ok(t, a.ada, "subscriptions.thread.mark", append(in, "ts", replies[1])...)
	thread := w.ok(t, a.ada, "conversations.replies", "channel", a.public, "ts", root)
	if thread.at("messages.0.subscribed") != true || thread.text("messages.0.last_read") != replies[1] || thread.at("messages.0.unread_count") != 2.0 {
		t.Errorf("the root is %v", thread.at("messages.0"))
	}
	counts := w.ok(t, a.ada, "client.counts")
	if counts.at("threads.has_unreads") != true || counts.at("threads.unread_count") != 1.0 || counts.at("threads.mention_count") != 0.0 {
		t.Errorf("counts are %v", counts["threads"])
	}
	if counts := w.ok(t, a.eve, "client.counts"); counts.at("threads.mention_count") != 1.0 {
		t.Errorf("who was mentioned counts %v", counts["threads"])
	}
	view := w.ok(t, a.eve, "subscriptions.thread.getView")
	if view.text("threads.0.root_msg.ts") != root || view.text("threads.0.unread_replies.0.ts") != mention || view["new_threads_count"] != 1.0 ||
		view["total_unread_replies"] != 1.0 || view["has_more"] != false {
		t.Errorf("the view is %v", view)
	}
	if next := w.ok(t, a.eve, "subscriptions.thread.getView", "current_ts", view["max_ts"]); len(next["threads"].([]any)) != 0 {
		t.Errorf("the next page is %v", next)
	}
	w.ok(t, a.ada, "subscriptions.thread.remove", in...)
	if got := w.ok(t, a.ada, "subscriptions.thread.get", in...); got["subscribed"] != false {
		t.Errorf("unsubscribed: %v", got)
	}
	if history := w.ok(t, a.ada, "conversations.history", "channel", a.public); history.at("messages.0.subscribed") != false {
		t.Errorf("unsubscribed: %v", history)
	}
	w.ok(t, a.robot, "subscriptions.thread.add", append(in, "last_read", replies[2])...)
	if got := w.ok(t, a.robot, "subscriptions.thread.get", in...); got["subscribed"] != true || got["unread_count"] != 1.0 {
		t.Errorf("subscribed: %v", got)
	}
	w.fails(t, "thread_not_found", a.ada, "subscriptions.thread.add", "channel", a.public, "thread_ts", "1234567890.123456")
	w.fails(t, "thread_not_found", a.ada, "subscriptions.thread.get", "channel", a.public, "thread_ts", "x")
}

// A view goes on by its cursor, to the end.
func TestThreadViewByCursor(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	roots := w.posts(t, a.ada, a.public, 3)
	for _, root := range roots {
		w.posts(t, a.bob, a.public, 1, "thread_ts", root)
	}
	var got []string
	for cursor, more := "", true; more && len(got) < 4; {
		page := w.ok(t, a.ada, "subscriptions.thread.getView", "limit", 1, "cursor", cursor)
		got = append(got, page.text("threads.0.root_msg.ts"))
		cursor = page.text("response_metadata.next_cursor")
		if more = page["has_more"] == true; more != (cursor != "") {
			t.Errorf("more: %v, and the cursor is %q", more, cursor)
		}
	}
	slices.Reverse(got)
	if !slices.Equal(got, roots) {
		t.Errorf("threads %v, want %v", got, roots)
	}
	for _, bad := range []string{"x", encodeCursor("users", "1/C/1"), encodeCursor("threads", "1"), encodeCursor("threads", "x/C/1"), encodeCursor("threads", "1//1")} {
		w.fails(t, "invalid_cursor", a.ada, "subscriptions.thread.getView", "cursor", bad)
	}
}

func TestThreadsAreApart(t *testing.T) {
	w := newWorld(t)
	a, b := &w.acme, &w.other
	theirs, secret := w.posts(t, b.ada, b.public, 1)[0], w.posts(t, a.bob, a.secret, 1)[0]
	for channel, ts := range map[any]string{b.public: theirs, a.secret: secret, "C0000000000": theirs} {
		for _, method := range []string{"add", "remove", "mark", "get"} {
			w.fails(t, "channel_not_found", a.ada, "subscriptions.thread."+method, "channel", channel, "thread_ts", ts, "ts", ts)
		}
	}
	// Who was thrown out sees nothing of the threads that they followed.
	w.ok(t, a.bob, "conversations.invite", "channel", a.secret, "users", a.ada.id)
	w.posts(t, a.ada, a.secret, 1, "thread_ts", secret)
	w.posts(t, a.bob, a.secret, 1, "thread_ts", secret)
	if view := w.ok(t, a.ada, "subscriptions.thread.getView"); view.text("threads.0.root_msg.ts") != secret {
		t.Errorf("a member's view is %v", view)
	}
	w.ok(t, a.bob, "conversations.kick", "channel", a.secret, "user", a.ada.id)
	view, counts := w.ok(t, a.ada, "subscriptions.thread.getView"), w.ok(t, a.ada, "client.counts")
	if len(view["threads"].([]any)) != 0 || view["new_threads_count"] != 0.0 || counts.at("threads.has_unreads") != false {
		t.Errorf("the view of who was thrown out is %v, counts %v", view, counts["threads"])
	}
}
