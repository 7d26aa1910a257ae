package files

import (
	"net/http"
	"testing"

	"taut/auth"
	"taut/chat"
	"taut/store"
)

// signIn makes a user with a session.
func (w *world) signIn(t *testing.T, n *tenant, name string) (person, auth.SignedIn) {
	t.Helper()
	hash, err := auth.HashPassword("correct horse battery")
	must(t, err)
	email := name + "@example.com"
	u, err := n.bound.CreateUser(t.Context(), store.NewUser{Name: name, Email: email, Role: chat.Member, PasswordHash: hash})
	must(t, err)
	info, err := n.bound.Info(t.Context())
	must(t, err)
	in, err := w.auth.SignIn(t.Context(), auth.Credentials{Domain: info.Domain, Email: email, Password: "correct horse battery"}, auth.Browser{})
	must(t, err)
	return person{id: u.ID}, in
}

// A browser shows files by its session's cookie, of the workspace that the URL
// names and no other; the session's token alone shows nothing.
func TestCookie(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	_, in := w.signIn(t, a, "zoe")
	f := w.upload(t, a, a.ada, "x", []byte("x"))
	general, err := a.bound.ChannelByName(t.Context(), "general")
	must(t, err)
	a.share(t, a.ada, general.ID, f.ID)
	foreign := w.upload(t, &w.other, w.other.ada, "x", []byte("x"))
	status := func(p person, f chat.File, cookie string) int {
		headers := []string{}
		if cookie != "" {
			headers = []string{"Cookie", "d=" + cookie}
		}
		r, _ := w.get(t, p, f.Object("").URLPrivate, headers...)
		return r.StatusCode
	}
	for _, tt := range []struct {
		name   string
		who    person
		file   chat.File
		cookie string
		want   int
	}{
		{"the cookie", person{}, f, in.Cookie, http.StatusOK},
		{"cookie and token", person{token: in.Token}, f, in.Cookie, http.StatusOK},
		{"the token alone", person{token: in.Token}, f, "", http.StatusNotFound},
		{"another workspace's file", person{}, foreign, in.Cookie, http.StatusNotFound},
		{"nonsense", person{}, f, "xoxd-nonsense", http.StatusNotFound},
	} {
		if got := status(tt.who, tt.file, tt.cookie); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}
