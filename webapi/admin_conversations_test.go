package webapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"taut/chat"
)

var _ = callsOf(func(t *testing.T, w *world) []shapeCall {
	a := &w.acme
	args := []any{"channel_id", a.owned(t, "to-convert")}
	return []shapeCall{
		{a.owner, "admin.conversations.convertToPrivate", args},
		{a.owner, "admin.conversations.convertToPublic", args},
	}
})

// owned is a public channel of the owner's, ada and the others are in too.
func (n *tenant) owned(t *testing.T, name string, others ...chat.UserID) chat.ChannelID {
	t.Helper()
	return n.channel(t, name, false, append([]chat.UserID{n.owner.id, n.ada.id}, others...)...)
}

func TestWhoMayConvert(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	const private, public = "admin.conversations.convertToPrivate", "admin.conversations.convertToPublic"
	ch := a.owned(t, "plans-of-all")
	general := w.general(t)
	for _, c := range []struct {
		want   string
		who    person
		method string
		ch     chat.ChannelID
	}{
		{"restricted_action", a.ada, private, ch},
		{"restricted_action", a.ada, private, general},
		{"channel_not_found", a.guest, private, ch},
		{"channel_not_found", a.owner, private, a.private},
		{"channel_not_found", a.owner, private, w.other.public},
		{"channel_not_found", a.owner, public, "C0NEVERWAS"},
		{"not_allowed_token_type", a.robot, private, ch},
		{"could_not_convert_channel", a.owner, private, a.public}, // which the owner is not in
		{"channel_type_not_supported", a.owner, private, general},
		{"not_supported", a.owner, public, ch},
	} {
		w.fails(t, c.want, c.who, c.method, "channel_id", c.ch)
	}
	w.ok(t, a.owner, "conversations.archive", "channel", ch)
	w.fails(t, "could_not_convert_channel", a.owner, private, "channel_id", ch)
	w.ok(t, a.owner, "conversations.unarchive", "channel", ch)

	w.ok(t, a.owner, "manage.settings.set", "settings", `{"allow":{"convert_channels":"member"}}`)
	w.ok(t, a.ada, private, "channel_id", ch)
	w.fails(t, "channel_type_not_supported", a.ada, private, "channel_id", ch)
	w.fails(t, "restricted_action", a.ada, public, "channel_id", ch)
	w.ok(t, a.owner, public, "channel_id", ch)
	audit := fmt.Sprint(w.ok(t, a.owner, "manage.audit.list"))
	for _, action := range []string{"public_channel_converted_to_private", "group_converted_to_channel"} {
		if strings.Count(audit, action) != 1 {
			t.Errorf("%s in the audit log: %s", action, audit)
		}
	}
}

func (w *world) general(t *testing.T) chat.ChannelID {
	t.Helper()
	c, err := w.acme.bound.ChannelByName(t.Context(), "general")
	must(t, err)
	return c.ID
}

// Who was in a channel and left, follows a thread of it, keeps a message of it and found
// it in each list, finds no sign of it from its conversion on. Its members go on.
func TestAConvertedChannelIsGone(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	ch := a.owned(t, "brainwaves", a.eve.id)
	in := []any{"channel", ch}
	root := w.posts(t, a.eve, ch, 1, "text", "the brainwave")[0]
	w.posts(t, a.ada, ch, 1, "thread_ts", root, "text", fmt.Sprintf("brainwave for <@%s>", a.eve.id))
	w.ok(t, a.ada, "reactions.add", append(in, "timestamp", root, "name", "eyes")...)
	w.ok(t, a.eve, "reactions.add", append(in, "timestamp", root, "name", "tada")...)
	w.ok(t, a.eve, "saved.add", "item_type", "message", "item_id", ch, "ts", root)
	file, _ := w.shared(t, a.ada, ch, "brainwave.txt", []byte("waves of the brain"))
	group := w.ok(t, a.owner, "usergroups.create", "name", "devs", "channels", ch).text("usergroup.id")
	w.ok(t, a.eve, "conversations.leave", in...)

	lists := []shapeCall{
		{a.eve, "conversations.list", nil},
		{a.eve, "users.conversations", []any{"user", a.ada.id}},
		{a.eve, "client.channels", []any{"query", "brainwaves"}},
		{a.eve, "client.channels", []any{"channels", fmt.Sprint(ch, ",", a.public)}},
		{a.eve, "activity.feed", nil},
		{a.eve, "subscriptions.thread.getView", nil},
		{a.eve, "reactions.list", []any{"user", a.eve.id}},
		{a.eve, "files.list", nil},
		{a.eve, "files.info", []any{"file", file}},
		{a.eve, "usergroups.list", nil},
		{a.eve, "search.messages", []any{"query", "brainwave"}},
		{a.eve, "search.files", []any{"query", "brainwave"}},
	}
	w.finds(t, a.eve, 3, "query", "brainwave")
	w.findsFiles(t, a.eve, 1, "brainwave")
	for _, c := range lists {
		if shown := w.shown(t, c); !strings.Contains(shown, "brainwave") && !strings.Contains(shown, string(ch)) {
			t.Errorf("%s shows nothing before: %s", c.method, shown)
		}
	}
	w.ok(t, a.owner, "admin.conversations.convertToPrivate", "channel_id", ch)
	for _, c := range lists {
		if shown := w.shown(t, c); strings.Contains(shown, "brainwave") || strings.Contains(shown, string(ch)) {
			t.Errorf("%s shows %s", c.method, shown)
		}
	}
	if got := w.ok(t, a.eve, "saved.list"); got.at("saved_items.0.message") != nil {
		t.Errorf("a saved message is still shown: %v", got)
	}
	w.fails(t, "channel_not_found", a.eve, "conversations.join", in...)
	w.ok(t, a.owner, "usergroups.users.update", "usergroup", group, "users", a.eve.id)

	w.finds(t, a.ada, 3, "query", "brainwave")
	info := w.ok(t, a.ada, "conversations.info", in...)
	if info.at("channel.is_private") != true || info.text("channel.id") != string(ch) {
		t.Errorf("to members it is %v", info)
	}
	history := w.ok(t, a.ada, "conversations.history", in...)
	if history.text("messages.0.subtype") != "channel_convert_to_private" || history.text("messages.0.user") != string(a.owner.id) {
		t.Errorf("the members read %v", history)
	}
	w.ok(t, a.ada, "chat.postMessage", append(in, "text", "among us")...)
}

// shown is an answer's text, without what a search was asked for.
func (w *world) shown(t *testing.T, c shapeCall) string {
	t.Helper()
	got := w.call(t, c.who, c.method, c.args...)
	delete(got, "query")
	text, err := json.Marshal(got)
	must(t, err)
	return string(text)
}
