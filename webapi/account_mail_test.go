package webapi

import (
	"log/slog"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// Without a URL of the server's own nothing is mailed: whoever asks names the host
// that the link would lead to, and would so get somebody else's code.
func TestNoMailWithoutThePublicURL(t *testing.T) {
	w := newWorld(t)
	a, box := &w.acme, &postbox{}
	w.server = New(Config{
		Store: w.store, Auth: w.auth, Router: w.router, Files: w.files, Mailer: box,
		Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
	})
	w.browser().fails(t, "mail_not_configured", "account.requestReset", map[string]any{"workspace": "acme", "email": "ada@example.com"})
	if got := w.ok(t, a.owner, "manage.users.resetPassword", "user", a.ada.id); got.text("url") == "" || got["mailed"] != false {
		t.Errorf("a reset: %v", got)
	}
	if got := w.ok(t, a.owner, "manage.invites.create", "email", "x@example.org"); got.at("invite.mailed") != false {
		t.Errorf("an invitation: %v", got)
	}
	if mails := box.all(); len(mails) > 0 {
		t.Errorf("mailed: %+v", mails)
	}
}
