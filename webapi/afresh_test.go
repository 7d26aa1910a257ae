package webapi

import (
	"log/slog"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"taut/auth"
	"taut/chat"
)

// unaware is a node that hears of nothing that others do, with what it remembers.
func (w *world) unaware(t *testing.T) (*world, *auth.Service) {
	t.Helper()
	remembers, err := auth.New(t.Context(), w.store, prometheus.NewRegistry())
	must(t, err)
	there := *w
	there.server = New(Config{Store: w.store, Auth: remembers, Router: w.router, Files: w.files, Log: slog.New(slog.DiscardHandler)})
	return &there, remembers
}

// TestAdministratorsAreJudgedByWhatTheyAre, at a node too that has not heard what
// another one did to them.
func TestAdministratorsAreJudgedByWhatTheyAre(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	there, _ := w.unaware(t)
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

// TestWhatLastsIsJudgedAfresh: no former owner publishes, deletes or changes what is
// others' where it is not known yet that they are none any more.
func TestWhatLastsIsJudgedAfresh(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	there, remembers := w.unaware(t)
	theirs := w.posts(t, a.bob, a.public, 1)[0]
	file, _ := w.shared(t, a.bob, a.public, "plan.txt", []byte("a plan"))
	w.ok(t, a.bob, "emoji.add", "mode", "data", "name", "parrot", "image", picture(t, 20, 20))
	open, made := a.owned(t, "open"), a.channel(t, "bobs", false, a.bob.id, a.ada.id)
	closed := a.channel(t, "bobs-old", false, a.bob.id, a.ada.id)
	must(t, a.bound.Archive(t.Context(), closed, a.bob.id))
	group := w.ok(t, a.owner, "usergroups.create", "name", "Devs", "handle", "devs").text("usergroup.id")
	for _, c := range []struct {
		want, method string
		args         []any
	}{
		{"restricted_action", "admin.conversations.convertToPublic", []any{"channel_id", a.private}},
		{"restricted_action", "admin.conversations.convertToPrivate", []any{"channel_id", open}},
		{"no_permission", "manage.channels.setRetention", []any{"channel", a.public, "days", 1}},
		{"no_permission", "manage.retention.preview", nil},
		{"cant_delete_message", "chat.delete", []any{"channel", a.public, "ts", theirs}},
		{"cant_delete_file", "files.delete", []any{"file", file}},
		{"no_permission", "emoji.remove", []any{"name", "parrot"}},
		{"not_admin", "users.profile.set", []any{"user", a.bob.id, "name", "title", "value", "Fool"}},
		{"restricted_action", "conversations.kick", []any{"channel", made, "user", a.bob.id}},
		{"not_authorized", "conversations.rename", []any{"channel", made, "name", "adas"}},
		{"restricted_action", "conversations.archive", []any{"channel", made}},
		{"no_permission", "conversations.unarchive", []any{"channel", closed}},
		{"permission_denied", "usergroups.disable", []any{"usergroup", group}},
	} {
		w.ok(t, a.owner, "manage.users.setRole", "user", string(a.ada.id), "role", "owner")
		remembers.Forget(a.workspace.ID, a.ada.id)
		there.ok(t, a.ada, "auth.test")
		w.ok(t, a.owner, "manage.users.setRole", "user", string(a.ada.id), "role", "member")
		there.fails(t, c.want, a.ada, c.method, c.args...)
	}
	for ch, want := range map[chat.ChannelID]chat.ChannelType{a.private: chat.PrivateChannel, open: chat.PublicChannel} {
		if c, err := a.bound.Channel(t.Context(), ch); err != nil || c.Type != want {
			t.Errorf("%s: %v %v", ch, c.Type, err)
		}
	}
}
