package webapi

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"taut/auth"
	"taut/chat"
)

func init() {
	const why = "of our own"
	add := func(types, paths string, methods ...string) {
		for _, m := range methods {
			for path := range strings.FieldsSeq(paths) {
				addedKeys = append(addedKeys, struct{ shape, path, types, why string }{m, path, types, why})
			}
		}
	}
	in := []string{"account.setup", "account.signIn", "account.accept"}
	add("string", "token team domain user", in...)
	add("id:T", "team_id", append(in, "account.get")...)
	add("id:U", "user_id", append(in, "account.get")...)
	add("url", "url", in...)
	add("string", "name real_name email role team domain", "account.get")
	add("bool", "two_factor two_factor_setup_required", "account.get")
	add("number", "recovery_codes_left", "account.get")
	add("string", "team domain email role", "account.invitation")
	add("string", "domain", "account.reset")
	lists := []string{"account.sessions.list", "manage.users.sessions.list"}
	add("string", "sessions[].id sessions[].device sessions[].address", lists...)
	add("number", "sessions[].date_create sessions[].date_used", lists...)
	add("bool", "sessions[].current", lists...)
	add("number", "revoked", "account.sessions.revokeOthers")
	add("string", "secret otpauth_url", "account.totp.begin")
	add("string", "recovery_codes[]", "account.totp.confirm", "account.totp.recovery")
	user := []string{"manage.users.setRole", "manage.users.deactivate", "manage.users.reactivate"}
	add("@account", "user", user...)
	add("@account", "users[]", "manage.users.list")
	add("id:U", "id", "@account")
	add("string", "name real_name email role", "@account")
	add("bool", "deleted is_bot two_factor", "@account")
	add("number", "date_create", "@account")
	add("string", "url", "manage.users.resetPassword")
	add("bool", "mailed", "manage.users.resetPassword")
	add("@invite", "invite", "manage.invites.create")
	add("@invite", "invites[]", "manage.invites.list")
	add("string", "id email role url", "@invite")
	add("id:C", "channels[]", "@invite")
	add("id:U", "creator", "@invite")
	add("number", "uses_left date_create date_expire", "@invite")
	add("bool", "mailed", "@invite")
	add("opaque", "settings may", "manage.settings.get", "manage.settings.set")
	add("id:T", "team.id", "manage.workspace.update")
	add("string", "team.name team.domain", "manage.workspace.update")
	add("@managedbot", "bot", "manage.bots.create")
	add("@managedbot", "bots[]", "manage.bots.list")
	add("id:B", "id", "@managedbot")
	add("id:U", "user_id", "@managedbot")
	add("id:A", "app_id", "@managedbot")
	add("string", "name", "@managedbot")
	add("bool", "deleted", "@managedbot")
	add("string", "token token_id scopes[]", "manage.bots.tokens.create")
	add("string", "tokens[].id tokens[].type tokens[].scopes[]", "manage.bots.tokens.list")
	add("number", "tokens[].date_create", "manage.bots.tokens.list")
	add("string", "entries[].id entries[].actor entries[].action entries[].target entries[].address", "manage.audit.list")
	add("number", "entries[].date_create", "manage.audit.list")
	add("opaque", "entries[].detail", "manage.audit.list")
	add("opaque", "usage", "manage.usage")
	add("string", "response_metadata.next_cursor", "manage.users.list", "manage.audit.list")
}

const testPassword = "correct horse battery"

// codeOf is the code at the end of a link.
func codeOf(t testing.TB, url string) string {
	t.Helper()
	_, code, ok := strings.Cut(url, "#")
	if !ok || code == "" {
		t.Fatalf("%q holds no code", url)
	}
	return code
}

// totpNow is what an authenticator app shows, so many steps from now.
func totpNow(secret string, steps int64) string {
	key, _ := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	mac := hmac.New(sha1.New, key)
	binary.Write(mac, binary.BigEndian, time.Now().Unix()/30+steps)
	sum := mac.Sum(nil)
	n := binary.BigEndian.Uint32(sum[sum[19]&15:]) & 0x7fffffff
	return fmt.Sprintf("%06d", n%1000000)
}

// shownCode is a secret whose code is what the app shows when the call is made: it is
// good for half a minute.
type shownCode string

func (secret shownCode) String() string { return totpNow(string(secret), 0) }

// joined invites somebody, who accepts; it gives them with a token for programs.
func (w *world) joined(t testing.TB, n *tenant, name string, args ...any) person {
	t.Helper()
	invite := w.ok(t, n.owner, "manage.invites.create", append([]any{"email", name + "@example.org"}, args...)...)
	got := w.ok(t, n.owner, "account.accept", "code", codeOf(t, invite.text("invite.url")), "password", testPassword, "real_name", name)
	u, err := n.bound.User(t.Context(), chat.UserID(got.text("user_id")))
	must(t, err)
	return n.person(t, u)
}

var _ = callsOf(func(t *testing.T, w *world) []shapeCall {
	n := newTenant(t, w.store, "accounts-of-"+w.acme.workspace.Domain)
	hash, err := auth.HashPassword(testPassword)
	must(t, err)
	must(t, n.bound.SetPasswordHash(t.Context(), n.owner.id, hash))
	kim, lee, max := w.joined(t, &n, "kim"), w.joined(t, &n, "lee"), w.joined(t, &n, "max")
	domain := n.workspace.Domain
	signIn := []any{"workspace", domain, "email", "kim@example.org", "password", testPassword}
	w.ok(t, kim, "account.signIn", signIn...)
	session := func() string {
		return w.ok(t, kim, "account.sessions.list").text("sessions.0.id")
	}
	kims := session()
	w.ok(t, kim, "account.signIn", signIn...)
	link := w.ok(t, n.owner, "manage.invites.create", "uses", 3).text("invite.url")
	revoked := w.ok(t, n.owner, "manage.invites.create", "email", "nobody@example.org")
	reset := w.ok(t, n.owner, "manage.users.resetPassword", "user", max.id, "show", "1").text("url")
	setup := w.setupCode(t)
	bot := w.ok(t, n.owner, "manage.bots.create", "name", "maker").text("bot.id")
	token := w.ok(t, n.owner, "manage.bots.tokens.create", "bot", bot).text("token_id")
	secret := w.ok(t, lee, "account.totp.begin", "password", testPassword).text("secret")
	codes := w.ok(t, lee, "account.totp.confirm", "code", totpNow(secret, -1)).at("recovery_codes").([]any)
	maxSecret := w.ok(t, max, "account.totp.begin", "password", testPassword).text("secret")
	gone := n.token(t, newPersonToken(kim.id))
	w.server.mailer = &postbox{}
	t.Cleanup(func() { w.server.mailer = nil })
	return []shapeCall{
		{person{}, "account.setup", []any{"code", setup, "domain", "new-beside-" + w.acme.workspace.Domain, "workspace_name", "New", "email", "o@example.org", "password", testPassword}},
		{kim, "account.signIn", signIn},
		{kim, "account.invitation", []any{"code", codeOf(t, link)}},
		{kim, "account.accept", []any{"code", codeOf(t, link), "email", "x@example.org", "password", testPassword}},
		{kim, "account.requestReset", []any{"workspace", domain, "email", "kim@example.org"}},
		{kim, "account.reset", []any{"code", codeOf(t, reset), "password", testPassword + "2"}},
		{kim, "account.get", nil},
		{kim, "account.sessions.list", nil},
		{kim, "account.sessions.revoke", []any{"session", kims}},
		{kim, "account.sessions.revokeOthers", nil},
		{max, "account.totp.confirm", []any{"code", shownCode(maxSecret)}},
		{lee, "account.totp.recovery", []any{"password", testPassword, "code", codes[0]}},
		{lee, "account.totp.disable", []any{"password", testPassword, "code", shownCode(secret)}},
		{lee, "account.totp.begin", []any{"password", testPassword}},
		{kim, "account.changePassword", []any{"password", testPassword, "new_password", "another " + testPassword}},
		{person{token: gone}, "account.signOut", nil},
		{person{token: n.token(t, newPersonToken(kim.id))}, "auth.revoke", nil},
		{n.owner, "manage.users.list", []any{"limit", 2}},
		{n.owner, "manage.users.setRole", []any{"user", kim.id, "role", "admin"}},
		{n.owner, "manage.users.sessions.list", []any{"user", max.id}},
		{n.owner, "manage.users.sessions.revoke", []any{"user", max.id}},
		{n.owner, "manage.users.dropSecondFactor", []any{"user", max.id}},
		{n.owner, "manage.users.resetPassword", []any{"user", max.id}},
		{n.owner, "manage.users.deactivate", []any{"user", max.id}},
		{n.owner, "manage.users.reactivate", []any{"user", max.id}},
		{n.owner, "manage.invites.create", []any{"email", "g@example.org", "role", "guest", "channels", n.public}},
		{n.owner, "manage.invites.list", nil},
		{n.owner, "manage.invites.revoke", []any{"invite", revoked.text("invite.id")}},
		{lee, "manage.settings.get", nil},
		{n.owner, "manage.settings.set", []any{"settings", `{"edit_minutes":10,"allow":{"add_emoji":"admin"}}`}},
		{n.owner, "manage.workspace.update", []any{"name", "Accounts & more", "domain", domain + "-2"}},
		{n.owner, "manage.bots.create", []any{"name", "maker-2"}},
		{n.owner, "manage.bots.list", nil},
		{n.owner, "manage.bots.tokens.create", []any{"bot", bot, "scopes", "chat:write,users:read"}},
		{n.owner, "manage.bots.tokens.list", []any{"bot", bot}},
		{n.owner, "manage.bots.tokens.revoke", []any{"bot", bot, "token_id", token}},
		{n.owner, "manage.bots.deactivate", []any{"bot", bot}},
		{n.owner, "manage.audit.list", []any{"limit", 3}},
		{n.owner, "manage.usage", nil},
		{n.owner, "manage.users.transferOwnership", []any{"user", lee.id, "password", testPassword}},
	}
})
