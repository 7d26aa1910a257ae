package webapi

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"taut/chat"
	"taut/store"
)

// pages calls a method page by page, with all cursors decoded.
func (w *world) pages(t *testing.T, p person, method, list string, args ...any) (items []result, cursors string) {
	t.Helper()
	for cursor := ""; ; {
		got := w.ok(t, p, method, append(args, "limit", 1, "cursor", cursor)...)
		for _, item := range got[list].([]any) {
			items = append(items, result(item.(map[string]any)))
		}
		if cursor = got.text("response_metadata.next_cursor"); cursor == "" {
			return items, cursors
		}
		place, err := base64.StdEncoding.DecodeString(cursor)
		must(t, err)
		cursors += string(place) + "\n"
	}
}

// withGuest makes a private channel of the others and the guest.
func (n *tenant) withGuest(t *testing.T, name string, others ...chat.UserID) chat.ChannelID {
	t.Helper()
	return n.channel(t, name, true, append(others, n.guest.id)...)
}

func TestGuestsSeeNoIDsOfOtherChannels(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	shared := a.withGuest(t, "shared", a.bob.id)
	items, cursors := w.pages(t, a.guest, "users.conversations", "channels", "user", a.bob.id, "types", "public_channel,private_channel,im,mpim")
	if len(items) != 1 || items[0].text("id") != string(shared) || cursors != "" {
		t.Errorf("the guest sees %v, cursors %s", items, cursors)
	}
	items, _ = w.pages(t, a.ada, "users.conversations", "channels", "user", a.bob.id, "types", "public_channel,private_channel")
	if len(items) != 4 { // #general, #project, #old and #plans
		t.Errorf("ada sees %v", items)
	}
}

func TestReactionsListHidesWhatIsHidden(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	shared := a.withGuest(t, "shared", a.bob.id)
	for _, ch := range []chat.ChannelID{a.secret, a.public, shared, a.dm, a.private} {
		ts := w.ok(t, a.bob, "chat.postMessage", "channel", ch, "text", ch).text("ts")
		w.ok(t, a.bob, "reactions.add", "channel", ch, "timestamp", ts, "name", "eyes")
	}
	only := func(scopes ...string) person {
		return person{id: a.bob.id, token: a.token(t, store.NewToken{Type: chat.UserToken, User: a.bob.id, Scopes: scopes})}
	}
	for _, c := range []struct {
		who  person
		want []chat.ChannelID
	}{
		{a.bob, []chat.ChannelID{a.private, a.dm, shared, a.public, a.secret}},
		{a.ada, []chat.ChannelID{a.private, a.dm, a.public}},
		{a.eve, []chat.ChannelID{a.public}},
		{a.guest, []chat.ChannelID{shared}},
		{a.robot, []chat.ChannelID{a.public}},
		{only("reactions:read", "im:history"), []chat.ChannelID{a.dm}},
		{only("reactions:read"), nil},
	} {
		items, cursors := w.pages(t, c.who, "reactions.list", "items", "user", a.bob.id)
		var got []chat.ChannelID
		for _, item := range items {
			got = append(got, chat.ChannelID(item.text("channel")))
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) || strings.Count(cursors, "\n") != max(0, len(got)-1) {
			t.Errorf("%s sees %v, want %v; cursors %s", c.who.name, got, c.want, cursors)
		}
	}
	w.fails(t, "user_not_visible", a.guest, "reactions.list", "user", a.ada.id)
}

func TestBotsReadOnlyWhereTheyAre(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	apart := a.channel(t, "apart", false, a.bob.id)
	ts := w.ok(t, a.bob, "chat.postMessage", "channel", apart, "text", "x").text("ts")
	w.ok(t, a.bob, "reactions.add", "channel", apart, "timestamp", ts, "name", "eyes")
	w.fails(t, "not_in_channel", a.robot, "conversations.history", "channel", apart)
	w.fails(t, "not_in_channel", a.robot, "reactions.get", "channel", apart, "timestamp", ts)
	w.fails(t, "not_in_channel", a.robot, "chat.getPermalink", "channel", apart, "message_ts", ts)
	w.ok(t, a.eve, "reactions.get", "channel", apart, "timestamp", ts)
	w.ok(t, a.eve, "chat.getPermalink", "channel", apart, "message_ts", ts)
	narrow := person{token: a.token(t, store.NewToken{Type: chat.UserToken, User: a.bob.id, Scopes: []string{"reactions:read", "groups:history"}})}
	w.fails(t, "missing_scope", narrow, "reactions.get", "channel", apart, "timestamp", ts)
	_, err := a.bound.Join(t.Context(), apart, a.robot.id, "")
	must(t, err)
	w.ok(t, a.robot, "reactions.get", "channel", apart, "timestamp", ts)
}

func TestNamesOfInvisiblePeopleStay(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	shared := a.withGuest(t, "shared", a.bob.id)
	got := w.ok(t, a.guest, "chat.postMessage", "channel", shared, "text", "@ada @bob", "link_names", "1").text("message.text")
	if want := "@ada <@" + string(a.bob.id) + ">"; got != want {
		t.Errorf("a guest's names become %q, want %q", got, want)
	}
}

// The key of a message posted before being removed tells nothing.
func TestKeyAfterKick(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	p := []any{"channel", a.private, "text", "x", "client_msg_id", "key"}
	w.ok(t, a.ada, "chat.postMessage", p...)
	must(t, a.bound.Leave(t.Context(), a.private, a.ada.id, a.bob.id))
	w.fails(t, "channel_not_found", a.ada, "chat.postMessage", p...)
	caller, err := w.auth.Authenticate(t.Context(), a.ada.token)
	must(t, err)
	_, err = w.server.Post(t.Context(), caller, chat.RTMPost{Channel: string(a.private), Text: "x", ClientMsgID: "key"})
	if chat.CodeOf(err) != chat.NotFound {
		t.Errorf("over RTM: %v", err)
	}
}
