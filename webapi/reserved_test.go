package webapi

import (
	"testing"
)

// Nobody is called what mentions everybody.
func TestReservedHandles(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	for _, name := range []string{"here", "channel", "everyone", "group", "slackbot"} {
		w.fails(t, "invalid_name", a.owner, "manage.bots.create", "name", name)
		code := codeOf(t, w.ok(t, a.owner, "manage.invites.create").text("invite.url"))
		w.browser().fails(t, "invalid_name", "account.accept", map[string]any{"code": code, "name": name, "email": name + "@example.org", "password": testPassword})
		if got := w.browser().ok(t, "account.accept", map[string]any{"code": code, "email": name + "@example.org", "password": testPassword}); got.text("user") == name {
			t.Errorf("the address of %s makes that handle", name)
		}
	}
}

// A webhook is managed as what it is, and ends with its bot's user.
func TestWebhooksAreNoManagedBots(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	h := w.ok(t, a.owner, "manage.webhooks.create", "channel", a.public, "name", "hook")
	id := h.text("webhook.id")
	for _, method := range []string{"manage.bots.deactivate", "manage.bots.tokens.create", "manage.bots.tokens.list"} {
		w.fails(t, "bot_not_found", a.owner, method, "bot", id)
	}
	if id == "" {
		t.Fatalf("the webhook: %v", h)
	}
}

func TestOwnersKeepOffThePrimaryOwnersProfile(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	w.ok(t, a.owner, "manage.users.setRole", "user", a.bob.id, "role", "owner")
	w.fails(t, "cannot_update_admin_user", a.bob, "users.profile.set", "user", a.owner.id, "name", "title", "value", "mine")
	w.ok(t, a.bob, "users.profile.set", "user", a.ada.id, "name", "title", "value", "theirs")
	for _, name := range []string{"a\r\nb", "a\x00b", "a\u202eb"} {
		w.fails(t, "invalid_profile", a.ada, "users.profile.set", "name", "real_name", "value", name)
	}
}

// Too many asks for a reset are as good as none, and from one address only.
func TestResetsFromElsewhere(t *testing.T) {
	w := newWorld(t)
	box := &postbox{}
	w.server.mailer = box
	ask := map[string]any{"workspace": "acme", "email": "ada@example.com"}
	b := w.browser()
	for range 6 {
		b.ok(t, "account.requestReset", ask)
	}
	if n := len(box.all()); n != 3 {
		t.Errorf("%d mails", n)
	}
	b.address = "198.51.100.7:1"
	b.ok(t, "account.requestReset", ask)
	if n := len(box.all()); n != 4 {
		t.Errorf("%d mails after somebody else asked", n)
	}
}
