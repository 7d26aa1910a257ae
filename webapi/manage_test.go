package webapi

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"taut/chat"
	"taut/store"
)

// Nobody changes who is not below them, nor gives a role that is not.
func TestRanks(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	role := map[string]person{
		"primary_owner": a.owner, "owner": a.user(t, "olga", chat.Owner), "admin": a.user(t, "adam", chat.Admin),
		"member": a.ada, "guest": a.guest,
	}
	peers := map[string]person{
		"primary_owner": a.owner, "owner": a.user(t, "otto", chat.Owner), "admin": a.user(t, "anna", chat.Admin),
		"member": a.eve, "guest": a.user(t, "gus", chat.Guest),
	}
	rank := map[string]int{"primary_owner": 5, "owner": 4, "admin": 3, "member": 2, "guest": 1}
	for by, caller := range role {
		for of, user := range peers {
			allowed := rank[by] >= 3 && rank[by] > rank[of]
			for _, act := range []string{"manage.users.setRole", "manage.users.deactivate", "manage.users.reactivate",
				"manage.users.resetPassword", "manage.users.dropSecondFactor", "manage.users.sessions.list"} {
				args := []any{"user", user.id}
				if act == "manage.users.setRole" {
					args = append(args, "role", of)
				}
				got := w.call(t, caller, act, args...)
				if act == "manage.users.setRole" && of == "primary_owner" {
					allowed = false // is none to be given
				}
				if (got["ok"] == true) != allowed {
					t.Errorf("%s by %s of %s: %v", act, by, of, got)
				}
			}
		}
		for _, gives := range []string{"owner", "admin", "member", "primary_owner", "king"} {
			got := w.call(t, caller, "manage.users.setRole", "user", a.bob.id, "role", gives)
			allowed := rank[by] >= 3 && rank[gives] > 0 && rank[gives] < 5 && rank[by] > rank[gives]
			if (got["ok"] == true) != allowed {
				t.Errorf("%s gives %s: %v", by, gives, got)
			}
			w.ok(t, a.owner, "manage.users.setRole", "user", a.bob.id, "role", "member")
		}
	}
	w.fails(t, "cant_manage_user", a.owner, "manage.users.deactivate", "user", a.owner.id)
	w.fails(t, "user_not_found", a.owner, "manage.users.deactivate", "user", a.robot.id)
	w.fails(t, "user_not_found", a.owner, "manage.users.deactivate", "user", w.other.ada.id)
	w.fails(t, "user_not_found", a.owner, "manage.users.deactivate", "user", "U0000000000")
	w.fails(t, "not_allowed_token_type", a.robot, "manage.users.list")
}

func TestDeactivate(t *testing.T) {
	w := newWorld(t)
	ada := w.withPassword(t, &w.acme, w.acme.ada)
	b := w.browser()
	b.ok(t, "account.signIn", ada)
	w.ok(t, w.acme.owner, "manage.users.deactivate", "user", w.acme.ada.id)
	b.fails(t, "account_inactive", "auth.test", nil)
	w.fails(t, "account_inactive", w.acme.ada, "auth.test")
	w.browser().fails(t, "invalid_credentials", "account.signIn", ada)
	w.ok(t, w.acme.owner, "manage.users.reactivate", "user", w.acme.ada.id)
	b.fails(t, "token_revoked", "auth.test", nil)
	w.fails(t, "token_revoked", w.acme.ada, "auth.test")
	w.browser().ok(t, "account.signIn", ada)
}

func TestTransferOwnership(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	w.withPassword(t, a, a.owner)
	transfer := func(by person, to chat.UserID, password string) result {
		return w.call(t, by, "manage.users.transferOwnership", "user", to, "password", password)
	}
	for _, bad := range []result{
		transfer(a.ada, a.ada.id, testPassword), transfer(a.owner, a.ada.id, "wrong"),
		transfer(a.owner, a.guest.id, testPassword), transfer(a.owner, a.robot.id, testPassword),
		transfer(a.owner, a.owner.id, testPassword), transfer(a.owner, w.other.ada.id, testPassword),
	} {
		if bad["ok"] == true {
			t.Errorf("got %v", bad)
		}
	}
	if got := transfer(a.owner, a.ada.id, testPassword); got["ok"] != true {
		t.Fatalf("got %v", got)
	}
	owners := 0
	for _, u := range w.ok(t, a.ada, "manage.users.list").at("users").([]any) {
		if u.(map[string]any)["role"] == "primary_owner" {
			owners++
		}
	}
	if owners != 1 {
		t.Errorf("there are %d primary owners", owners)
	}
	w.ok(t, a.ada, "manage.users.setRole", "user", a.owner.id, "role", "member")
	if got := transfer(a.owner, a.bob.id, testPassword); got["ok"] == true {
		t.Errorf("who is it no more: %v", got)
	}
}

// An invitation is for whom it is for, as often as it says, and lets into what it
// names.
func TestInvitations(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	box := &postbox{}
	w.server.mailer = box
	invite := func(by person, args ...any) result { return w.call(t, by, "manage.invites.create", args...) }
	mine := invite(a.ada, "email", "new@example.org")
	if mine["ok"] != true || mine.at("invite.mailed") != true || len(box.all()) != 1 || box.all()[0].To != "new@example.org" {
		t.Fatalf("got %v and %v", mine, box.all())
	}
	for want, got := range map[string]result{
		"no_permission":          invite(a.ada, "role", "guest", "channels", a.public),
		"cant_manage_user":       invite(a.ada, "role", "admin"),
		"invalid_role":           invite(a.owner, "role", "primary_owner"),
		"invalid_email":          invite(a.owner, "email", "x@example.org\nBcc: y@example.org"),
		"already_in_team":        invite(a.owner, "email", "Bob@example.com"),
		"no_channels_supplied":   invite(a.owner, "role", "guest"),
		"ura_max_channels":       invite(a.owner, "role", "single_guest", "channels", fmt.Sprint(a.public, ",", w.ok(t, a.owner, "conversations.create", "name", "more").text("channel.id"))),
		"channel_not_found":      invite(a.owner, "role", "guest", "channels", w.other.public),
		"not_allowed_token_type": invite(a.robot),
	} {
		if got["ok"] == true || got["error"] != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
	if got := invite(a.owner, "role", "guest", "channels", a.secret); got["error"] != "channel_not_found" {
		t.Errorf("a channel that the inviter doesn't see: %v", got)
	}

	b := w.browser()
	code := codeOf(t, mine.text("invite.url"))
	if got := b.ok(t, "account.invitation", map[string]any{"code": code}); got["email"] != "new@example.org" || got["team"] != "The acme" {
		t.Errorf("it is %v", got)
	}
	b.ok(t, "account.accept", map[string]any{"code": code, "email": "other@example.org", "password": testPassword, "real_name": "New"})
	if got := b.ok(t, "account.get", nil); got["email"] != "new@example.org" || got["role"] != "member" || got["name"] != "new" {
		t.Errorf("who accepted is %v", got)
	}
	b.token = ""
	b.fails(t, "invalid_code", "account.accept", map[string]any{"code": code, "email": "other@example.org", "password": testPassword})

	guest := codeOf(t, invite(a.owner, "role", "single_guest", "channels", a.public, "uses", 2).text("invite.url"))
	g := w.browser()
	g.ok(t, "account.accept", map[string]any{"code": guest, "email": "new@elsewhere.example", "password": testPassword})
	channels := g.ok(t, "conversations.list", map[string]any{"types": "public_channel,private_channel"}).at("channels").([]any)
	if len(channels) != 1 || channels[0].(map[string]any)["id"] != string(a.public) {
		t.Errorf("the guest sees %v", channels)
	}
	g.fails(t, "channel_not_found", "conversations.info", map[string]any{"channel": a.archived})
	w.fails(t, "ura_max_channels", a.owner, "conversations.invite", "channel", w.ok(t, a.owner, "conversations.create", "name", "third").text("channel.id"), "users", g.ok(t, "auth.test", nil).text("user_id"))
}

// The last use of a link is one person's; a link ends with whoever made it, when
// it is revoked, and with its time.
func TestInvitationsEnd(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	link := codeOf(t, w.ok(t, a.eve, "manage.invites.create", "uses", 2).text("invite.url"))
	var wg sync.WaitGroup
	won := make([]bool, 5)
	for i := range won {
		wg.Go(func() {
			got := w.browser().call(t, "account.accept", map[string]any{"code": link, "email": fmt.Sprint("p", i, "@example.org"), "password": testPassword})
			won[i] = got["ok"] == true
		})
	}
	wg.Wait()
	if n := strings.Count(fmt.Sprint(won), "true"); n != 2 {
		t.Errorf("%d came in by a link for two", n)
	}
	join := func(code string) map[string]any {
		return map[string]any{"code": code, "email": "late@example.org", "password": testPassword}
	}
	b := w.browser()
	eves := codeOf(t, w.ok(t, a.eve, "manage.invites.create").text("invite.url"))
	revoked := w.ok(t, a.bob, "manage.invites.create")
	w.fails(t, "no_permission", a.bob, "manage.invites.list")
	w.fails(t, "invalid_code", w.other.owner, "manage.invites.revoke", "invite", revoked.text("invite.id"))
	w.ok(t, a.owner, "manage.invites.revoke", "invite", revoked.text("invite.id"))
	b.fails(t, "invalid_code", "account.accept", join(codeOf(t, revoked.text("invite.url"))))
	w.ok(t, a.owner, "manage.users.deactivate", "user", a.eve.id)
	b.fails(t, "invalid_code", "account.accept", join(eves))
	old := a.entryCode(t, store.EntryCode{Kind: store.Invitation, Role: chat.Member, ExpiresMS: 1}, a.owner.id)
	b.fails(t, "invalid_code", "account.accept", join(old))
}

func TestManagedSettings(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	set := func(by person, settings string) result {
		return w.call(t, by, "manage.settings.set", "settings", settings)
	}
	w.fails(t, "no_permission", a.ada, "manage.settings.set", "settings", `{}`)
	for _, bad := range []string{`[]`, `{"nothing":1}`, `{"edit_minutes":-1}`, `{"allow":{"dance":"member"}}`,
		`{"allow":{"add_emoji":"king"}}`, `{"allow":{"manage_people":"member"}}`, `{"edit_minutes":"x"}`} {
		if got := set(a.owner, bad); got["error"] != "invalid_arguments" {
			t.Errorf("%s: %v", bad, got)
		}
	}
	set(a.owner, `{"allow":{"create_public_channels":"admin","invite_members":"admin"},"edit_minutes":5}`)
	set(a.owner, `{"allow":{"create_private_channels":"owner"}}`)
	w.fails(t, "restricted_action", a.ada, "conversations.create", "name", "x")
	w.fails(t, "restricted_action", a.ada, "conversations.create", "name", "x", "is_private", "true")
	w.fails(t, "no_permission", a.ada, "manage.invites.create")
	got := w.ok(t, a.ada, "manage.settings.get")
	if got.at("may.create_public_channels") != false || got.at("settings.edit_minutes") != 5.0 || got.at("may.add_emoji") != true {
		t.Errorf("the settings are %v", got)
	}
	set(a.owner, `{"allow":{"create_public_channels":""}}`)
	w.ok(t, a.ada, "conversations.create", "name", "x")
	w.ok(t, w.other.ada, "conversations.create", "name", "x", "is_private", "true") // other workspaces have their own
	w.fails(t, "domain_taken", a.owner, "manage.workspace.update", "domain", "other")
}

func TestBotTokens(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	bot := w.ok(t, a.owner, "manage.bots.create", "name", "helper", "real_name", "Helper").text("bot.id")
	made := w.ok(t, a.owner, "manage.bots.tokens.create", "bot", bot, "scopes", "chat:write")
	helper := person{token: made.text("token")}
	w.ok(t, helper, "auth.test")
	w.fails(t, "missing_scope", helper, "users.list")
	w.fails(t, "invalid_scope", a.owner, "manage.bots.tokens.create", "bot", bot, "scopes", "admin")
	w.fails(t, "no_permission", a.ada, "manage.bots.tokens.create", "bot", bot)
	w.fails(t, "bot_not_found", w.other.owner, "manage.bots.tokens.create", "bot", bot)
	w.fails(t, "token_not_found", a.owner, "manage.bots.tokens.revoke", "bot", a.robot.bot, "token_id", made.text("token_id"))
	w.ok(t, a.owner, "manage.bots.tokens.revoke", "bot", bot, "token_id", made.text("token_id"))
	w.fails(t, "token_revoked", helper, "auth.test")
	w.ok(t, a.owner, "manage.bots.deactivate", "bot", bot)
	w.fails(t, "bot_not_found", a.owner, "manage.bots.tokens.create", "bot", bot)
}

// A webhook's bot is managed as the webhook that it is, and stands in no list of bots.
func TestBotsWithoutWebhooks(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	bot := w.ok(t, a.owner, "manage.bots.create", "name", "helper").text("bot.id")
	hook := w.ok(t, a.owner, "manage.webhooks.create", "channel", a.public, "name", "hook").text("webhook.id")
	listed := map[any]bool{}
	for _, b := range w.ok(t, a.owner, "manage.bots.list").at("bots").([]any) {
		listed[b.(map[string]any)["id"]] = true
	}
	if !listed[bot] || listed[hook] {
		t.Errorf("bot %s, webhook %s: listed are %v", bot, hook, listed)
	}
	for _, b := range w.ok(t, w.other.owner, "manage.bots.list").at("bots").([]any) {
		if id := b.(map[string]any)["id"]; listed[id] {
			t.Errorf("another workspace lists %v", id)
		}
	}
}

// What administrators did is there, for owners of this workspace alone.
func TestAuditLog(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	w.ok(t, a.owner, "manage.users.setRole", "user", a.bob.id, "role", "admin")
	w.ok(t, a.bob, "manage.users.deactivate", "user", a.eve.id)
	w.ok(t, a.owner, "manage.workspace.update", "name", "Renamed")
	w.fails(t, "no_permission", a.bob, "manage.audit.list")
	w.fails(t, "no_permission", a.ada, "manage.audit.list")
	var actions []string
	cursor := ""
	for {
		got := w.ok(t, a.owner, "manage.audit.list", "limit", 1, "cursor", cursor)
		for _, e := range got.at("entries").([]any) {
			e := e.(map[string]any)
			actions = append(actions, fmt.Sprint(e["action"], " ", e["actor"] == string(a.bob.id), " ", e["address"]))
		}
		if cursor = got.text("response_metadata.next_cursor"); cursor == "" {
			break
		}
	}
	want := "[workspace.update false 192.0.2.1 user.deactivate true 192.0.2.1 user.set_role false 192.0.2.1]"
	if fmt.Sprint(actions) != want {
		t.Errorf("the log has %v, want %v", actions, want)
	}
	if got := w.ok(t, w.other.owner, "manage.audit.list").at("entries").([]any); len(got) != 0 {
		t.Errorf("another workspace has %v", got)
	}
}
