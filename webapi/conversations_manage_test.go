package webapi

import (
	"strings"
	"testing"

	"taut/chat"
	"taut/store"
)

// scoped is the person with another token, of these scopes only.
func (w *world) scoped(t testing.TB, p person, scopes ...string) person {
	t.Helper()
	p.token = w.acme.token(t, store.NewToken{Type: chat.UserToken, User: p.id, Scopes: scopes})
	return p
}

// admin is a user who runs the workspace.
func (n *tenant) admin(t testing.TB) person { return n.user(t, "admin", chat.Admin) }

// guestIn is a guest of one channel.
func (n *tenant) guestIn(t testing.TB, ch chat.ChannelID) person {
	t.Helper()
	g := n.user(t, "visitor", chat.SingleGuest)
	_, err := n.bound.Join(t.Context(), ch, g.id, n.bob.id)
	must(t, err)
	return g
}

func TestConversationsCreate(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	got := w.ok(t, a.ada, "conversations.create", "name", "new-room_1")
	wantKeys(t, got, "channel", channelKeys, readingKeys, "is_member")
	if got.text("channel.name") != "new-room_1" || got.text("channel.creator") != string(a.ada.id) || got.at("channel.is_private") != false {
		t.Errorf("created %v", got)
	}
	private := w.ok(t, a.robot, "conversations.create", "name", "hidden", "is_private", "true")
	if private.at("channel.is_private") != true || private.at("channel.is_channel") != true || private.at("channel.is_group") != false {
		t.Errorf("created %v", private)
	}
	w.fails(t, "channel_not_found", a.ada, "conversations.info", "channel", private.text("channel.id"))
	w.fails(t, "restricted_action", a.guest, "conversations.create", "name", "x")
	for name, want := range map[string]string{
		"new-room_1":            "name_taken",
		"hidden":                "name_taken",
		"general":               "name_taken",
		"here":                  "name_taken",
		"":                      "invalid_name_required",
		"  ":                    "invalid_name_required",
		"Capital":               "invalid_name_specials",
		"a b":                   "invalid_name_specials",
		"\u0301\u0302":          "invalid_name_specials",
		"_\u0301":               "invalid_name_specials",
		"a.b":                   "invalid_name_specials",
		"#a":                    "invalid_name_specials",
		"---":                   "invalid_name_punctuation",
		"...":                   "invalid_name_punctuation",
		strings.Repeat("x", 81): "invalid_name_maxlength",
		"c0123456789":           "invalid_name",
	} {
		w.fails(t, want, a.ada, "conversations.create", "name", name)
	}
	w.ok(t, a.ada, "conversations.create", "name", "größe-日本語")
	w.ok(t, a.ada, "conversations.create", "name", strings.Repeat("x", 80))
	w.ok(t, w.other.ada, "conversations.create", "name", "new-room_1")
}

func TestConversationsRename(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	admin := a.admin(t)
	w.fails(t, "not_authorized", a.bob, "conversations.rename", "channel", a.public, "name", "other")
	w.fails(t, "not_in_channel", admin, "conversations.rename", "channel", a.public, "name", "other")
	w.fails(t, "invalid_name_required", a.ada, "conversations.rename", "channel", a.public)
	w.fails(t, "invalid_name_specials", a.ada, "conversations.rename", "channel", a.public, "name", "X")
	w.fails(t, "name_taken", a.ada, "conversations.rename", "channel", a.public, "name", "plans")
	w.fails(t, "is_archived", a.ada, "conversations.rename", "channel", a.archived, "name", "older")
	w.fails(t, "method_not_supported_for_channel_type", a.ada, "conversations.rename", "channel", a.dm, "name", "x")
	got := w.ok(t, a.ada, "conversations.rename", "channel", a.public, "name", "renamed")
	if got.text("channel.name") != "renamed" || got.text("channel.previous_names.0") != "project" {
		t.Errorf("renamed to %v", got)
	}
	w.ok(t, a.ada, "conversations.create", "name", "project")
	if got := w.ok(t, a.ada, "conversations.history", "channel", a.public, "limit", 1); got.text("messages.0.subtype") != chat.SubtypeName {
		t.Errorf("the last message is %v", got)
	}
}

func TestConversationsTopicAndPurpose(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	for _, what := range []string{"topic", "purpose"} {
		method := "conversations.set" + strings.ToUpper(what[:1]) + what[1:]
		got := w.ok(t, a.bob, method, "channel", a.public, what, "a < b")
		if got.text("channel."+what+".value") != "a &lt; b" || got.text("channel."+what+".creator") != string(a.bob.id) {
			t.Errorf("%s is %v", what, got)
		}
		keys := changedKeys
		if what == "topic" {
			keys += " is_frozen latest parent_conversation unread_count unread_count_display"
		}
		wantKeys(t, got, "channel", channelKeys, keys)
		if got := w.ok(t, a.bob, method, "channel", a.public, what, ""); got.text("channel."+what+".value") != "" {
			t.Errorf("%s is %v", what, got)
		}
		w.fails(t, "too_long", a.bob, method, "channel", a.public, what, strings.Repeat("ä", 251))
		w.fails(t, "not_in_channel", a.eve, method, "channel", a.public, what, "x")
		w.fails(t, "is_archived", a.ada, method, "channel", a.archived, what, "x")
		w.fails(t, "method_not_supported_for_channel_type", a.ada, method, "channel", a.dm, what, "x")
	}
}

func TestConversationsArchive(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	general := w.generalID(t, a.ada)
	w.fails(t, "cant_archive_general", a.owner, "conversations.archive", "channel", general)
	w.fails(t, "already_archived", a.ada, "conversations.archive", "channel", a.archived)
	w.fails(t, "restricted_action", a.bob, "conversations.archive", "channel", a.public)
	w.fails(t, "not_in_channel", a.eve, "conversations.archive", "channel", a.public)
	w.fails(t, "method_not_supported_for_channel_type", a.ada, "conversations.archive", "channel", a.dm)
	w.ok(t, a.ada, "conversations.archive", "channel", a.public)
	if got := w.ok(t, a.eve, "conversations.info", "channel", a.public); got.at("channel.is_archived") != true {
		t.Errorf("after archive: %v", got)
	}
	w.fails(t, "is_archived", a.ada, "chat.postMessage", "channel", a.public, "text", "x")
	w.fails(t, "is_archived", a.eve, "conversations.join", "channel", a.public)
	w.fails(t, "is_archived", a.ada, "conversations.invite", "channel", a.public, "users", a.eve.id)
	w.fails(t, "is_archived", a.ada, "conversations.kick", "channel", a.public, "user", a.bob.id)
	w.fails(t, "is_archived", a.ada, "conversations.leave", "channel", a.public)
	w.fails(t, "no_permission", a.bob, "conversations.unarchive", "channel", a.public)
	w.ok(t, a.owner, "conversations.unarchive", "channel", a.public)
	w.fails(t, "not_archived", a.ada, "conversations.unarchive", "channel", a.public)
	w.fails(t, "method_not_supported_for_channel_type", a.ada, "conversations.unarchive", "channel", a.dm)
	w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "x")
}

// generalID finds #general.
func (w *world) generalID(t testing.TB, p person) string {
	t.Helper()
	for _, c := range w.ok(t, p, "conversations.list")["channels"].([]any) {
		if c := c.(map[string]any); c["is_general"] == true {
			return c["id"].(string)
		}
	}
	t.Fatal("there is no #general")
	return ""
}
