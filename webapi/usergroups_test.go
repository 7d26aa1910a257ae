package webapi

import (
	"fmt"
	"testing"

	"taut/chat"
)

func TestUsergroups(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	made := w.ok(t, a.owner, "usergroups.create", "name", "The Ops", "handle", "@Ops", "description", "on call", "channels", a.public)
	id := made.text("usergroup.id")
	if made.text("usergroup.handle") != "ops" || made.text("usergroup.prefs.channels.0") != string(a.public) || made.at("usergroup.user_count") != 0.0 {
		t.Errorf("made: %v", made)
	}
	updated := w.ok(t, a.owner, "usergroups.users.update", "usergroup", id, "users", fmt.Sprint(a.ada.id, ",", a.bob.id))
	if updated.at("usergroup.user_count") != 2.0 || len(updated.at("usergroup.users").([]any)) != 2 {
		t.Errorf("updated: %v", updated)
	}
	renamed := w.ok(t, a.owner, "usergroups.update", "usergroup", id, "name", "Ops", "channels", "[]")
	if renamed.text("usergroup.name") != "Ops" || renamed.text("usergroup.description") != "on call" || renamed.at("usergroup.prefs.channels.0") != nil {
		t.Errorf("renamed: %v", renamed)
	}
	w.ok(t, a.owner, "usergroups.update", "usergroup", id, "channels", a.public)
	cleared := w.ok(t, a.owner, "usergroups.update", "usergroup", id, "description", "", "channels", "", "name", "")
	if cleared.text("usergroup.name") != "Ops" || cleared.text("usergroup.description") != "" || cleared.at("usergroup.prefs.channels.0") != nil {
		t.Errorf("cleared: %v", cleared)
	}
	if boot := w.ok(t, a.ada, "client.userBoot"); boot.text("subteams.self.0") != id || len(boot.at("subteams.self").([]any)) != 1 {
		t.Errorf("ada is in %v", boot.at("subteams"))
	}
	if boot := w.ok(t, a.eve, "client.userBoot"); len(boot.at("subteams.self").([]any)) != 0 {
		t.Errorf("eve is in %v", boot.at("subteams"))
	}
	if list := w.ok(t, a.eve, "usergroups.list", "include_users", "1"); list.text("usergroups.0.id") != id || list.at("usergroups.0.users.0") == nil {
		t.Errorf("listed: %v", list)
	}
	if users := w.ok(t, a.guest, "usergroups.users.list", "usergroup", id); len(users["users"].([]any)) > 0 {
		t.Errorf("a guest sees %v", users)
	}
	visitor := a.guestIn(t, a.secret) // where bob is, and nobody else
	for guest, want := range map[*person]float64{&a.guest: 0, &visitor: 1} {
		list := w.ok(t, *guest, "usergroups.list", "include_count", "true")
		if list.at("usergroups.0.user_count") != want || list.at("usergroups.0.users") != nil {
			t.Errorf("a guest is told %v, want a count of %v", list, want)
		}
	}
	w.ok(t, a.owner, "usergroups.disable", "usergroup", id)
	if list := w.ok(t, a.ada, "usergroups.list"); list.at("usergroups.0") != nil {
		t.Errorf("a group that is not in use is listed: %v", list)
	}
	if list := w.ok(t, a.ada, "usergroups.list", "include_disabled", "true"); list.at("usergroups.0.date_delete") == 0.0 {
		t.Errorf("listed: %v", list)
	}
	w.fails(t, "no_such_subteam", a.ada, "usergroups.users.list", "usergroup", id)
	w.ok(t, a.owner, "usergroups.enable", "usergroup", id)

	w.fails(t, "permission_denied", a.ada, "usergroups.create", "name", "x")
	w.fails(t, "permission_denied", a.ada, "usergroups.users.update", "usergroup", id, "users", a.ada.id)
	w.fails(t, "permission_denied", a.ada, "usergroups.disable", "usergroup", id)
	for want, args := range map[string][]any{
		"name_already_exists":      {"name", "OPS"},
		"handle_already_exists":    {"name", "x", "handle", "ada"},
		"forbidden_handle":         {"name", "x", "handle", "here"},
		"bad_handle":               {"name", "x", "handle", "a b"},
		"invalid_channel_provided": {"name", "x", "channels", a.secret},
	} {
		w.fails(t, want, a.owner, "usergroups.create", args...)
	}
	w.fails(t, "invalid_users", a.owner, "usergroups.users.update", "usergroup", id, "users", w.other.ada.id)
	w.fails(t, "no_such_subteam", w.other.owner, "usergroups.users.list", "usergroup", id)
	w.fails(t, "no_such_subteam", w.other.owner, "usergroups.update", "usergroup", id, "name", "x")
	w.fails(t, "no_such_subteam", w.other.owner, "usergroups.update", "usergroup", "S0000000000", "name", "x")
}

// mentionsOf is how often a message of bob's in a channel mentions ada.
func (w *world) mentionsOf(t *testing.T, who person, ch chat.ChannelID) int {
	t.Helper()
	unread, err := w.acme.bound.Unread(t.Context(), who.id, []chat.ChannelID{ch})
	must(t, err)
	return unread[ch].Mentions
}

func TestMentions(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	w.server.presence = newDoorbell(a.ada.id)
	id := w.ok(t, a.owner, "usergroups.create", "name", "ops", "handle", "ops").text("usergroup.id")
	w.ok(t, a.owner, "usergroups.users.update", "usergroup", id, "users", fmt.Sprint(a.ada.id, ",", a.eve.id))
	must(t, a.bound.SetPref(t.Context(), a.ada.id, "highlight_words", []byte(`"Pizza, on fire"`)))
	must(t, a.bound.SetPref(t.Context(), a.eve.id, "highlight_words", []byte(`"pizza"`)))
	for _, c := range []struct {
		text           string
		ada, bob, link int
	}{
		{"nobody", 0, 0, 0},
		{"<!subteam^" + id + ">", 1, 0, 0},
		{"<!subteam^" + id + "> <@" + string(a.ada.id) + "> pizza", 1, 0, 0},
		{"<!here>", 1, 0, 0},
		{"<!channel>", 1, 1, 0},
		{"<!everyone>", 0, 0, 0},
		{"I want PIZZA!", 1, 0, 0},
		{"pizzas", 0, 0, 0},
		{"it is on fire", 1, 0, 0},
		{"on and fire", 0, 0, 0},
		{"@ops", 1, 0, 1},
		{"<!subteam^S0000000000>", 0, 0, 0},
	} {
		ada, bob := w.mentionsOf(t, a.ada, a.public), w.mentionsOf(t, a.bob, a.public)
		w.ok(t, a.robot, "chat.postMessage", "channel", a.public, "text", c.text, "link_names", c.link)
		ada, bob = w.mentionsOf(t, a.ada, a.public)-ada, w.mentionsOf(t, a.bob, a.public)-bob
		if ada != c.ada || bob != c.bob {
			t.Errorf("%q mentions ada %d times and bob %d, want %d and %d", c.text, ada, bob, c.ada, c.bob)
		}
	}
	if n := w.mentionsOf(t, a.eve, a.public); n != 1 { // @channel, as for everybody
		t.Errorf("eve, who is no member, is mentioned %d times", n)
	}
	// Keywords that change count from the next message on.
	must(t, a.bound.SetPref(t.Context(), a.ada.id, "highlight_words", []byte(`""`)))
	before := w.mentionsOf(t, a.ada, a.public)
	w.ok(t, a.robot, "chat.postMessage", "channel", a.public, "text", "pizza")
	if n := w.mentionsOf(t, a.ada, a.public) - before; n != 0 {
		t.Error("a keyword that was taken back counts")
	}
}
