package webapi

import (
	"fmt"
	"testing"
)

// aliasCalls are calls of all older names, in an order in which they succeed.
func (w *world) aliasCalls(t *testing.T) []shapeCall {
	a := &w.acme
	public := w.ok(t, a.ada, "conversations.create", "name", "older").text("channel.id")
	private := w.ok(t, a.ada, "conversations.create", "name", "older-private", "is_private", "true").text("channel.id")
	group := w.ok(t, a.ada, "conversations.open", "users", fmt.Sprint(a.bob.id, ",", a.eve.id)).text("channel.id")
	dm := w.ok(t, a.ada, "conversations.open", "users", a.eve.id).text("channel.id")
	var calls []shapeCall
	for _, c := range []struct{ family, id string }{{"channels", public}, {"groups", private}, {"im", dm}, {"mpim", group}} {
		ts := w.ok(t, a.ada, "chat.postMessage", "channel", c.id, "text", "x").text("ts")
		in := []any{"channel", c.id}
		calls = append(calls,
			shapeCall{a.ada, c.family + ".list", nil},
			shapeCall{a.ada, c.family + ".history", in},
			shapeCall{a.ada, c.family + ".replies", append(in, "thread_ts", ts)},
			shapeCall{a.ada, c.family + ".mark", append(in, "ts", ts)})
	}
	for _, c := range []struct{ family, id string }{{"channels", public}, {"groups", private}} {
		in := []any{"channel", c.id}
		calls = append(calls,
			shapeCall{a.ada, c.family + ".create", []any{"name", "new-" + c.family}},
			shapeCall{a.ada, c.family + ".info", in},
			shapeCall{a.ada, c.family + ".invite", append(in, "user", a.bob.id)},
			shapeCall{a.ada, c.family + ".setTopic", append(in, "topic", "x")},
			shapeCall{a.ada, c.family + ".setPurpose", append(in, "purpose", "x")},
			shapeCall{a.ada, c.family + ".rename", append(in, "name", "renamed-"+c.family)},
			shapeCall{a.ada, c.family + ".kick", append(in, "user", a.bob.id)})
		if c.family == "channels" {
			calls = append(calls, shapeCall{a.bob, "channels.join", []any{"name", "renamed-channels"}}, shapeCall{a.bob, "channels.leave", in})
		}
		calls = append(calls,
			shapeCall{a.ada, c.family + ".archive", in},
			shapeCall{a.owner, c.family + ".unarchive", in})
	}
	calls[len(calls)-1].who = a.ada // of the private one
	left := w.ok(t, a.ada, "conversations.create", "name", "to-leave", "is_private", "true", "user_ids", a.bob.id).text("channel.id")
	w.ok(t, a.ada, "conversations.invite", "channel", left, "users", a.bob.id)
	return append(calls,
		shapeCall{a.ada, "groups.leave", []any{"channel", left}},
		shapeCall{a.ada, "groups.close", []any{"channel", group}},
		shapeCall{a.ada, "groups.open", []any{"channel", group}},
		shapeCall{a.ada, "mpim.close", []any{"channel", group}},
		shapeCall{a.ada, "mpim.open", []any{"users", fmt.Sprint(a.bob.id, ",", a.eve.id)}},
		shapeCall{a.ada, "im.close", []any{"channel", dm}},
		shapeCall{a.ada, "im.open", []any{"user", a.eve.id, "return_im", "true"}},
	)
}

func TestOlderNames(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	calls := w.aliasCalls(t)
	called := map[string]bool{}
	for _, c := range calls {
		called[c.method] = true
		w.ok(t, c.who, c.method, c.args...)
	}
	for _, m := range w.server.aliasMethods() {
		if !called[m.name] {
			t.Errorf("%s was not called", m.name)
		}
	}
	if got := w.ok(t, a.ada, "groups.info", "channel", a.private); got.text("group.id") != string(a.private) || got.at("channel") != nil {
		t.Errorf("groups.info: %v", got)
	}
	if got := w.ok(t, a.ada, "im.list"); got.at("ims.0.is_im") != true || got.at("channels") != nil {
		t.Errorf("im.list: %v", got)
	}
	// Another type's id, another workspace's, and one that never was are the same.
	for _, id := range []any{a.private, w.other.public, "C00000000", a.secret} {
		w.fails(t, "channel_not_found", a.ada, "channels.info", "channel", id)
		w.fails(t, "channel_not_found", a.ada, "channels.join", "channel", id)
	}
	for _, id := range []any{a.public, w.other.private, "G00000000", a.secret} {
		w.fails(t, "channel_not_found", a.ada, "groups.info", "channel", id)
		w.fails(t, "channel_not_found", a.ada, "im.history", "channel", id)
	}
	w.fails(t, "channel_not_found", a.ada, "channels.join", "name", "no-such")
}
