package webapi

import (
	"fmt"
	"testing"

	"taut/chat"
	"taut/store"
)

// An invitation is good for as long as who made it could make it.
func TestInvitationsEndWithTheRight(t *testing.T) {
	for name, lose := range map[string]func(t *testing.T, w *world, a *tenant){
		"nothing is lost": nil,
		"the role may no more": func(t *testing.T, w *world, a *tenant) {
			w.ok(t, a.owner, "manage.settings.set", "settings", `{"allow":{"invite_guests":"admin"}}`)
		},
		"they are a guest now": func(t *testing.T, w *world, a *tenant) {
			w.ok(t, a.owner, "manage.users.setRole", "user", a.bob.id, "role", "guest")
		},
		"they left the channel": func(t *testing.T, w *world, a *tenant) {
			w.ok(t, a.bob, "conversations.leave", "channel", a.secret)
		},
		"they are gone": func(t *testing.T, w *world, a *tenant) {
			w.ok(t, a.owner, "manage.users.deactivate", "user", a.bob.id)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			a := &w.acme
			must(t, ignoreExists(a.bound.Join(t.Context(), chat.ChannelID(a.secret), a.owner.id, a.bob.id)))
			w.ok(t, a.owner, "manage.settings.set", "settings", `{"allow":{"invite_guests":"member"}}`)
			code := codeOf(t, w.ok(t, a.bob, "manage.invites.create", "role", "guest", "channels", a.secret, "email", "g@example.org").text("invite.url"))
			accept := map[string]any{"code": code, "password": testPassword}
			shown := map[string]any{"code": code}
			if lose == nil {
				w.browser().ok(t, "account.invitation", shown)
				w.browser().ok(t, "account.accept", accept)
				return
			}
			lose(t, w, a)
			w.browser().fails(t, "invalid_code", "account.invitation", shown)
			w.browser().fails(t, "invalid_code", "account.accept", accept)
		})
	}
}

// Who has the code is told of the channels that they would get into by now. What became
// private without who made the invitation, or is called otherwise since, is not theirs to hear of.
func TestInvitationsNameWhatTheyLetInto(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	w.ok(t, a.owner, "manage.users.setRole", "user", a.bob.id, "role", "admin")
	moves, ended := a.channel(t, "moves", false, a.bob.id), a.channel(t, "ended", false, a.bob.id)
	code := codeOf(t, w.ok(t, a.owner, "manage.invites.create", "role", "guest", "uses", 2, "channels", fmt.Sprint(moves, ",", ended)).text("invite.url"))
	invitation := func() string {
		t.Helper()
		return fmt.Sprint(w.browser().ok(t, "account.invitation", map[string]any{"code": code})["channels"])
	}
	if got := invitation(); got != "[moves ended]" {
		t.Errorf("it names %s", got)
	}
	w.ok(t, a.bob, "conversations.archive", "channel", ended)
	if got := invitation(); got != "[moves]" {
		t.Errorf("beside an archived channel it names %s", got)
	}
	w.ok(t, a.bob, "admin.conversations.convertToPrivate", "channel_id", moves)
	w.ok(t, a.bob, "conversations.rename", "channel", moves, "name", "layoffs")
	w.browser().fails(t, "invalid_code", "account.invitation", map[string]any{"code": code})
	w.browser().fails(t, "invalid_code", "account.accept", map[string]any{"code": code, "email": "g@example.org", "password": testPassword})
}

func ignoreExists(_ int64, err error) error {
	if chat.CodeOf(err) == chat.Exists {
		return nil
	}
	return err
}

// A reset that an administrator made is good while they manage the account.
func TestResetsEndWithTheRank(t *testing.T) {
	for name, lose := range map[string]func(t *testing.T, w *world, admin person){
		"the user rose": func(t *testing.T, w *world, _ person) {
			w.ok(t, w.acme.owner, "manage.users.setRole", "user", w.acme.ada.id, "role", "admin")
		},
		"the user rose and fell": func(t *testing.T, w *world, _ person) {
			w.ok(t, w.acme.owner, "manage.users.setRole", "user", w.acme.ada.id, "role", "admin")
			w.ok(t, w.acme.owner, "manage.users.setRole", "user", w.acme.ada.id, "role", "member")
		},
		"the administrator fell": func(t *testing.T, w *world, admin person) {
			w.ok(t, w.acme.owner, "manage.users.setRole", "user", admin.id, "role", "member")
		},
		"the administrator left": func(t *testing.T, w *world, admin person) {
			w.ok(t, w.acme.owner, "manage.users.deactivate", "user", admin.id)
		},
		"administrators may no more": func(t *testing.T, w *world, _ person) {
			w.ok(t, w.acme.owner, "manage.settings.set", "settings", `{"allow":{"manage_people":"owner"}}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			a := &w.acme
			w.ok(t, a.owner, "manage.users.setRole", "user", a.bob.id, "role", "admin")
			code := codeOf(t, w.ok(t, a.bob, "manage.users.resetPassword", "user", a.ada.id, "show", "1").text("url"))
			lose(t, w, a.bob)
			w.browser().fails(t, "invalid_code", "account.reset", map[string]any{"code": code, "password": "quite another one"})
		})
	}
}

// Who invites too many keeps nobody else from inviting, and no one from a reset.
func TestInvitationsAreBoundedByTheirMaker(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	for range 50 {
		a.entryCode(t, store.EntryCode{Kind: store.Invitation, Role: chat.Member}, a.ada.id)
	}
	w.fails(t, "too_many_invitations", a.ada, "manage.invites.create")
	w.ok(t, a.bob, "manage.invites.create")
	first := codeOf(t, w.ok(t, a.owner, "manage.users.resetPassword", "user", a.ada.id, "show", "1").text("url"))
	last := ""
	for range 5 {
		last = codeOf(t, w.ok(t, a.owner, "manage.users.resetPassword", "user", a.ada.id, "show", "1").text("url"))
	}
	w.browser().fails(t, "invalid_code", "account.reset", map[string]any{"code": first, "password": "quite another one"})
	w.browser().ok(t, "account.reset", map[string]any{"code": last, "password": "quite another one"})
}
