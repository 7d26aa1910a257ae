package webapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"testing"

	"taut/chat"
	"taut/internal/limit"
	"taut/store"
)

func TestAuthTest(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	got := w.ok(t, a.ada, "auth.test")
	want := map[string]any{
		"url": "https://taut.example/", "team": "The acme", "user": "ada", "team_id": string(a.workspace.ID),
		"user_id": string(a.ada.id), "is_enterprise_install": false, "bot_id": nil,
	}
	for key, value := range want {
		if got[key] != value {
			t.Errorf("%s is %v, want %v", key, got[key], value)
		}
	}
	got = w.ok(t, a.robot, "auth.test")
	if got.text("bot_id") != string(a.robot.bot) || got.text("user_id") != string(a.robot.id) {
		t.Errorf("of a bot: %v", got)
	}
}

func TestRTMConnect(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	got := w.ok(t, a.ada, "rtm.connect")
	if got.text("self.id") != string(a.ada.id) || got.text("self.name") != "ada" || got.text("team.domain") != "acme" ||
		got.text("team.id") != string(a.workspace.ID) || got.text("team.name") != "The acme" {
		t.Errorf("rtm.connect answers %v", got)
	}
	ticket, ok := strings.CutPrefix(got.text("url"), "wss://taut.example/websocket/")
	if !ok {
		t.Fatalf("url %s", got.text("url"))
	}
	c, err := w.auth.RedeemTicket(t.Context(), ticket)
	if err != nil || c.User != a.ada.id || c.Workspace != a.workspace.ID {
		t.Errorf("the ticket is %+v's, %v", c, err)
	}
	at, err := url.Parse(w.ok(t, a.ada, "rtm.connect", "batch_presence_aware", "1").text("url"))
	must(t, err)
	if at.RawQuery != "batch_presence_aware=1" { // as the gateway reads it
		t.Errorf("a client that takes many in one event is sent to %s", at)
	}
	if _, err := w.auth.RedeemTicket(t.Context(), path.Base(at.Path)); err != nil {
		t.Errorf("its ticket: %v", err)
	}
}

// Without a configured URL the one that the client used is the server's.
func TestURLOfTheRequest(t *testing.T) {
	w := newWorld(t)
	w.server.publicURL = ""
	if got := w.ok(t, w.acme.ada, "rtm.connect").text("url"); !strings.HasPrefix(got, "ws://example.com/websocket/") {
		t.Errorf("url %s", got)
	}
}

func TestTokensFromEverywhere(t *testing.T) {
	w := newWorld(t)
	token := w.acme.ada.token
	const form, asJSON = "application/x-www-form-urlencoded", "application/json; charset=utf-8"
	header := post("/api/auth.test", asJSON, "")
	header.Header.Set("Authorization", "bearer "+token)
	both := post("/api/auth.test", form, "token="+token)
	both.Header.Set("Authorization", "Bearer "+token)
	for name, r := range map[string]*echoed{
		"header": first(do(t, w.server, header)),
		"both":   first(do(t, w.server, both)),
		"form":   first(do(t, w.server, post("/api/auth.test", form, "token="+token))),
		"JSON":   first(do(t, w.server, post("/api/auth.test", asJSON, `{"token":"`+token+`"}`))),
		"query":  first(do(t, w.server, httptest.NewRequest("GET", "/api/auth.test?token="+token, nil))),
	} {
		if !r.OK {
			t.Errorf("by %s: %s", name, r.Error)
		}
	}
}

func first(e echoed, _ *httptest.ResponseRecorder) *echoed { return &e }

func TestScopesAndTypesOfTokens(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	reader := person{id: a.ada.id, name: "ada, reading", token: a.token(t, store.NewToken{
		Type: chat.UserToken, User: a.ada.id, Scopes: []string{"channels:read", "users:read"},
	})}
	got := w.call(t, reader, "chat.postMessage", "channel", a.public, "text", "x")
	if got["error"] != "missing_scope" || !strings.HasPrefix(got.text("needed"), "chat:write") || got.text("provided") != "channels:read,users:read" {
		t.Errorf("without the scope: %v", got)
	}
	w.ok(t, reader, "auth.test")
	app := person{name: "app", token: a.token(t, store.NewToken{
		Type: chat.AppToken, User: a.robot.id, App: chat.AppID(chat.NewID("A")), Scopes: []string{"connections:write"},
	})}
	w.fails(t, "not_allowed_token_type", app, "chat.postMessage", "channel", a.public, "text", "x")
}

func TestDeactivatedUser(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	_, err := a.bound.UpdateUser(t.Context(), a.eve.id, func(u *chat.User) error { u.Deleted = true; return nil })
	must(t, err)
	w.fails(t, "account_inactive", a.eve, "auth.test")
}

func TestRateLimit(t *testing.T) {
	w := newWorld(t)
	w.server.limits = limit.New(limit.Limits{User: 1})
	r := post("/api/auth.test", "", "")
	r.Header.Set("Authorization", "Bearer "+w.acme.ada.token)
	got, recorded := do(t, w.server, r)
	for recorded.Code == 200 { // as long as that is slower than the rate
		got, recorded = do(t, w.server, r)
	}
	if recorded.Code != 429 || got.Error != "ratelimited" || recorded.Header().Get("Retry-After") != "1" {
		t.Errorf("status %d, headers %v, %s", recorded.Code, recorded.Header(), recorded.Body)
	}
}

// What is wrong inside is logged, and not told.
func TestInternalErrors(t *testing.T) {
	var log strings.Builder
	server := New(Config{Auth: noTokens{}, Log: slog.New(slog.NewTextHandler(&log, nil))})
	handlers := map[string]handler{
		"x.panics": func(context.Context, *request) (answer, error) { panic("the secret") },
		"x.fails":  func(context.Context, *request) (answer, error) { return nil, errors.New("the secret") },
		"x.sick":   func(context.Context, *request) (answer, error) { return nil, chat.NewError(chat.Unavailable, "db") },
	}
	for name, h := range handlers {
		server.table[name] = &method{name: name, open: true, handle: h}
	}
	for name, want := range map[string]string{"x.panics": "internal_error", "x.fails": "internal_error", "x.sick": "service_unavailable"} {
		got, recorded := do(t, server, post("/api/"+name, "", ""))
		if got.Error != want || recorded.Code < 500 || strings.Contains(recorded.Body.String(), "secret") {
			t.Errorf("%s: status %d, %s", name, recorded.Code, recorded.Body)
		}
	}
	if strings.Count(log.String(), "the secret") < 2 {
		t.Errorf("the log does not tell: %s", log.String())
	}
}

func TestLogHasNoSecrets(t *testing.T) {
	var log strings.Builder
	w := newWorld(t)
	w.server.log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.ok(t, w.acme.ada, "chat.postMessage", "channel", w.acme.public, "text", "confidential")
	line := log.String()
	if strings.Count(line, "\n") != 1 || !strings.Contains(line, "chat.postMessage") || !strings.Contains(line, string(w.acme.ada.id)) {
		t.Errorf("the log says %s", line)
	}
	if strings.Contains(line, "confidential") || strings.Contains(line, w.acme.ada.token) {
		t.Errorf("the log tells too much: %s", line)
	}
}
