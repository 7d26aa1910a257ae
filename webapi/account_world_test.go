package webapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"taut/auth"
	"taut/chat"
	"taut/store"
)

// postbox keeps the mails.
type postbox struct {
	mu    sync.Mutex
	mails []chat.Mail
}

func (p *postbox) Send(_ context.Context, m chat.Mail) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mails = append(p.mails, m)
	return nil
}

func (p *postbox) all() []chat.Mail {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mails
}

func (w *world) setupCode(t testing.TB) string {
	code, hash := auth.NewSetupCode()
	must(t, w.store.PutSetupCode(t.Context(), hash, false, time.Hour))
	return code
}

func newPersonToken(u chat.UserID) store.NewToken {
	return store.NewToken{Type: chat.UserToken, User: u, Scopes: []string{auth.EveryScope}}
}

// browser is a client with a cookie, as a page of ours uses one.
type browser struct {
	world   *world
	cookie  string
	token   string
	origin  string
	address string
	headers http.Header
	// answered are the headers of the last answer.
	answered http.Header
}

func (w *world) browser() *browser { return &browser{world: w, address: "192.0.2.1:1"} }

// call sends JSON, and keeps the cookie and the token that come back.
func (b *browser) call(t testing.TB, method string, args map[string]any) result {
	t.Helper()
	body, err := json.Marshal(args)
	must(t, err)
	r := httptest.NewRequest("POST", "/api/"+method, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.RemoteAddr = b.address
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
	for name, values := range b.headers {
		r.Header[name] = values
	}
	if b.origin != "" {
		r.Header.Set("Origin", b.origin)
	}
	if b.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "d", Value: b.cookie})
	}
	if b.token != "" {
		r.Header.Set("Authorization", "Bearer "+b.token)
	}
	recorded := httptest.NewRecorder()
	b.world.server.ServeHTTP(recorded, r)
	b.answered = recorded.Header()
	var got result
	if err := json.Unmarshal(recorded.Body.Bytes(), &got); err != nil {
		t.Fatalf("%s answered %q: %v", method, recorded.Body, err)
	}
	for _, c := range recorded.Result().Cookies() {
		if c.Name == "d" {
			checkCookie(t, c)
			b.cookie = c.Value
		}
	}
	if token := got.text("token"); token != "" {
		b.token = token
	}
	return got
}

func checkCookie(t testing.TB, c *http.Cookie) {
	t.Helper()
	if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
		t.Errorf("the cookie is %+v", c)
	}
}

func (b *browser) ok(t testing.TB, method string, args map[string]any) result {
	t.Helper()
	got := b.call(t, method, args)
	if got["ok"] != true {
		t.Fatalf("%s: %v", method, got)
	}
	return got
}

func (b *browser) fails(t testing.TB, want, method string, args map[string]any) {
	t.Helper()
	if got := b.call(t, method, args); got["ok"] != false || got["error"] != want {
		t.Errorf("%s: %v, want %s", method, got, want)
	}
}

// withPassword gives somebody of the world the test's password.
func (w *world) withPassword(t testing.TB, n *tenant, p person) map[string]any {
	t.Helper()
	hash, err := auth.HashPassword(testPassword)
	must(t, err)
	must(t, n.bound.SetPasswordHash(t.Context(), p.id, hash))
	return map[string]any{"workspace": n.workspace.Domain, "email": p.name + "@example.com", "password": testPassword}
}

func (w *world) events(t testing.TB, s chat.Stream) []chat.Event {
	t.Helper()
	page, err := w.store.Read(t.Context(), chat.ReadRequest{Stream: s, Limit: 1000})
	must(t, err)
	return page.Events
}

// passwordsHashed is the work that was done for sign-ins.
func (w *world) passwordsHashed(t testing.TB) float64 {
	t.Helper()
	families, err := w.counted.Gather()
	must(t, err)
	for _, f := range families {
		if f.GetName() == "taut_auth_passwords_hashed_total" {
			return f.GetMetric()[0].GetCounter().GetValue()
		}
	}
	t.Fatal("no count of hashed passwords")
	return 0
}
