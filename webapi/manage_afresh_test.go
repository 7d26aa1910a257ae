package webapi

import (
	"log/slog"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"taut/auth"
)

// TestAdministratorsAreJudgedByWhatTheyAre, at a node too that has not heard what
// another one did to them.
func TestAdministratorsAreJudgedByWhatTheyAre(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	remembers, err := auth.New(t.Context(), w.store, prometheus.NewRegistry())
	must(t, err)
	there := *w
	there.server = New(Config{Store: w.store, Auth: remembers, Router: w.router, Files: w.files, Log: slog.New(slog.DiscardHandler)})
	for name, end := range map[string]func(of person){
		"no_permission":    func(of person) { w.ok(t, a.owner, "manage.users.setRole", "user", string(of.id), "role", "member") },
		"account_inactive": func(of person) { w.ok(t, a.owner, "manage.users.deactivate", "user", string(of.id)) },
	} {
		admin := map[string]person{"no_permission": a.ada, "account_inactive": a.bob}[name]
		w.ok(t, a.owner, "manage.users.setRole", "user", string(admin.id), "role", "admin")
		there.ok(t, admin, "manage.bots.create", "name", "before-"+admin.name)
		end(admin)
		there.fails(t, name, admin, "manage.bots.create", "name", "after-"+admin.name)
		there.fails(t, name, admin, "manage.users.list")
	}
}
