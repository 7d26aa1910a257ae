package app

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"taut/internal/admin"
)

// heard is a log that is read while it is written.
type heard struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (h *heard) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(b)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// page calls the API as a page of the server does.
type page struct {
	url, token string
	cookie     *http.Cookie
}

func (p *page) call(t *testing.T, method string, args map[string]any) map[string]any {
	t.Helper()
	body, err := json.Marshal(args)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), "POST", p.url+"/api/"+method, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("Origin", p.url)
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	if p.cookie != nil {
		r.AddCookie(p.cookie)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var got map[string]any
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	for _, c := range response.Cookies() {
		p.cookie = c
	}
	if token, ok := got["token"].(string); ok {
		p.token = token
	}
	return got
}

func (p *page) ok(t *testing.T, method string, args map[string]any) map[string]any {
	t.Helper()
	got := p.call(t, method, args)
	if got["ok"] != true {
		t.Fatalf("%s: %v", method, got)
	}
	return got
}

// From the log's code to a socket that closes when its session ends: the life of
// an account, over the network.
func TestAccountLife(t *testing.T) {
	log := &heard{}
	a, err := New(t.Context(), Options{Config: settings(t.TempDir()), Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(); err != nil {
			t.Error(err)
		}
	})
	found := regexp.MustCompile(`(http://[^/]+)/setup#([a-z0-9]+)`).FindStringSubmatch(log.String())
	if found == nil {
		t.Fatalf("no code in the log: %s", log)
	}
	one, two := &page{url: found[1]}, &page{url: found[1]}
	const password = "a password for tests"
	one.ok(t, "account.setup", map[string]any{"code": found[2], "domain": "acme", "workspace_name": "Acme", "email": "o@example.org", "password": password})
	two.ok(t, "account.signIn", map[string]any{"workspace": "acme", "email": "o@example.org", "password": password})

	bare := &page{url: one.url, token: one.token}
	if hello := bare.socket(t); !strings.Contains(hello.first, "invalid_auth") {
		t.Errorf("a token without its cookie connects: %s", hello.first)
	}
	stays, goes := one.socket(t), two.socket(t)
	if !strings.Contains(stays.first, `"hello"`) || !strings.Contains(goes.first, `"hello"`) {
		t.Fatalf("%s, %s", stays.first, goes.first)
	}
	start := time.Now()
	one.ok(t, "account.sessions.revokeOthers", nil)
	if code := goes.closed(t); code != 4500 {
		t.Errorf("the socket closed with %d", code)
	}
	t.Logf("the socket closed after %v", time.Since(start))
	if got := two.call(t, "auth.test", nil); got["error"] != "token_revoked" {
		t.Errorf("the session: %v", got)
	}
	if again := two.socket(t); !strings.Contains(again.first, "token_revoked") {
		t.Errorf("a new socket: %s", again.first)
	}
	one.ok(t, "auth.test", nil)
	if _, err := door(t, a).Revoke(t.Context(), admin.RevokeTokens{Account: admin.Account{Name: "o"}}); err != nil {
		t.Fatal(err)
	}
	if code := stays.closed(t); code != 4500 {
		t.Errorf("the operator's revocation closed with %d", code)
	}
	for _, secret := range []string{one.token, two.token, one.cookie.Value, two.cookie.Value, password} {
		if strings.Contains(log.String(), secret) {
			t.Error("the log holds a secret")
		}
	}
}

type accountSocket struct {
	conn  interface{ SetDeadline(time.Time) error }
	rw    interface{ Read([]byte) (int, error) }
	first string
}

// socket connects with the token, and the cookie where there is one.
func (p *page) socket(t *testing.T) *accountSocket {
	t.Helper()
	header := http.Header{"Origin": {p.url}}
	if p.cookie != nil {
		header.Set("Cookie", "d="+p.cookie.Value)
	}
	d := ws.Dialer{Header: ws.HandshakeHeaderHTTP(header), Timeout: 30 * time.Second}
	conn, buffered, _, err := d.Dial(context.Background(), "ws"+strings.TrimPrefix(p.url, "http")+"/websocket?token="+p.token)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	s := &accountSocket{conn: conn, rw: conn}
	if buffered != nil {
		s.rw = buffered
	}
	//lint:ignore SA1019 the peer is our own, and bounded
	f, err := ws.ReadFrame(s.rw)
	if err != nil {
		t.Fatal(err)
	}
	s.first = string(f.Payload)
	return s
}

// closed reads until the close frame.
func (s *accountSocket) closed(t *testing.T) ws.StatusCode {
	t.Helper()
	for {
		//lint:ignore SA1019 the peer is our own, and bounded
		f, err := ws.ReadFrame(s.rw)
		if err != nil {
			t.Fatal(err)
		}
		if f.Header.OpCode == ws.OpClose {
			code, _ := ws.ParseCloseFrameData(f.Payload)
			return code
		}
	}
}

func TestHeadersEverywhere(t *testing.T) {
	a := start(t, t.TempDir())
	public, _ := a.Addresses()
	for _, path := range []string{"/", "/signin", "/setup", "/account", "/invite", "/reset", "/client/T1/C1", "/assets/none.js",
		"/api/api.test", "/api/no.such", "/nowhere", "/websocket", "/avatars/x-48.svg"} {
		r, err := http.Get("http://" + public.String() + path)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		h := r.Header
		if !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Referrer-Policy") != "no-referrer" || h.Get("X-Frame-Options") != "DENY" || h.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

// The client's address is the proxy's word where the proxy is trusted, and nobody
// else's.
func TestForwarded(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.1/32")}
	for _, tt := range []struct {
		peer, for_, proto   string
		address, wantsProto string
	}{
		{"192.0.2.1:5", "198.51.100.1", "https", "192.0.2.1:5", ""},
		{"10.0.0.1:5", "198.51.100.1", "https", "198.51.100.1:0", "https"},
		{"[::ffff:10.0.0.1]:5", "198.51.100.1", "", "198.51.100.1:0", ""},
		{"10.0.0.1:5", "203.0.113.9, 198.51.100.1, 10.0.0.2", "http, https", "198.51.100.1:0", "https"},
		{"10.0.0.1:5", "forged, 10.0.0.3", "", "10.0.0.3:0", ""},
		{"10.0.0.1:5", "", "", "10.0.0.1:0", ""},
		{"10.0.0.1:5", "2001:db8::1", "", "[2001:db8::1]:0", ""},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tt.peer
		if tt.for_ != "" {
			r.Header.Set("X-Forwarded-For", tt.for_)
		}
		if tt.proto != "" {
			r.Header.Set("X-Forwarded-Proto", tt.proto)
		}
		forwarded(r, proxies)
		if r.RemoteAddr != tt.address || r.Header.Get("X-Forwarded-Proto") != tt.wantsProto {
			t.Errorf("%s for %q: %s %s, want %s %s", tt.peer, tt.for_, r.RemoteAddr, r.Header.Get("X-Forwarded-Proto"), tt.address, tt.wantsProto)
		}
	}
}
