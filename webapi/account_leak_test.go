package webapi

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// lines is a log that several goroutines write.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// Everything that lets somebody in is told once, to whom it is for: never to a
// log, at whatever level, and never in an answer that is a refusal.
func TestNothingLeaks(t *testing.T) {
	w := newWorld(t)
	log := &lines{}
	w.server = New(Config{
		Store: w.store, Auth: w.auth, Router: w.router, PublicURL: "https://taut.example/", Metrics: prometheus.NewRegistry(),
		Log: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})), Mailer: &postbox{}, Files: w.files,
	})
	a := &w.acme
	ada := w.withPassword(t, a, a.ada)
	secrets := []string{testPassword, a.ada.token, a.owner.token}
	keep := func(s string) string { secrets = append(secrets, s); return s }
	b := w.browser()
	setup := keep(w.setupCode(t))
	b.ok(t, "account.setup", map[string]any{"code": setup, "domain": "leak", "workspace_name": "L", "email": "l@example.org", "password": testPassword})
	keep(b.token)
	keep(b.cookie)
	b = w.browser()
	b.ok(t, "account.signIn", ada)
	keep(b.token)
	keep(b.cookie)
	secret := keep(b.ok(t, "account.totp.begin", map[string]any{"password": testPassword}).text("secret"))
	codes := b.ok(t, "account.totp.confirm", map[string]any{"code": totpNow(secret, 0)}).at("recovery_codes").([]any)
	keep(codes[0].(string))
	invite := keep(codeOf(t, w.ok(t, a.owner, "manage.invites.create", "email", "i@example.org").text("invite.url")))
	reset := keep(codeOf(t, w.ok(t, a.owner, "manage.users.resetPassword", "user", a.bob.id, "show", "1").text("url")))
	bot := w.ok(t, a.owner, "manage.bots.create", "name", "leaker").text("bot.id")
	keep(w.ok(t, a.owner, "manage.bots.tokens.create", "bot", bot).text("token"))
	ticket := w.ok(t, a.ada, "rtm.connect").text("url")
	keep(ticket[strings.LastIndex(ticket, "/")+1:])

	var refusals strings.Builder
	for _, method := range []string{"account.setup", "account.signIn", "account.accept", "account.reset", "account.invitation", "account.changePassword"} {
		got := b.call(t, method, map[string]any{
			"code": invite + "x", "workspace": "acme", "email": "ada@example.com", "password": testPassword, "totp": codes[0].(string) + "x",
			"new_password": "x", "domain": "leak", "workspace_name": reset,
		})
		body, err := encode(&struct {
			reply
			Got result
		}{Got: got})
		must(t, err)
		refusals.Write(body)
	}
	audit := w.ok(t, a.owner, "manage.audit.list")
	for _, s := range secrets {
		if strings.Contains(log.text.String(), s) {
			t.Errorf("the log holds %q", s)
		}
		if strings.Contains(refusals.String(), s) {
			t.Errorf("a refusal holds %q", s)
		}
		if body, err := encode(&struct {
			reply
			Got result
		}{Got: audit}); err != nil || strings.Contains(string(body), s) {
			t.Errorf("the audit log holds %q, %v", s, err)
		}
	}
	if !strings.Contains(log.text.String(), "account.signIn") {
		t.Error("the log was not looked at")
	}
}
