package webapi

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"taut/auth"
	"taut/chat"
	"taut/store"
)

func with(args map[string]any, more ...any) map[string]any {
	args = maps.Clone(args)
	for i := 0; i+1 < len(more); i += 2 {
		args[more[i].(string)] = more[i+1]
	}
	return args
}

// A code makes one workspace, whoever is first, and none once it is too old.
func TestSetup(t *testing.T) {
	w := newWorld(t)
	code := w.setupCode(t)
	args := map[string]any{"code": code, "domain": "first", "workspace_name": "First", "email": "o@example.org", "password": testPassword, "real_name": "Olga"}
	b := w.browser()
	b.fails(t, "invalid_code", "account.setup", with(args, "code", "nosuchcode"))
	b.fails(t, "invalid_code", "account.setup", with(args, "code", ""))
	b.fails(t, "domain_taken", "account.setup", with(args, "domain", "acme"))
	b.fails(t, "invalid_domain", "account.setup", with(args, "domain", "a b"))
	b.fails(t, "invalid_email", "account.setup", with(args, "email", "o@example.org\r\nBcc: x@example.org"))
	b.fails(t, "invalid_password", "account.setup", with(args, "password", "short"))

	var wg sync.WaitGroup
	won := make([]bool, 6)
	for i := range won {
		wg.Go(func() {
			got := w.browser().call(t, "account.setup", with(args, "domain", fmt.Sprint("first-", i)))
			won[i] = got["ok"] == true
			if got["ok"] != true && got["error"] != "invalid_code" {
				t.Errorf("got %v", got)
			}
		})
	}
	wg.Wait()
	if n := strings.Count(fmt.Sprint(won), "true"); n != 1 {
		t.Errorf("%d workspaces were made with one code", n)
	}
	old, hash := auth.NewSetupCode()
	must(t, w.store.PutSetupCode(t.Context(), hash, false, -time.Second))
	b.fails(t, "invalid_code", "account.setup", with(args, "code", old))

	b.ok(t, "account.setup", with(args, "code", w.setupCode(t), "domain", "mine"))
	if got := b.ok(t, "account.get", nil); got["role"] != "primary_owner" || got["domain"] != "mine" || got["real_name"] != "Olga" {
		t.Errorf("the owner is %v", got)
	}
	other := w.browser()
	other.ok(t, "account.signIn", map[string]any{"workspace": "mine", "email": "o@example.org", "password": testPassword})
}

// The same answer and the same work for whatever is wrong.
func TestSignInTellsNothing(t *testing.T) {
	w := newWorld(t)
	right := w.withPassword(t, &w.acme, w.acme.ada)
	w.withPassword(t, &w.acme, w.acme.eve)
	_, err := w.acme.bound.UpdateUser(t.Context(), w.acme.eve.id, func(u *chat.User) error { u.Deleted = true; return nil })
	must(t, err)
	b := w.browser()
	var first result
	for i, wrong := range []map[string]any{
		with(right, "password", "wrong"),
		with(right, "email", "nobody@example.com"),
		with(right, "email", "bob@example.com"), // has none
		with(right, "email", "eve@example.com"), // is deactivated
		with(right, "workspace", "nowhere"),
		with(right, "workspace", "other"),
		with(right, "password", strings.Repeat("x", 5000)),
	} {
		b.address = fmt.Sprintf("192.0.2.%d:1", i)
		before := w.passwordsHashed(t)
		got := b.call(t, "account.signIn", wrong)
		if n := w.passwordsHashed(t) - before; n != 1 {
			t.Errorf("%v: %v passwords were hashed", wrong, n)
		}
		if first == nil {
			first = got
		}
		if fmt.Sprint(got) != fmt.Sprint(first) || got["error"] != "invalid_credentials" || b.cookie != "" {
			t.Errorf("%v: %v", wrong, got)
		}
	}
	before := w.passwordsHashed(t)
	b.ok(t, "account.signIn", right)
	if n := w.passwordsHashed(t) - before; n != 1 {
		t.Errorf("%v passwords were hashed for the right one", n)
	}
}

// A session is its token and its cookie: neither is anything alone, nor with
// another session's half.
func TestSessionNeedsItsCookie(t *testing.T) {
	w := newWorld(t)
	ada := w.withPassword(t, &w.acme, w.acme.ada)
	bob := w.withPassword(t, &w.acme, w.acme.bob)
	stranger := w.withPassword(t, &w.other, w.other.ada)
	a, b, x := w.browser(), w.browser(), w.browser()
	a.ok(t, "account.signIn", ada)
	b.ok(t, "account.signIn", bob)
	x.ok(t, "account.signIn", stranger)
	if got := a.ok(t, "auth.test", nil); got["user"] != "ada" {
		t.Errorf("ada is %v", got)
	}
	for name, c := range map[string]browser{
		"invalid_auth": {token: a.token},
		"not_authed":   {cookie: a.cookie},
	} {
		c.world, c.address = w, "192.0.2.1:1"
		c.fails(t, name, "auth.test", nil)
	}
	for _, cookie := range []string{b.cookie, x.cookie, "x" + a.cookie, a.cookie + "0", strings.Repeat(a.cookie, 100), a.token} {
		c := browser{world: w, token: a.token, cookie: cookie, address: "192.0.2.1:1"}
		c.fails(t, "invalid_auth", "auth.test", nil)
	}
	c, err := w.auth.AuthenticateCookie(t.Context(), w.acme.workspace.ID, a.cookie)
	if err != nil || c.User != w.acme.ada.id {
		t.Errorf("the cookie is %v's, %v", c.User, err)
	}
	for _, cookie := range []string{x.cookie, "", "xoxd-", "xoxd-" + string(w.acme.workspace.ID) + "."} {
		if c, err := w.auth.AuthenticateCookie(t.Context(), w.acme.workspace.ID, cookie); chat.CodeOf(err) != chat.Unauthenticated {
			t.Errorf("cookie %q is %v's, %v", cookie, c.User, err)
		}
	}
	a.ok(t, "account.signOut", nil)
	if _, err := w.auth.AuthenticateCookie(t.Context(), w.acme.workspace.ID, c.TokenID); err == nil {
		t.Error("a token's id is a cookie")
	}
}

// Who planted a cookie before has nothing after; signing in again ends what the
// browser had; and the sessions of several workspaces live side by side.
func TestCookieIsNewEachTime(t *testing.T) {
	w := newWorld(t)
	ada := w.withPassword(t, &w.acme, w.acme.ada)
	eve := w.withPassword(t, &w.acme, w.acme.eve)
	attacker := w.browser()
	attacker.ok(t, "account.signIn", eve)
	victim := w.browser()
	victim.cookie = attacker.cookie
	victim.ok(t, "account.signIn", ada)
	if c, err := w.auth.AuthenticateCookie(t.Context(), w.acme.workspace.ID, attacker.cookie); err == nil && c.User == w.acme.ada.id {
		t.Error("the planted cookie is ada's now")
	}
	thief := browser{world: w, token: victim.token, cookie: attacker.cookie, address: "192.0.2.1:1"}
	thief.fails(t, "invalid_auth", "auth.test", nil)
	attacker.ok(t, "auth.test", nil)

	again := *victim
	again.ok(t, "account.signIn", ada)
	victim.fails(t, "token_revoked", "auth.test", nil)
	victim.cookie = again.cookie
	victim.fails(t, "token_revoked", "auth.test", nil)

	both := again
	both.token = ""
	both.ok(t, "account.signIn", w.withPassword(t, &w.other, w.other.ada))
	if got := both.ok(t, "auth.test", nil); got["team"] != "The other" {
		t.Errorf("the second workspace is %v", got)
	}
	again.cookie = both.cookie
	if got := again.ok(t, "auth.test", nil); got["team"] != "The acme" {
		t.Errorf("the first workspace is %v", got)
	}
	again.ok(t, "account.signOut", nil)
	again.fails(t, "token_revoked", "auth.test", nil)
	both.cookie = again.cookie
	both.ok(t, "auth.test", nil)
}

// What changes something without a token is not for other sites' pages.
func TestOtherSitesCannotSignIn(t *testing.T) {
	w := newWorld(t)
	ada := w.withPassword(t, &w.acme, w.acme.ada)
	b := w.browser()
	b.origin = "https://evil.example"
	b.fails(t, "invalid_origin", "account.signIn", ada)
	b.origin = "null"
	b.fails(t, "invalid_origin", "account.signIn", ada)
	b.origin = "https://taut.example"
	b.ok(t, "account.signIn", ada)
	for _, kind := range []string{"application/x-www-form-urlencoded", "text/plain"} {
		for _, method := range []string{"POST", "GET"} {
			body := fmt.Sprintf("workspace=acme&email=ada@example.com&password=%s", strings.ReplaceAll(testPassword, " ", "+"))
			r := httptest.NewRequest(method, "/api/account.signIn?"+body, strings.NewReader(body))
			r.Header.Set("Content-Type", kind)
			recorded := httptest.NewRecorder()
			w.server.ServeHTTP(recorded, r)
			if !strings.Contains(recorded.Body.String(), "invalid_origin") || len(recorded.Result().Cookies()) > 0 {
				t.Errorf("%s %s: %s", method, kind, recorded.Body)
			}
		}
	}
}

func TestSecretsAreNotTakenFromURLs(t *testing.T) {
	w := newWorld(t)
	w.withPassword(t, &w.acme, w.acme.ada)
	r := httptest.NewRequest("POST", "/api/account.signIn?workspace=acme&email=ada@example.com&password="+strings.ReplaceAll(testPassword, " ", "+"), nil)
	r.Header.Set("Origin", "https://taut.example")
	recorded := httptest.NewRecorder()
	w.server.ServeHTTP(recorded, r)
	if !strings.Contains(recorded.Body.String(), "invalid_arguments") {
		t.Errorf("got %s", recorded.Body)
	}
}

// Where nobody needs a code, an address makes a few workspaces at most.
func TestOpenSetup(t *testing.T) {
	w := newWorld(t)
	if got := w.browser().ok(t, "account.setupInfo", nil); got["code_required"] != true || got["first"] != false {
		t.Errorf("got %v", got)
	}
	w.server.openSetup = true
	if got := w.browser().ok(t, "account.setupInfo", nil); got["code_required"] != false {
		t.Errorf("got %v", got)
	}
	made := 0
	for i := range 8 {
		got := w.browser().call(t, "account.setup", map[string]any{"domain": fmt.Sprint("open-", i), "workspace_name": "O", "email": "o@example.org", "password": testPassword})
		if got["ok"] == true {
			made++
		}
	}
	if made != 5 {
		t.Errorf("%d workspaces were made", made)
	}
}

// Who guesses is slowed down, and others are not.
func TestGuessesAreLimited(t *testing.T) {
	w := newWorld(t)
	ada := w.withPassword(t, &w.acme, w.acme.ada)
	guesser, owner := w.browser(), w.browser()
	limited := false
	for range 12 {
		got := guesser.call(t, "account.signIn", with(ada, "password", "guess"))
		limited = limited || got["error"] == "ratelimited"
	}
	if !limited {
		t.Error("the guesses were not limited")
	}
	guesser.fails(t, "ratelimited", "account.signIn", ada) // even the right one
	if wait, err := strconv.Atoi(guesser.answered.Get("Retry-After")); err != nil || wait < 1 || wait > 30 {
		t.Errorf("it is to wait for %q seconds", guesser.answered.Get("Retry-After"))
	}
	owner.address = "198.51.100.7:1"
	owner.ok(t, "account.signIn", ada)
	bob := w.withPassword(t, &w.acme, w.acme.bob)
	guesser.ok(t, "account.signIn", bob) // another account from the same address
}

func TestBadTokensAreLimited(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	good := w.acme.ada.token
	b.token = good
	b.ok(t, "auth.test", nil)
	tried, refused := 0, ""
	for ; tried < 1_000 && refused != "ratelimited"; tried++ { // more than are allowed: some of it comes back meanwhile
		b.token = "xoxp-1-2-3-" + chat.NewSecret(40)
		refused = b.call(t, "auth.test", nil).text("error")
	}
	if refused != "ratelimited" || tried < 100 {
		t.Errorf("%d bad tokens, the last one: %s", tried, refused)
	}
	b.token = good // is known, so it costs nothing to say so
	b.ok(t, "auth.test", nil)
	b.address = "198.51.100.7:1"
	b.token = w.acme.bob.token
	b.ok(t, "auth.test", nil)
}

func TestSecondFactor(t *testing.T) {
	w := newWorld(t)
	ada := w.withPassword(t, &w.acme, w.acme.ada)
	b := w.browser()
	b.ok(t, "account.signIn", ada)
	b.fails(t, "invalid_credentials", "account.totp.begin", map[string]any{"password": "x"})
	b.fails(t, "two_factor_not_set_up", "account.totp.confirm", map[string]any{"code": "123456"})
	secret := b.ok(t, "account.totp.begin", map[string]any{"password": testPassword}).text("secret")
	b.fails(t, "invalid_two_factor_code", "account.totp.confirm", map[string]any{"code": "000000"})
	w.browser().ok(t, "account.signIn", ada) // not in force yet
	codes := b.ok(t, "account.totp.confirm", map[string]any{"code": totpNow(secret, -1)}).at("recovery_codes").([]any)
	b.fails(t, "two_factor_already_set_up", "account.totp.begin", map[string]any{"password": testPassword})

	other := w.browser()
	other.fails(t, "two_factor_required", "account.signIn", ada)
	other.fails(t, "invalid_credentials", "account.signIn", with(ada, "password", "wrong", "totp", totpNow(secret, 0)))
	other.fails(t, "invalid_two_factor_code", "account.signIn", with(ada, "totp", totpNow(secret, -1))) // was used
	other.fails(t, "invalid_two_factor_code", "account.signIn", with(ada, "totp", "abcd-abcd-abcd-abcd"))
	code := totpNow(secret, 0)
	if n := w.raceSignIn(t, with(ada, "totp", code)); n != 1 {
		t.Errorf("%d sign-ins with one code", n)
	}
	if n := w.raceSignIn(t, with(ada, "totp", codes[0])); n != 1 {
		t.Errorf("%d sign-ins with one recovery code", n)
	}
	if got := b.ok(t, "account.get", nil); got["two_factor"] != true || got["recovery_codes_left"] != 9.0 {
		t.Errorf("the account is %v", got)
	}
	b.fails(t, "invalid_two_factor_code", "account.totp.disable", map[string]any{"password": testPassword, "code": codes[0]})
	b.ok(t, "account.totp.disable", map[string]any{"password": testPassword, "code": strings.ToUpper(codes[1].(string))})
	w.browser().ok(t, "account.signIn", ada)
}

// raceSignIn signs in several times at once, and counts who got in.
func (w *world) raceSignIn(t *testing.T, args map[string]any) (won int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			got := w.browser().call(t, "account.signIn", args)
			mu.Lock()
			defer mu.Unlock()
			if got["ok"] == true {
				won++
			}
		})
	}
	wg.Wait()
	return won
}

// Where the workspace asks for a second factor, a session without one can set it
// up and nothing else, from the moment on.
func TestRequiredSecondFactor(t *testing.T) {
	w := newWorld(t)
	ada := w.withPassword(t, &w.acme, w.acme.ada)
	b := w.browser()
	b.ok(t, "account.signIn", ada)
	b.ok(t, "auth.test", nil)
	w.ok(t, w.acme.owner, "manage.settings.set", "settings", `{"require_totp":true}`)
	b.fails(t, "two_factor_setup_required", "auth.test", nil)
	b.fails(t, "two_factor_setup_required", "rtm.connect", nil)
	b.fails(t, "two_factor_setup_required", "account.changePassword", map[string]any{"password": testPassword, "new_password": "something else"})
	if _, err := w.auth.AuthenticateCookie(t.Context(), w.acme.workspace.ID, b.cookie); err == nil {
		t.Error("the cookie shows files")
	}
	if got := b.ok(t, "account.get", nil); got["two_factor_setup_required"] != true {
		t.Errorf("the account is %v", got)
	}
	secret := b.ok(t, "account.totp.begin", map[string]any{"password": testPassword}).text("secret")
	b.ok(t, "account.totp.confirm", map[string]any{"code": totpNow(secret, 0)})
	b.ok(t, "auth.test", nil)
	w.ok(t, w.acme.ada, "auth.test") // a program's token has no second factor
}

func TestSessions(t *testing.T) {
	w := newWorld(t)
	ada := w.withPassword(t, &w.acme, w.acme.ada)
	bob := w.withPassword(t, &w.acme, w.acme.bob)
	one, two, three, his := w.browser(), w.browser(), w.browser(), w.browser()
	for b, who := range map[*browser]map[string]any{one: ada, two: ada, three: ada, his: bob} {
		b.ok(t, "account.signIn", who)
	}
	list := one.ok(t, "account.sessions.list", nil).at("sessions").([]any)
	if len(list) != 3 || list[0].(map[string]any)["device"] != "Firefox on Linux" || list[0].(map[string]any)["address"] != "192.0.2.1" {
		t.Fatalf("the sessions are %v", list)
	}
	his.fails(t, "session_not_found", "account.sessions.revoke", map[string]any{"session": list[0].(map[string]any)["id"]})
	his.fails(t, "session_not_found", "account.sessions.revoke", map[string]any{"session": "Tk0000000000"})
	mine := two.ok(t, "account.sessions.list", nil)
	for _, s := range mine.at("sessions").([]any) {
		if s := s.(map[string]any); s["current"] == true {
			one.ok(t, "account.sessions.revoke", map[string]any{"session": s["id"]})
		}
	}
	two.fails(t, "token_revoked", "auth.test", nil)
	if got := one.ok(t, "account.sessions.revokeOthers", nil); got["revoked"] != 1.0 {
		t.Errorf("got %v", got)
	}
	three.fails(t, "token_revoked", "auth.test", nil)
	one.ok(t, "auth.test", nil)
	his.ok(t, "auth.test", nil)
	w.ok(t, w.acme.ada, "auth.test") // a program's token is no session
}

func TestRevoke(t *testing.T) {
	w := newWorld(t)
	ticket := w.ok(t, w.acme.robot, "rtm.connect").text("url")
	if got := w.ok(t, w.acme.robot, "auth.revoke", "test", "1"); got["revoked"] != false {
		t.Errorf("a test answers %v", got)
	}
	w.ok(t, w.acme.robot, "auth.test")
	if got := w.ok(t, w.acme.robot, "auth.revoke"); got["revoked"] != true {
		t.Errorf("got %v", got)
	}
	w.fails(t, "token_revoked", w.acme.robot, "auth.test")
	w.fails(t, "token_revoked", w.acme.robot, "rtm.connect")
	_, text, _ := strings.Cut(ticket, "/websocket/")
	if _, err := w.auth.RedeemTicket(t.Context(), text); chat.CodeOf(err) != chat.Unauthenticated {
		t.Errorf("its ticket: %v", err)
	}
	events := w.events(t, w.acme.workspace.ID.User(w.acme.robot.id))
	if last := events[len(events)-1]; last.Type != chat.TypeTokenRevoked || !strings.Contains(string(last.Payload), `"token_id":"Tk`) {
		t.Errorf("the last event is %s %s", last.Type, last.Payload)
	}
}

// A session that began while the password changed would be of the old password:
// the store refuses it.
func TestSessionOfAnOldPassword(t *testing.T) {
	w := newWorld(t)
	w.withPassword(t, &w.acme, w.acme.ada)
	n := store.SignIn{Token: newPersonToken(w.acme.ada.id), PasswordHash: "$argon2id$of-before"}
	if _, err := w.acme.bound.SignIn(t.Context(), n); chat.CodeOf(err) != chat.Forbidden {
		t.Errorf("got %v", err)
	}
}
