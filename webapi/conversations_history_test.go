package webapi

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"taut/chat"
)

// posts sends n messages and gives their ts, oldest first.
func (w *world) posts(t testing.TB, p person, ch chat.ChannelID, n int, args ...any) []string {
	t.Helper()
	var all []string
	for i := range n {
		got := w.ok(t, p, "chat.postMessage", append([]any{"channel", ch, "text", fmt.Sprint("message ", i)}, args...)...)
		all = append(all, got.text("ts"))
	}
	return all
}

// times lists the messages' ts.
func (r result) times() []string { return r.ids("messages", "ts") }

func reversed(list []string) []string {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

func TestHistory(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	ts := w.posts(t, a.ada, a.private, 5)
	got := w.ok(t, a.bob, "conversations.history", "channel", a.private, "limit", "3")
	if want := reversed(ts[2:]); !slices.Equal(got.times(), want) {
		t.Errorf("the newest are %v, want %v", got.times(), want)
	}
	for _, key := range []string{"has_more", "pin_count", "channel_actions_ts", "channel_actions_count", "messages"} {
		if _, ok := got[key]; !ok {
			t.Errorf("%s is absent from %v", key, got)
		}
	}
	if got["has_more"] != true || got["channel_actions_ts"] != nil || got.text("response_metadata.next_cursor") == "" {
		t.Errorf("first page: %v", got)
	}
	if m := got.at("messages.0").(map[string]any); m["channel"] != nil || m["event_ts"] != nil || m["type"] != "message" || m["user"] != string(a.ada.id) {
		t.Errorf("a message of history is %v", m)
	}
	last := w.ok(t, a.bob, "conversations.history", "channel", a.private)
	if last["has_more"] != false || last.text("response_metadata.next_cursor") != "" {
		t.Errorf("all at once: %v", last)
	}
}

func TestHistoryBounds(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	ts := w.posts(t, a.ada, a.private, 5)
	for _, test := range []struct {
		args []any
		want []string
	}{
		{[]any{"oldest", ts[1]}, ts[2:]},
		{[]any{"oldest", ts[1], "inclusive", "1"}, ts[1:]},
		{[]any{"oldest", ts[1], "latest", ts[3]}, ts[2:3]},
		{[]any{"oldest", ts[1], "latest", ts[3], "inclusive", "true"}, ts[1:4]},
		{[]any{"oldest", ts[2], "latest", ts[2], "inclusive", "true", "limit", 1}, ts[2:3]},
		{[]any{"oldest", ts[2], "latest", ts[2]}, nil},
		{[]any{"oldest", ts[0], "limit", "2"}, ts[3:]},
		{[]any{"oldest", ts[2], "latest", "99999999999"}, ts[3:]},
		{[]any{"latest", ts[3], "limit", "2"}, ts[1:3]},
		{[]any{"oldest", "99999999999.5"}, nil},
	} {
		got := w.ok(t, a.bob, "conversations.history", append([]any{"channel", a.private}, test.args...)...).times()
		if !slices.Equal(got, reversed(test.want)) {
			t.Errorf("%v gives %v, want %v", test.args, got, reversed(test.want))
		}
	}
	for _, bad := range []string{"x", "-1", "1e9", "1.2.3", "123456789012", "0x10", "."} {
		w.fails(t, "invalid_ts_oldest", a.ada, "conversations.history", "channel", a.private, "oldest", bad)
		w.fails(t, "invalid_ts_latest", a.ada, "conversations.history", "channel", a.private, "latest", bad)
	}
	w.ok(t, a.ada, "conversations.history", "channel", a.private, "oldest", "0", "latest", "now", "limit", "5000")
	w.fails(t, "invalid_cursor", a.ada, "conversations.history", "channel", a.private, "cursor", "dXNlcjpVMQ==")
	w.fails(t, "invalid_cursor", a.ada, "conversations.history", "channel", a.private, "cursor", encodeCursor(historyCursor, "-5"))
}

// Pages to the end hold each message once, also of those posted before it
// began, while more are posted.
func TestHistoryPagesUnderWrites(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	ts := w.posts(t, a.ada, a.private, 7)
	for _, inclusive := range []string{"", "true"} {
		var seen []string
		for cursor := ""; ; {
			got := w.ok(t, a.bob, "conversations.history", "channel", a.private, "limit", 2, "cursor", cursor, "oldest", ts[0], "inclusive", inclusive)
			seen = append(seen, got.times()...)
			w.posts(t, a.bob, a.private, 1)
			if cursor = got.text("response_metadata.next_cursor"); cursor == "" {
				break
			}
		}
		seen = slices.DeleteFunc(seen, func(s string) bool { return s > ts[6] })
		want := reversed(ts[1:])
		if inclusive != "" {
			want = reversed(ts)
		}
		if !slices.Equal(seen, want) {
			t.Errorf("inclusive %q: pages give %v, want %v", inclusive, seen, want)
		}
	}
}

func TestHistoryRights(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	w.ok(t, a.eve, "conversations.history", "channel", a.public)
	w.ok(t, a.ada, "conversations.history", "channel", a.archived)
	w.ok(t, a.robot, "conversations.history", "channel", a.public)
	random := w.ok(t, a.ada, "conversations.create", "name", "elsewhere").text("channel.id")
	w.fails(t, "not_in_channel", a.robot, "conversations.history", "channel", random)
	w.fails(t, "not_in_channel", a.robot, "conversations.replies", "channel", random, "ts", "1.000000")
	w.fails(t, "invalid_arguments", a.ada, "conversations.history")
}

func TestHistoryOfThreads(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	root := w.posts(t, a.ada, a.private, 1)[0]
	w.posts(t, a.bob, a.private, 2, "thread_ts", root)
	broadcast := w.posts(t, a.bob, a.private, 1, "thread_ts", root, "reply_broadcast", "true")[0]
	got := w.ok(t, a.ada, "conversations.history", "channel", a.private, "limit", 2)
	if want := []string{broadcast, root}; !slices.Equal(got.times(), want) {
		t.Fatalf("history has %v, want the broadcast and the root %v", got.times(), want)
	}
	m := result(got["messages"].([]any)[1].(map[string]any))
	if m["reply_count"] != 3.0 || m.text("latest_reply") != broadcast || m.text("thread_ts") != root || m["subscribed"] != true || m["is_locked"] != false {
		t.Errorf("the root is %v", m)
	}
	if got.text("messages.0.subtype") != chat.SubtypeThreadBroadcast || got.text("messages.0.root.ts") != root {
		t.Errorf("the broadcast is %v", got.at("messages.0"))
	}
}

func TestReplies(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	root := w.posts(t, a.ada, a.private, 1)[0]
	replies := w.posts(t, a.bob, a.private, 5, "thread_ts", root)
	all := append([]string{root}, replies...)
	got := w.ok(t, a.ada, "conversations.replies", "channel", a.private, "ts", root)
	if !slices.Equal(got.times(), all) || got["has_more"] != false {
		t.Errorf("the thread is %v, want %v", got, all)
	}
	first, second := got.at("messages.0").(map[string]any), got["messages"].([]any)[1].(map[string]any)
	for _, key := range []string{"reply_count", "reply_users_count", "latest_reply", "reply_users", "is_locked", "subscribed", "last_read", "unread_count"} {
		if _, ok := first[key]; !ok {
			t.Errorf("%s is absent from the root %v", key, first)
		}
	}
	if second["thread_ts"] != root || second["parent_user_id"] != string(a.ada.id) {
		t.Errorf("a reply is %v", second)
	}
	if got := w.ok(t, a.ada, "conversations.replies", "channel", a.private, "ts", replies[2]); got.text("messages.0.ts") != root {
		t.Errorf("by a reply's ts: %v", got)
	}
	alone := w.posts(t, a.ada, a.private, 1)[0]
	if got := w.ok(t, a.ada, "conversations.replies", "channel", a.private, "ts", alone); !slices.Equal(got.times(), []string{alone}) || got.at("messages.0.thread_ts") != nil {
		t.Errorf("of a message without replies: %v", got)
	}
	w.fails(t, "thread_not_found", a.ada, "conversations.replies", "channel", a.private, "ts", "1.000000")
	w.fails(t, "thread_not_found", a.ada, "conversations.replies", "channel", a.private, "ts", "x")
	w.fails(t, "thread_not_found", a.ada, "conversations.replies", "channel", a.public, "ts", root)
	w.fails(t, "invalid_arguments", a.ada, "conversations.replies", "channel", a.private)
	w.fails(t, "invalid_ts_oldest", a.ada, "conversations.replies", "channel", a.private, "ts", root, "oldest", "x")
	w.fails(t, "invalid_ts_latest", a.ada, "conversations.replies", "channel", a.private, "ts", root, "latest", "x")
	w.fails(t, "invalid_cursor", a.ada, "conversations.replies", "channel", a.private, "ts", root, "cursor", "x")
}

func TestRepliesPagesAndBounds(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	root := w.posts(t, a.ada, a.private, 1)[0]
	replies := w.posts(t, a.bob, a.private, 5, "thread_ts", root)
	for _, limit := range []int{1, 2, 3} {
		var seen []string
		for cursor := ""; ; {
			got := w.ok(t, a.ada, "conversations.replies", "channel", a.private, "ts", root, "limit", limit, "cursor", cursor)
			if got.text("messages.0.ts") != root {
				t.Fatalf("a page begins with %v", got.at("messages.0"))
			}
			seen = append(seen, got.times()[1:]...)
			if cursor = got.text("response_metadata.next_cursor"); cursor == "" {
				break
			}
		}
		if !slices.Equal(seen, replies) {
			t.Errorf("pages of %d give %v, want %v", limit, seen, replies)
		}
	}
	for _, test := range []struct {
		args []any
		want []string
	}{
		{[]any{"oldest", replies[1]}, replies[2:]},
		{[]any{"oldest", replies[1], "inclusive", 1}, replies[1:]},
		{[]any{"latest", replies[1]}, replies[:1]},
		{[]any{"latest", replies[1], "inclusive", 1}, replies[:2]},
	} {
		got := w.ok(t, a.ada, "conversations.replies", append([]any{"channel", a.private, "ts", root}, test.args...)...).times()
		if want := append([]string{root}, test.want...); !slices.Equal(got, want) {
			t.Errorf("%v gives %v, want %v", test.args, got, want)
		}
	}
}

func TestMetadataOnlyWhereAskedFor(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	metadata := `{"event_type":"made","event_payload":{"id":1}}`
	root := w.posts(t, a.ada, a.private, 1, "metadata", metadata)[0]
	for _, call := range [][]any{{"conversations.history"}, {"conversations.replies", "ts", root}} {
		args := append([]any{"channel", a.private, "limit", 1}, call[1:]...)
		if got := w.ok(t, a.bob, call[0].(string), args...); got.at("messages.0.metadata") != nil {
			t.Errorf("%s shows metadata unasked: %v", call[0], got)
		}
		if got := w.ok(t, a.bob, call[0].(string), append(args, "include_all_metadata", "true")...); got.text("messages.0.metadata.event_type") != "made" {
			t.Errorf("%s hides metadata: %v", call[0], got)
		}
	}
}

func TestMarkAndUnread(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	ts := w.posts(t, a.ada, a.private, 3)
	unread := func(p person) (count any, lastRead string) {
		got := w.ok(t, p, "conversations.info", "channel", a.private)
		return got.at("channel.unread_count_display"), got.text("channel.last_read")
	}
	w.ok(t, a.bob, "conversations.mark", "channel", a.private, "ts", ts[0])
	if n, last := unread(a.bob); n != 2.0 || last != ts[0] {
		t.Errorf("bob has %v unread after %s, want 2 after %s", n, last, ts[0])
	}
	if n, _ := unread(a.ada); n != 0.0 {
		t.Errorf("ada, who wrote them, has %v unread", n)
	}
	w.ok(t, a.bob, "conversations.mark", "channel", a.private, "ts", ts[2])
	if n, last := unread(a.bob); n != 0.0 || last != ts[2] {
		t.Errorf("bob has %v unread after %s", n, last)
	}
	// The last mark wins, also one that goes back.
	w.ok(t, a.bob, "conversations.mark", "channel", a.private, "ts", ts[1])
	if n, last := unread(a.bob); n != 1.0 || last != ts[1] {
		t.Errorf("bob has %v unread after %s", n, last)
	}
	w.fails(t, "invalid_timestamp", a.bob, "conversations.mark", "channel", a.private, "ts", "x")
	w.fails(t, "invalid_timestamp", a.bob, "conversations.mark", "channel", a.private, "ts", "now")
	w.fails(t, "not_in_channel", a.eve, "conversations.mark", "channel", a.public, "ts", ts[0])
	w.fails(t, "invalid_arguments", a.bob, "conversations.mark", "channel", a.private)
}

func TestLatestOfDM(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	if got := w.ok(t, a.ada, "conversations.info", "channel", a.dm); got.at("channel.latest") != nil || got.at("channel.unread_count") != 0.0 {
		t.Errorf("an empty DM is %v", got)
	}
	ts := w.posts(t, a.bob, a.dm, 2)
	got := w.ok(t, a.ada, "conversations.info", "channel", a.dm)
	if got.text("channel.latest.ts") != ts[1] || !strings.HasPrefix(got.text("channel.latest.text"), "message") || got.at("channel.unread_count") != 2.0 {
		t.Errorf("the DM is %v", got)
	}
}

func TestClientCounts(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	w.ok(t, a.bob, "conversations.mark", "channel", a.private, "ts", w.posts(t, a.ada, a.private, 1)[0])
	w.posts(t, a.ada, a.dm, 2)
	counts := func(list string, id chat.ChannelID) result {
		for _, c := range w.ok(t, a.bob, "client.counts")[list].([]any) {
			if c := result(c.(map[string]any)); c.text("id") == string(id) {
				return c
			}
		}
		t.Fatalf("%s is not among the %s", id, list)
		return nil
	}
	if c := counts("channels", a.private); c["has_unreads"] != false || c["mention_count"] != 0.0 || c.text("last_read") != c.text("latest") {
		t.Errorf("all read: %v", c)
	}
	if c := counts("ims", a.dm); c["has_unreads"] != true || c["mention_count"] != 2.0 {
		t.Errorf("a DM: %v", c)
	}
	w.ok(t, a.ada, "chat.postMessage", "channel", a.private, "text", "for <@"+a.bob.id+">")
	w.ok(t, a.ada, "chat.postMessage", "channel", a.private, "text", "for <!channel>")
	w.ok(t, a.ada, "chat.postMessage", "channel", a.private, "text", "for <@"+a.ada.id+">")
	if c := counts("channels", a.private); c["has_unreads"] != true || c["mention_count"] != 2.0 {
		t.Errorf("mentioned twice: %v", c)
	}
	w.ok(t, a.bob, "users.prefs.set", "name", "muted_channels", "value", "C0000000000, "+a.private+","+a.dm)
	if c := counts("channels", a.private); c["has_unreads"] != false || c["mention_count"] != 2.0 || c.text("last_read") == c.text("latest") {
		t.Errorf("muted: %v", c)
	}
	if c := counts("ims", a.dm); c["has_unreads"] != false || c["mention_count"] != 0.0 {
		t.Errorf("a muted DM: %v", c)
	}
	w.ok(t, a.bob, "users.prefs.set", "prefs", `{"muted_channels":7}`)
	if c := counts("ims", a.dm); c["has_unreads"] != true || c["mention_count"] != 2.0 {
		t.Errorf("what is no list mutes: %v", c)
	}
}

// What one did to a channel oneself is not unread.
func TestOwnNoticesAreRead(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	id := w.ok(t, a.ada, "conversations.create", "name", "fresh").text("channel.id")
	w.ok(t, a.ada, "conversations.setTopic", "channel", id, "topic", "x")
	w.ok(t, a.ada, "conversations.setPurpose", "channel", id, "purpose", "x")
	w.ok(t, a.ada, "conversations.rename", "channel", id, "name", "fresher")
	if got := w.ok(t, a.ada, "conversations.info", "channel", id); got.at("channel.unread_count") != 0.0 {
		t.Errorf("the creator finds unread: %v", got)
	}
	w.ok(t, a.bob, "conversations.join", "channel", id)
	if got := w.ok(t, a.bob, "conversations.info", "channel", id); got.at("channel.unread_count") != 0.0 {
		t.Errorf("who just joined finds unread: %v", got)
	}
}
