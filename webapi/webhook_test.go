package webapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"taut/chat"
	"taut/store"
)

// hookAt makes a webhook, and gives its path.
func (w *world) hookAt(t *testing.T, n tenant, c any) string {
	t.Helper()
	made := w.ok(t, n.owner, "manage.webhooks.create", "channel", c, "name", "deploys")
	path, ok := strings.CutPrefix(made.text("webhook.url"), "https://taut.example")
	if !ok {
		t.Fatalf("the URL is %v", made)
	}
	return path
}

// hook posts a body to a webhook.
func (w *world) hook(path, kind, body string) (status int, text string) {
	mux := http.NewServeMux()
	mux.Handle("POST /services/{team}/{webhook}/{secret}", w.server.Webhooks())
	recorded := httptest.NewRecorder()
	mux.ServeHTTP(recorded, post(path, kind, body))
	return recorded.Code, recorded.Body.String()
}

const jsonKind = "application/json"

func TestWebhookPosts(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	path := w.hookAt(t, *a, a.public)
	form := url.Values{"payload": {`{"text":"from a form"}`}}.Encode()
	for _, c := range []struct{ kind, body string }{
		{jsonKind, `{"text":"hello <https://example.com|there>"}`},
		{"application/x-www-form-urlencoded", form},
		{"application/x-www-form-urlencoded", `{"text":"as curl sends it"}`},
		{"", `{"text":"","attachments":[{"text":"x"}]}`},
		{jsonKind, `{"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"*x*"}}],"username":"ghost","icon_emoji":":ghost:"}`},
	} {
		if status, text := w.hook(path, c.kind, c.body); status != 200 || text != "ok" {
			t.Fatalf("%s: %d %q", c.body, status, text)
		}
	}
	got := w.ok(t, a.ada, "conversations.history", "channel", a.public, "limit", 5)
	newest := got.at("messages").([]any)[0].(map[string]any)
	if newest["subtype"] != "bot_message" || newest["username"] != "ghost" || newest["bot_id"] == nil {
		t.Errorf("the newest is %v", newest)
	}
	oldest := got.at("messages").([]any)[4].(map[string]any)
	if oldest["text"] != "hello <https://example.com|there>" || oldest["subtype"] != "bot_message" {
		t.Errorf("the oldest is %v", oldest)
	}
	bot := w.ok(t, a.ada, "bots.info", "bot", newest["bot_id"])
	if bot.text("bot.name") != "deploys" {
		t.Errorf("the bot is %v", bot)
	}
	root := oldest["ts"].(string)
	if status, text := w.hook(path, jsonKind, `{"text":"reply","thread_ts":"`+root+`"}`); status != 200 || text != "ok" {
		t.Errorf("a reply: %d %q", status, text)
	}
	if replies := w.ok(t, a.ada, "conversations.replies", "channel", a.public, "ts", root).at("messages").([]any); len(replies) != 2 {
		t.Errorf("the thread has %v", replies)
	}
}

// Each refusal has Slack's text and status. What is wrong about the URL is the
// same answer whatever it is.
func TestWebhookRefusals(t *testing.T) {
	w := newWorld(t)
	a, o := &w.acme, &w.other
	path := w.hookAt(t, *a, a.public)
	hidden := w.hookAt(t, *o, o.public)
	parts := strings.Split(path, "/")
	team, id, secret := parts[2], parts[3], parts[4]
	revoked := w.hookAt(t, *a, a.public)
	w.ok(t, a.owner, "manage.webhooks.revoke", "webhook", strings.Split(revoked, "/")[3])
	w.ok(t, a.owner, "manage.webhooks.revoke", "webhook", strings.Split(revoked, "/")[3])
	say := `{"text":"x"}`
	for _, c := range []struct {
		path, body string
		status     int
		text       string
	}{
		{path, `{"text":""}`, 400, "no_text"},
		{path, `{}`, 400, "no_text"},
		{path, ``, 400, "invalid_payload"},
		{path, `{"text":`, 400, "invalid_payload"},
		{path, `["x"]`, 400, "invalid_payload"},
		{path, `{"text":"` + strings.Repeat("x", maxBody) + `"}`, 413, "invalid_payload"},
		{path, `{"text":"x","blocks":[{"type":"none"}]}`, 400, "invalid_blocks"},
		{path, `{"text":"x","thread_ts":"1.000001"}`, 400, "thread_not_found"},
		{path, `{"text":"x","channel":"#nowhere"}`, 404, "channel_not_found"},
		{path, `{"text":"x","channel":"` + string(a.private) + `"}`, 404, "channel_not_found"},
		{path, `{"text":"x","channel":"` + string(o.public) + `"}`, 404, "channel_not_found"},
		{path, `{"text":"x","channel":"` + string(a.ada.id) + `"}`, 404, "channel_not_found"},
		{path, `{"text":"x","channel":"` + string(a.archived) + `"}`, 410, "channel_is_archived"},
		{strings.Join([]string{"/services", team, id, "00000000000000000000000000000000"}, "/"), say, 404, "no_service"},
		{strings.Join([]string{"/services", string(o.workspace.ID), id, secret}, "/"), say, 404, "no_service"},
		{strings.Join([]string{"/services", "T00000000", id, secret}, "/"), say, 404, "no_service"},
		{strings.Join([]string{"/services", team, "B00000000", secret}, "/"), say, 404, "no_service"},
		{strings.Join([]string{"/services", team, strings.Split(hidden, "/")[3], strings.Split(hidden, "/")[4]}, "/"), say, 404, "no_service"},
		{strings.Join([]string{"/services", "x", "y", "z"}, "/"), say, 404, "no_service"},
		{revoked, say, 404, "no_service"},
	} {
		if status, text := w.hook(c.path, jsonKind, c.body); status != c.status || text != c.text {
			t.Errorf("%.80s: %d %q, want %d %q", c.body, status, text, c.status, c.text)
		}
	}
	if got := w.ok(t, a.ada, "conversations.history", "channel", a.public).at("messages").([]any); len(got) > 2 {
		t.Errorf("a refused post is there: %v", got)
	}
}

// Webhooks are for those who manage apps, of channels that they see.
func TestWebhooksAreManaged(t *testing.T) {
	w := newWorld(t)
	a, o := &w.acme, &w.other
	w.fails(t, "no_permission", a.ada, "manage.webhooks.create", "channel", a.public)
	w.fails(t, "no_permission", a.ada, "manage.webhooks.list")
	w.fails(t, "no_permission", a.guest, "manage.webhooks.revoke", "webhook", "B00000000")
	w.fails(t, "not_allowed_token_type", a.robot, "manage.webhooks.list")
	w.fails(t, "channel_not_found", a.owner, "manage.webhooks.create", "channel", a.secret)
	w.fails(t, "channel_not_found", a.owner, "manage.webhooks.create", "channel", o.public)
	w.fails(t, "channel_not_found", a.owner, "manage.webhooks.create", "channel", "C00000000")
	w.fails(t, "invalid_arguments", a.owner, "manage.webhooks.create", "channel", a.public, "name", strings.Repeat("x", 81))
	path := w.hookAt(t, *a, a.public)
	id := strings.Split(path, "/")[3]
	w.fails(t, "webhook_not_found", o.owner, "manage.webhooks.revoke", "webhook", id)
	w.fails(t, "webhook_not_found", o.owner, "manage.webhooks.revoke", "webhook", "B00000000")
	if n := len(w.ok(t, o.owner, "manage.webhooks.list").at("webhooks").([]any)); n != 0 {
		t.Errorf("another workspace lists %d", n)
	}
	listed := w.ok(t, a.owner, "manage.webhooks.list")
	if listed.text("webhooks.0.id") != id || listed.at("webhooks.0.url") != nil {
		t.Errorf("listed %v", listed)
	}
	if status, text := w.hook(path, jsonKind, `{"text":"x"}`); status != 200 {
		t.Errorf("it answers %d %q", status, text)
	}
}

// closing makes a channel private as soon as it is asked who is there.
type closing struct {
	chat.Presence
	close func()
}

func (c closing) Get(context.Context, chat.WorkspaceID, chat.UserID) (chat.PresenceState, error) {
	c.close()
	return chat.PresenceState{}, nil
}

// TestWebhookMeetsConversion: a channel that it names became private after it was found.
// Its own one may.
func TestWebhookMeetsConversion(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	own, named := a.owned(t, "hooked"), a.owned(t, "beside")
	path := w.hookAt(t, *a, own)
	_, unknown := w.hook(path, jsonKind, `{"text":"<!here>","channel":"C0NEVERWAS"}`)
	for _, c := range []struct {
		ch   chat.ChannelID
		want string
	}{{own, "ok"}, {named, unknown}} {
		w.server.presence = closing{close: sync.OnceFunc(func() {
			_, err := a.bound.Convert(t.Context(), c.ch, store.Actor{User: a.owner.id}, chat.PrivateChannel)
			must(t, err)
		})}
		_, text := w.hook(path, jsonKind, `{"text":"<!here>","channel":"`+string(c.ch)+`"}`)
		if now, err := a.bound.Channel(t.Context(), c.ch); err != nil || now.Type != chat.PrivateChannel {
			t.Fatalf("%s is %s, %v", c.ch, now.Type, err)
		}
		if text != c.want {
			t.Errorf("%s: %q, want %q", c.ch, text, c.want)
		}
	}
}
