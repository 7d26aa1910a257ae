package webapi

import (
	"encoding/json"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"taut/chat"
	"taut/store"
)

// Each method that wants a scope says so to a token without one, with what it
// wants and what the token has; and any one of its scopes gets past that, unless
// it depends on the conversation.
func TestEveryScopeIsAskedFor(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	of := func(scope string, people bool) string {
		if people {
			return a.token(t, store.NewToken{Type: chat.UserToken, User: a.ada.id, Scopes: []string{scope}})
		}
		return a.token(t, store.NewToken{Type: chat.BotToken, User: a.robot.id, Bot: a.robot.bot, Scopes: []string{scope}})
	}
	tokens := map[bool]map[string]string{true: {}, false: {}}
	token := func(scope string, people bool) string {
		if tokens[people][scope] == "" {
			tokens[people][scope] = of(scope, people)
		}
		return tokens[people][scope]
	}
	asked := 0
	for _, name := range slices.Sorted(maps.Keys(w.server.table)) {
		m := w.server.table[name]
		people := !m.accepts(chat.BotToken)
		if m.scopes == nil || people && !m.accepts(chat.UserToken) {
			continue
		}
		asked++
		status, head, got := w.withToken(t, name, token("none:such", people))
		accepted := strings.Join(m.scopes, ",")
		if status != 200 || got.text("error") != "missing_scope" || got.text("needed") != accepted || got.text("provided") != "none:such" {
			t.Errorf("%s without a scope: %d %v", name, status, got)
		}
		if got := head["x-oauth-scopes"]; !slices.Equal(got, []string{"none:such"}) {
			t.Errorf("%s: x-oauth-scopes is %q", name, got)
		}
		if got := head["x-accepted-oauth-scopes"]; !slices.Equal(got, []string{accepted}) {
			t.Errorf("%s: x-accepted-oauth-scopes is %q", name, got)
		}
		for _, scope := range m.scopes {
			if _, _, got := w.withToken(t, name, token(scope, people)); got.text("error") == "missing_scope" && got.text("needed") == accepted && len(m.scopes) > 1 {
				t.Errorf("%s with %s: %v", name, scope, got)
			}
		}
	}
	t.Logf("%d methods want a scope", asked)
}

// withToken calls a method without arguments.
func (w *world) withToken(t *testing.T, method, token string) (status int, head map[string][]string, got result) {
	t.Helper()
	r := post("/api/"+method, "application/x-www-form-urlencoded", "")
	r.Header.Set("Authorization", "Bearer "+token)
	recorded := httptest.NewRecorder()
	w.server.ServeHTTP(recorded, r)
	must(t, json.Unmarshal(recorded.Body.Bytes(), &got))
	return recorded.Code, recorded.Header(), got
}

// A conversation's own type decides which scope reads it.
func TestScopesGoByTheConversation(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	group := w.ok(t, a.ada, "conversations.open", "users", string(a.bob.id)+","+string(a.eve.id)).text("channel.id")
	of := map[string]any{"channels": a.public, "groups": a.private, "im": a.dm, "mpim": group}
	for family := range of {
		p := a.ada
		p.token = a.token(t, store.NewToken{Type: chat.UserToken, User: a.ada.id, Scopes: []string{family + ":history", family + ":read"}})
		for other, channel := range of {
			for _, method := range []string{"conversations.history", "conversations.info", "conversations.members"} {
				if other == family {
					w.ok(t, p, method, "channel", channel)
					continue
				}
				w.fails(t, "missing_scope", p, method, "channel", channel)
			}
		}
	}
}
