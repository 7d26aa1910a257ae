package webapi

import (
	"strings"
	"testing"

	"taut/chat"
)

func TestOpenDM(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	got := w.ok(t, a.ada, "conversations.open", "users", a.eve.id)
	id := got.text("channel.id")
	wantKeys(t, got, "channel", "id")
	if id[0] != 'D' || got["no_op"] != nil || got["already_open"] != nil {
		t.Errorf("a new DM: %v", got)
	}
	got = w.ok(t, a.ada, "conversations.open", "users", a.eve.id, "return_im", "true")
	wantKeys(t, got, "channel", dmKeys, readingKeys, "is_open")
	if got.text("channel.id") != id || got["no_op"] != true || got["already_open"] != true || got.at("channel.is_open") != true {
		t.Errorf("opened again: %v", got)
	}
	if got := w.ok(t, a.eve, "conversations.open", "users", a.ada.id); got.text("channel.id") != id {
		t.Errorf("from the other side: %v", got)
	}
	if got := w.ok(t, a.ada, "conversations.open", "channel", id); got.text("channel.id") != id {
		t.Errorf("by its id: %v", got)
	}
	// The caller may name themself beside the other, or alone.
	if got := w.ok(t, a.ada, "conversations.open", "users", string(a.ada.id)+","+string(a.eve.id)); got.text("channel.id") != id {
		t.Errorf("with the caller named: %v", got)
	}
	own := w.ok(t, a.ada, "conversations.open", "users", a.ada.id, "return_im", 1)
	if own.text("channel.user") != string(a.ada.id) {
		t.Errorf("a DM with oneself: %v", own)
	}
}

func TestOpenDMErrors(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	w.fails(t, "users_list_not_supplied", a.ada, "conversations.open")
	w.fails(t, "user_not_found", a.ada, "conversations.open", "users", w.other.bob.id)
	w.fails(t, "user_not_found", a.ada, "conversations.open", "users", "x")
	w.fails(t, "user_not_visible", a.guest, "conversations.open", "users", a.bob.id)
	w.fails(t, "channel_not_found", a.ada, "conversations.open", "channel", w.other.dm)
	w.fails(t, "method_not_supported_for_channel_type", a.ada, "conversations.open", "channel", a.public)
	w.fails(t, "too_many_users", a.ada, "conversations.open", "users", "U1,U2,U3,U4,U5,U6,U7,U8,U9")
	w.fails(t, "user_not_found", a.ada, "conversations.open", "users", "U1,U2,U3,U4,U5,U6,U7,U8")
	w.fails(t, "channel_not_found", a.guest, "chat.postMessage", "channel", a.bob.id, "text", "x")
	visitor := a.guestIn(t, a.private)
	w.ok(t, visitor, "conversations.open", "users", a.ada.id)
	w.ok(t, visitor, "chat.postMessage", "channel", a.bob.id, "text", "x")
}

// TestOpenDMThatMayNotBeMade: who only asks whether there is one makes none.
func TestOpenDMThatMayNotBeMade(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	for _, users := range []string{string(a.ada.id), string(a.ada.id) + "," + string(a.bob.id)} {
		look := []any{"users", users, "prevent_creation", true}
		w.fails(t, "channel_not_found", a.eve, "conversations.open", look...)
		w.fails(t, "channel_not_found", a.eve, "conversations.open", look...)
		made := w.ok(t, a.eve, "conversations.open", "users", users)
		if made.at("already_open") == true {
			t.Error("a look made it")
		}
		if got := w.ok(t, a.eve, "conversations.open", look...); got.text("channel.id") != made.text("channel.id") || got.at("already_open") != true {
			t.Errorf("the one that is there: %v", got)
		}
	}
}

func TestGroupDM(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	users := strings.Join([]string{string(a.bob.id), string(a.eve.id)}, ",")
	got := w.ok(t, a.ada, "conversations.open", "users", users, "return_im", "true")
	wantKeys(t, got, "channel", channelKeys, readingKeys, "is_member is_open")
	if name := got.text("channel.name"); name != "mpdm-ada--bob--eve-1" {
		t.Errorf("the group is called %s", name)
	}
	if got.at("channel.is_mpim") != true || got.at("channel.is_group") != true || got.at("channel.is_private") != true || got.at("channel.is_channel") != false {
		t.Errorf("the group is %v", got)
	}
	id := got.text("channel.id")
	if got := w.ok(t, a.eve, "conversations.open", "users", string(a.ada.id)+","+string(a.bob.id)); got.text("channel.id") != id {
		t.Errorf("the same people, another group: %v", got)
	}
	w.fails(t, "channel_not_found", a.owner, "conversations.info", "channel", id)
	list := w.ok(t, a.ada, "conversations.list", "types", "mpim")
	wantKeys(t, list, "channels.0", channelKeys, "is_member is_open priority")
	for _, method := range []string{"archive", "invite", "join", "kick", "leave", "rename", "unarchive"} {
		w.fails(t, "method_not_supported_for_channel_type", a.ada, "conversations."+method, "channel", id, "users", a.owner.id, "user", a.bob.id, "name", "x")
	}
	w.ok(t, a.bob, "chat.postMessage", "channel", id, "text", "hello")
	if got := w.ok(t, a.ada, "conversations.info", "channel", id); got.at("channel.unread_count") != 1.0 {
		t.Errorf("one message is unread: %v", got)
	}
}

func TestCloseDM(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	if got := w.ok(t, a.ada, "conversations.close", "channel", a.dm); got["no_op"] != nil {
		t.Errorf("the first close: %v", got)
	}
	if got := w.ok(t, a.ada, "conversations.close", "channel", a.dm); got["no_op"] != true || got["already_closed"] != true {
		t.Errorf("the second close: %v", got)
	}
	open := func(p person) any {
		return w.ok(t, p, "conversations.info", "channel", a.dm).at("channel.is_open")
	}
	if open(a.ada) != false || open(a.bob) != true {
		t.Errorf("open for ada: %v, for bob: %v", open(a.ada), open(a.bob))
	}
	if got := w.ok(t, a.ada, "conversations.open", "users", a.bob.id); got["no_op"] != nil || got.text("channel.id") != string(a.dm) {
		t.Errorf("opened again: %v", got)
	}
	w.ok(t, a.ada, "conversations.close", "channel", a.dm)
	if got := w.ok(t, a.ada, "conversations.open", "channel", a.dm); got["no_op"] != nil || open(a.ada) != true {
		t.Errorf("opened by its id: %v", got)
	}
	w.fails(t, "method_not_supported_for_channel_type", a.ada, "conversations.close", "channel", a.public)
}

func TestDMOfDeactivatedUser(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	_, err := a.bound.UpdateUser(t.Context(), a.bob.id, func(u *chat.User) error {
		u.Deleted = true
		return nil
	})
	must(t, err)
	if got := w.ok(t, a.ada, "conversations.list", "types", "im"); got.at("channels.0.is_user_deleted") != true {
		t.Errorf("the DM is %v", got)
	}
}
