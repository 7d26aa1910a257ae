package store

import (
	"strings"
	"testing"

	"taut/chat"
)

func TestCreateWorkspace(t *testing.T) {
	tm := openTeam(t)
	if tm.owner.Role != chat.PrimaryOwner {
		t.Errorf("the owner is %s", tm.owner.Role)
	}
	channels, err := tm.Channels(t.Context(), ChannelQuery{MemberOf: tm.owner.ID})
	tm.must(err)
	if got := channelNames(channels); got != "[general random]" {
		t.Errorf("the owner is in %s", got)
	}
	tm.wantTypes(tm.id.Directory(), "team_join", "channel_created", "channel_created")
	tm.check()

	_, _, err = tm.store.CreateWorkspace(t.Context(), NewWorkspace{Domain: "acme", Owner: NewUser{Name: "other"}})
	tm.want(err, chat.Exists, "domain")
	second := newTeam(t, tm.store, "beta")
	all, err := tm.store.Workspaces(t.Context())
	tm.must(err)
	if len(all) != 2 || all[0].ID != tm.id || all[1].ID != second.id {
		t.Errorf("workspaces %v", all)
	}
	if w, err := tm.store.WorkspaceByDomain(t.Context(), "beta"); err != nil || w.ID != second.id {
		t.Errorf("beta is %v, %v", w, err)
	}
}

func TestOneDomainForMany(t *testing.T) {
	s := openStore(t)
	wantOne(t, inParallel(8, func(int) error {
		_, _, err := s.CreateWorkspace(t.Context(), NewWorkspace{Domain: "acme", Owner: NewUser{Name: "owner"}})
		return err
	}), chat.Exists, "domain")
}

func TestUsersComeToGeneral(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	guest, err := tm.CreateUser(t.Context(), NewUser{Name: "guest", Role: chat.Guest})
	tm.must(err)
	for u, want := range map[chat.UserID]string{ada.ID: "[general]", guest.ID: "[]"} {
		channels, err := tm.Channels(t.Context(), ChannelQuery{MemberOf: u})
		tm.must(err)
		if got := channelNames(channels); got != want {
			t.Errorf("%s is in %s, want %s", u, got, want)
		}
	}
	tm.wantTypes(tm.id.User(ada.ID), "channel_joined")
	tm.check()
}

func TestUserNamesAreUnique(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	_, err := tm.CreateUser(t.Context(), NewUser{Name: "ADA"})
	tm.want(err, chat.Exists, "name")
	_, err = tm.CreateUser(t.Context(), NewUser{Name: "eve", Email: "Ada@Example.com"})
	tm.want(err, chat.Exists, "email")
	_, err = tm.UpdateUser(t.Context(), bob.ID, func(u *chat.User) error { u.Name = "ada"; return nil })
	tm.want(err, chat.Exists, "name")
	if u, err := tm.UserByName(t.Context(), "Ada"); err != nil || u.ID != ada.ID {
		t.Errorf("by name: %v, %v", u, err)
	}
	if u, err := tm.UserByEmail(t.Context(), "ADA@example.com"); err != nil || u.ID != ada.ID {
		t.Errorf("by e-mail: %v, %v", u, err)
	}
	wantOne(t, inParallel(16, func(int) error {
		_, err := tm.CreateUser(t.Context(), NewUser{Name: "eve"})
		return err
	}), chat.Exists, "name")
	tm.check()
}

func TestManyUsersAtOnce(t *testing.T) {
	tm := openTeam(t)
	for _, err := range inParallel(100, func(i int) error {
		_, err := tm.CreateUser(t.Context(), NewUser{Name: "user" + strings.Repeat("x", i)})
		return err
	}) {
		tm.must(err)
	}
	tm.check()
	users, err := tm.Users(t.Context(), "", 0)
	tm.must(err)
	first, err := tm.Users(t.Context(), "", 60)
	tm.must(err)
	rest, err := tm.Users(t.Context(), first[59].ID, 60)
	tm.must(err)
	if len(users) != 101 || len(first)+len(rest) != 101 || rest[0].ID != users[60].ID {
		t.Errorf("%d users, pages of %d and %d", len(users), len(first), len(rest))
	}
}

func TestUpdateUser(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	got, err := tm.UpdateUser(t.Context(), ada.ID, func(u *chat.User) error {
		u.Role, u.Away, u.StatusText, u.Deleted, u.ID = chat.Admin, true, "reading", true, "U0000000000"
		return nil
	})
	tm.must(err)
	read, err := tm.User(t.Context(), ada.ID)
	tm.must(err)
	if read != got || read.Role != chat.Admin || !read.Away || !read.Deleted || read.StatusText != "reading" || read.Email != ada.Email {
		t.Errorf("got %+v, read %+v", got, read)
	}
	types := tm.types(tm.id.Directory())
	if types[len(types)-1] != "user_change" {
		t.Errorf("the workspace was told %q", types)
	}
	refusal := chat.NewError(chat.Forbidden, "no")
	_, err = tm.UpdateUser(t.Context(), ada.ID, func(*chat.User) error { return refusal })
	tm.want(err, chat.Forbidden, "no")
	_, err = tm.Join(t.Context(), tm.channel("dev").ID, ada.ID, "")
	tm.want(err, chat.NotFound, "user") // deactivated
	tm.check()
}

// Many changes of one user at once: none is lost.
func TestUpdateUserAtOnce(t *testing.T) {
	tm := openTeam(t)
	for _, err := range inParallel(50, func(int) error {
		_, err := tm.UpdateUser(t.Context(), tm.owner.ID, func(u *chat.User) error { u.Title += "x"; return nil })
		return err
	}) {
		tm.must(err)
	}
	if u, err := tm.User(t.Context(), tm.owner.ID); err != nil || len(u.Title) != 50 {
		t.Errorf("title %q, %v", u.Title, err)
	}
}

func TestPasswordHash(t *testing.T) {
	tm := openTeam(t)
	u, err := tm.CreateUser(t.Context(), NewUser{Name: "ada", PasswordHash: "one"})
	tm.must(err)
	for _, want := range []string{"one", "two"} {
		if got, err := tm.PasswordHash(t.Context(), u.ID); err != nil || got != want {
			t.Errorf("hash %q, %v, want %q", got, err, want)
		}
		tm.must(tm.SetPasswordHash(t.Context(), u.ID, "two"))
	}
}

func TestBots(t *testing.T) {
	tm := openTeam(t)
	b, u, err := tm.CreateBot(t.Context(), NewBot{Name: "robot", AppName: "Robot"})
	tm.must(err)
	if u.Bot != b.ID || u.App != b.App || b.User != u.ID || u.Email != "" || u.ID[0] != 'U' || b.ID[0] != 'B' || b.App[0] != 'A' {
		t.Errorf("bot %+v of user %+v", b, u)
	}
	if got, err := tm.Bot(t.Context(), b.ID); err != nil || got != b {
		t.Errorf("read %+v, %v, want %+v", got, err, b)
	}
	_, _, err = tm.CreateBot(t.Context(), NewBot{Name: "robot"})
	tm.want(err, chat.Exists, "name")
	_, _, err = tm.CreateBot(t.Context(), NewBot{Name: "second"}) // no e-mail either: no conflict
	tm.must(err)
	tm.check()
}

func TestTokens(t *testing.T) {
	tm := openTeam(t)
	hash := TokenHash{1, 2, 3}
	n := NewToken{Hash: hash, Type: chat.UserToken, User: tm.owner.ID, Scopes: []string{"chat:write", "users:read"}}
	id, err := tm.CreateToken(t.Context(), n)
	tm.must(err)
	_, err = tm.CreateToken(t.Context(), n)
	tm.want(err, chat.Exists, "token")
	got, err := tm.Token(t.Context(), hash)
	tm.must(err)
	if got.ID != id || got.User != tm.owner.ID || len(got.Scopes) != 2 || got.Revoked {
		t.Errorf("token %+v", got)
	}
	tm.must(tm.RevokeToken(t.Context(), hash))
	tm.must(tm.RevokeToken(t.Context(), hash))
	if got, err := tm.Token(t.Context(), hash); err != nil || !got.Revoked {
		t.Errorf("revoked: %+v, %v", got, err)
	}
	_, err = tm.Token(t.Context(), TokenHash{9})
	tm.want(err, chat.NotFound, "token")
	tm.want(tm.RevokeToken(t.Context(), TokenHash{9}), chat.NotFound, "token")
}

func TestSecret(t *testing.T) {
	s := openStore(t)
	one, err := s.Secret(t.Context(), "tickets")
	if err != nil || len(one) != 32 {
		t.Fatalf("secret of %d bytes, %v", len(one), err)
	}
	again, _ := s.Secret(t.Context(), "tickets")
	other, _ := s.Secret(t.Context(), "other")
	if string(one) != string(again) || string(one) == string(other) {
		t.Errorf("secrets %x, %x, %x", one, again, other)
	}
}

func TestPrefs(t *testing.T) {
	tm := openTeam(t)
	tm.must(tm.SetPref(t.Context(), tm.owner.ID, "theme", []byte(`"dark"`)))
	tm.must(tm.SetPref(t.Context(), tm.owner.ID, "theme", []byte(`{"name":"light"}`)))
	tm.must(tm.SetPref(t.Context(), tm.owner.ID, "muted", []byte(`[]`)))
	prefs, err := tm.Prefs(t.Context(), tm.owner.ID)
	tm.must(err)
	if len(prefs) != 2 || string(prefs["theme"]) != `{"name":"light"}` || string(prefs["muted"]) != `[]` {
		t.Errorf("prefs %s", prefs)
	}
	tm.want(tm.SetPref(t.Context(), tm.owner.ID, "theme", []byte(`{`)), chat.Invalid, "value")
	tm.wantTypes(tm.id.User(tm.owner.ID), "channel_joined", "channel_joined", "pref_change", "pref_change", "pref_change")
}
