package webapi

import (
	"fmt"
	"testing"
)

// shapeCall is a call that succeeds.
type shapeCall struct {
	who    person
	method string
	args   []any
}

// familyCalls are what further families' tests add to everything.
var familyCalls []func(t *testing.T, w *world) []shapeCall

// callsOf adds a family's calls: var _ = callsOf(func …).
func callsOf(calls func(t *testing.T, w *world) []shapeCall) bool {
	familyCalls = append(familyCalls, calls)
	return true
}

// everything fills a workspace, and gives calls of all methods there.
func (w *world) everything(t *testing.T) []shapeCall {
	a := &w.acme
	root := w.thread(t)
	group := w.ok(t, a.ada, "conversations.open", "users", fmt.Sprint(a.bob.id, ",", a.eve.id)).text("channel.id")
	w.posts(t, a.bob, a.dm, 2)
	w.ok(t, a.owner, "conversations.invite", "channel", w.ok(t, a.owner, "conversations.create", "name", "with-guest").text("channel.id"), "users", a.guest.id)
	calls := w.changes(t, group, root)
	for _, who := range []person{a.ada, a.bob, a.robot, a.owner} {
		calls = append(calls, w.reads(who, root)...)
	}
	calls = append(calls, w.ofPeople(group)...)
	for _, family := range familyCalls {
		calls = append(calls, family(t, w)...)
	}
	return append(calls,
		shapeCall{a.guest, "conversations.list", nil}, shapeCall{a.guest, "users.list", nil}, shapeCall{a.guest, "users.conversations", nil})
}

// thread has everything that a message can have.
func (w *world) thread(t *testing.T) (root string) {
	a := &w.acme
	w.ok(t, a.owner, "conversations.invite", "channel", w.ok(t, a.owner, "conversations.create", "name", "made").text("channel.id"), "users", a.ada.id)
	w.ok(t, a.ada, "conversations.setTopic", "channel", a.public, "topic", "of <things> & others")
	w.ok(t, a.ada, "conversations.setPurpose", "channel", a.public, "purpose", "to test")
	w.ok(t, a.ada, "conversations.rename", "channel", a.public, "name", "renamed")
	w.ok(t, a.eve, "conversations.join", "channel", a.public)
	w.ok(t, a.eve, "conversations.leave", "channel", a.public)
	root = w.posts(t, a.ada, a.public, 1, "client_msg_id", "k", "attachments", `[{"text":"x","fields":[{"title":"t"}]}]`,
		"metadata", `{"event_type":"made","event_payload":{"id":1}}`)[0]
	in := []any{"thread_ts", root}
	w.posts(t, a.bob, a.public, 3, in...)
	w.posts(t, a.robot, a.public, 1, append(in, "reply_broadcast", "true")...)
	w.posts(t, a.bob, a.public, 1, append(in, "reply_broadcast", "true")...)
	w.posts(t, a.robot, a.public, 1, "username", "ghost", "icon_emoji", "ghost")
	w.posts(t, a.robot, a.public, 1, "icon_url", "https://example.com/x.png")
	w.posts(t, a.robot, a.public, 1, "blocks", `[{"type":"section","text":{"type":"mrkdwn","text":"*x*"}}]`)
	w.ok(t, a.ada, "chat.meMessage", "channel", a.public, "text", "waves")
	w.ok(t, a.ada, "chat.update", "channel", a.public, "ts", root, "text", "edited *text* with <https://example.com|a link>")
	gone := w.posts(t, a.bob, a.public, 1)[0]
	w.posts(t, a.ada, a.public, 1, "thread_ts", gone)
	w.ok(t, a.bob, "chat.delete", "channel", a.public, "ts", gone)
	for _, who := range []person{a.ada, a.bob, a.robot} {
		w.ok(t, who, "reactions.add", "channel", a.public, "timestamp", root, "name", "eyes")
	}
	return root
}

// changes are calls of methods that change something, in an order in which they
// succeed.
func (w *world) changes(t *testing.T, group, root string) []shapeCall {
	a := &w.acme
	mine := w.posts(t, a.ada, a.public, 1)[0]
	robots := w.posts(t, a.robot, a.public, 1)[0]
	item := []any{"channel", a.public, "timestamp", mine, "name", "tada"}
	private := []any{"channel", a.private}
	return []shapeCall{
		{a.ada, "api.test", []any{"foo", "bar"}},
		{a.ada, "chat.postMessage", []any{"channel", a.public, "text", "x", "client_msg_id", "again"}},
		{a.ada, "chat.postMessage", []any{"channel", a.public, "text", "x", "client_msg_id", "again"}},
		{a.ada, "chat.postMessage", []any{"channel", a.public, "text", "x", "thread_ts", root, "reply_broadcast", "1"}},
		{a.ada, "chat.postMessage", []any{"channel", a.bob.id, "text", "x"}},
		{a.robot, "chat.postMessage", []any{"channel", a.public, "text", "x", "username", "u", "icon_emoji", "ghost"}},
		{a.ada, "chat.meMessage", []any{"channel", a.public, "text", "x"}},
		{a.ada, "chat.postEphemeral", []any{"channel", a.public, "user", a.bob.id, "text", "x"}},
		{a.ada, "chat.update", []any{"channel", a.public, "ts", mine, "text", "y"}},
		{a.robot, "chat.update", []any{"channel", a.public, "ts", robots, "text", "y"}},
		{a.ada, "reactions.add", item},
		{a.ada, "reactions.remove", item},
		{a.ada, "chat.delete", []any{"channel", a.public, "ts", mine}},
		{a.ada, "conversations.mark", []any{"channel", a.public, "ts", root}},
		{a.ada, "conversations.create", []any{"name", "new"}},
		{a.ada, "conversations.create", []any{"name", "new-and-private", "is_private", "true"}},
		{a.bob, "conversations.invite", []any{"channel", a.secret, "users", a.ada.id}},
		{a.eve, "conversations.join", []any{"channel", a.public}},
		{a.eve, "conversations.join", []any{"channel", a.public}},
		{a.robot, "conversations.join", []any{"channel", a.public}},
		{a.eve, "conversations.leave", []any{"channel", a.public}},
		{a.eve, "conversations.leave", []any{"channel", a.public}},
		{a.ada, "conversations.setTopic", append(private, "topic", "x")},
		{a.ada, "conversations.setPurpose", append(private, "purpose", "x")},
		{a.ada, "conversations.setTopic", []any{"channel", group, "topic", "x"}},
		{a.ada, "conversations.rename", append(private, "name", "new-plans")},
		{a.ada, "conversations.kick", append(private, "user", a.bob.id)},
		{a.ada, "conversations.archive", private},
		{a.owner, "conversations.unarchive", []any{"channel", a.archived}},
		{a.ada, "conversations.close", []any{"channel", a.dm}},
		{a.ada, "conversations.close", []any{"channel", a.dm}},
		{a.ada, "conversations.open", []any{"users", a.bob.id}},
		{a.ada, "conversations.open", []any{"users", a.bob.id, "return_im", "true"}},
		{a.ada, "conversations.open", []any{"channel", group, "return_im", "true"}},
	}
}

// reads are calls of methods that show what there is.
func (w *world) reads(who person, root string) []shapeCall {
	a := &w.acme
	item := []any{"channel", a.public, "timestamp", root}
	types := []any{"types", "public_channel,private_channel,im,mpim"}
	calls := []shapeCall{
		{who, "auth.test", nil},
		{who, "rtm.connect", nil},
		{who, "team.info", nil},
		{who, "emoji.list", nil},
		{who, "bots.info", []any{"bot", a.robot.bot}},
		{who, "users.list", []any{"include_locale", "true"}},
		{who, "users.list", []any{"limit", 2}},
		{who, "users.info", []any{"user", a.bob.id, "include_locale", "1"}},
		{who, "users.info", []any{"user", a.robot.id}},
		{who, "users.info", []any{"user", slackbot}},
		{who, "users.info", []any{"users", fmt.Sprint(a.bob.id, ",", a.ada.id)}},
		{who, "users.lookupByEmail", []any{"email", "bob@example.com"}},
		{who, "users.conversations", types},
		{who, "users.profile.get", []any{"user", a.robot.id}},
		{who, "users.getPresence", []any{"user", a.bob.id}},
		{who, "conversations.list", types},
		{who, "conversations.list", append(types, "limit", 1)},
		{who, "conversations.members", []any{"channel", a.public, "limit", 1}},
		{who, "reactions.list", nil},
	}
	if who.id == a.owner.id {
		return calls
	}
	return append(calls,
		shapeCall{who, "chat.getPermalink", []any{"channel", a.public, "message_ts", root}},
		shapeCall{who, "conversations.info", []any{"channel", a.public, "include_num_members", "1", "include_locale", "1"}},
		shapeCall{who, "conversations.history", []any{"channel", a.public, "include_all_metadata", "1"}},
		shapeCall{who, "conversations.history", []any{"channel", a.public, "limit", 2, "oldest", "1", "latest", "9999999999"}},
		shapeCall{who, "conversations.replies", []any{"channel", a.public, "ts", root}},
		shapeCall{who, "conversations.replies", []any{"channel", a.public, "ts", root, "limit", 2}},
		shapeCall{who, "reactions.get", item},
		shapeCall{who, "reactions.list", []any{"limit", 1}},
	)
}

// ofPeople are calls that bots can't make, or that are about conversations
// between people.
func (w *world) ofPeople(group string) []shapeCall {
	a := &w.acme
	return []shapeCall{
		{a.ada, "conversations.info", []any{"channel", a.dm, "include_num_members", "1"}},
		{a.ada, "conversations.info", []any{"channel", group}},
		{a.ada, "conversations.history", []any{"channel", a.dm}},
		{a.ada, "conversations.members", []any{"channel", group}},
		{a.ada, "users.profile.set", []any{"profile", `{"status_text":"away","status_emoji":":car:"}`}},
		{a.ada, "users.profile.set", []any{"name", "title", "value", "Countess"}},
		{a.ada, "users.profile.get", []any{"include_labels", "true"}},
		{a.ada, "users.setPresence", []any{"presence", "away"}},
		{a.ada, "users.getPresence", nil},
		{a.ada, "users.prefs.get", nil},
		{a.ada, "client.counts", nil},
	}
}
