package webapi

import (
	"strings"
	"sync"
	"testing"
	"time"

	"taut/auth"
	"taut/chat"
	"taut/store"
)

// entryCode makes a code that nobody invited to.
func (n *tenant) entryCode(t testing.TB, c store.EntryCode, by chat.UserID) string {
	t.Helper()
	code, hash, err := auth.NewEntryCode(n.workspace.ID)
	must(t, err)
	if c.Uses == 0 {
		c.Uses = 1
	}
	if c.ExpiresMS == 0 {
		c.ExpiresMS = time.Now().Add(time.Hour).UnixMilli()
	}
	_, err = n.bound.CreateEntryCode(t.Context(), store.Actor{User: by}, store.TokenHash(hash), c)
	must(t, err)
	return code
}

func TestPasswordChange(t *testing.T) {
	w := newWorld(t)
	ada := w.withPassword(t, &w.acme, w.acme.ada)
	one, two := w.browser(), w.browser()
	one.ok(t, "account.signIn", ada)
	two.ok(t, "account.signIn", ada)
	one.fails(t, "invalid_credentials", "account.changePassword", map[string]any{"password": "wrong", "new_password": "quite another one"})
	for _, bad := range []string{"short", "Password123", "ADA@example.com", "aaaaaaaaaaaa"} {
		one.fails(t, "invalid_password", "account.changePassword", map[string]any{"password": testPassword, "new_password": bad})
	}
	reset := w.acme.entryCode(t, store.EntryCode{Kind: store.PasswordReset, User: w.acme.ada.id}, w.acme.owner.id)
	one.ok(t, "account.changePassword", map[string]any{"password": testPassword, "new_password": "quite another one"})
	one.ok(t, "auth.test", nil)
	two.fails(t, "token_revoked", "auth.test", nil)
	two.token = ""
	two.fails(t, "invalid_credentials", "account.signIn", ada)
	two.fails(t, "invalid_code", "account.reset", map[string]any{"code": reset, "password": "and one more of them"})
	two.ok(t, "account.signIn", with(ada, "password", "quite another one"))
}

// A link sets one password, once; and none that is forged, too old, of another
// kind or another workspace.
func TestPasswordReset(t *testing.T) {
	w := newWorld(t)
	ada := w.withPassword(t, &w.acme, w.acme.ada)
	b := w.browser()
	b.ok(t, "account.signIn", ada)
	box := &postbox{}
	w.server.mailer = box
	anon := w.browser()
	anon.ok(t, "account.requestReset", map[string]any{"workspace": "acme", "email": "ADA@example.com"})
	anon.ok(t, "account.requestReset", map[string]any{"workspace": "acme", "email": "nobody@example.com"})
	anon.ok(t, "account.requestReset", map[string]any{"workspace": "nowhere", "email": "ada@example.com"})
	mails := box.all()
	if len(mails) != 1 || mails[0].To != "ada@example.com" || !strings.Contains(mails[0].Text, "https://taut.example/reset#") {
		t.Fatalf("the mails are %+v", mails)
	}
	code := codeOf(t, strings.Fields(mails[0].Text[strings.Index(mails[0].Text, "https://"):])[0])

	invite := w.acme.entryCode(t, store.EntryCode{Kind: store.Invitation, Role: chat.Member}, w.acme.owner.id)
	old := w.acme.entryCode(t, store.EntryCode{Kind: store.PasswordReset, User: w.acme.ada.id, ExpiresMS: 1}, w.acme.owner.id)
	_, secret, _ := strings.Cut(code, "-")
	others, _, err := auth.NewEntryCode(w.other.workspace.ID)
	must(t, err)
	number, _, _ := strings.Cut(others, "-")
	for _, bad := range []string{"x", "", invite, old, number + "-" + secret, code + "0", strings.Repeat("a", 5000)} {
		got := anon.call(t, "account.reset", map[string]any{"code": bad, "password": "quite another one"})
		if got["error"] != "invalid_code" && bad != "" {
			t.Errorf("code %.60q: %v", bad, got)
		}
	}
	anon.fails(t, "invalid_code", "account.accept", map[string]any{"code": code, "email": "x@example.org", "password": testPassword})
	anon.fails(t, "invalid_password", "account.reset", map[string]any{"code": code, "password": "short"})

	var wg sync.WaitGroup
	won := make([]bool, 4)
	for i := range won {
		wg.Go(func() {
			got := w.browser().call(t, "account.reset", map[string]any{"code": code, "password": "password number " + string(rune('a'+i))})
			won[i] = got["ok"] == true
		})
	}
	wg.Wait()
	n := 0
	for i, did := range won {
		if did {
			n++
			w.browser().ok(t, "account.signIn", with(ada, "password", "password number "+string(rune('a'+i))))
		}
	}
	if n != 1 {
		t.Errorf("the code set %d passwords", n)
	}
	b.fails(t, "token_revoked", "auth.test", nil)
}

// Without mail nobody can ask, and who manages the account gets the link.
func TestResetWithoutMail(t *testing.T) {
	w := newWorld(t)
	w.browser().fails(t, "mail_not_configured", "account.requestReset", map[string]any{"workspace": "acme", "email": "ada@example.com"})
	got := w.ok(t, w.acme.owner, "manage.users.resetPassword", "user", w.acme.ada.id)
	if got["mailed"] != false {
		t.Errorf("got %v", got)
	}
	w.browser().ok(t, "account.reset", map[string]any{"code": codeOf(t, got.text("url")), "password": testPassword})
	w.browser().ok(t, "account.signIn", map[string]any{"workspace": "acme", "email": "ada@example.com", "password": testPassword})
}
