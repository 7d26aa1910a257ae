package webapi

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"taut/chat"
	"taut/internal/limit"
)

// knock calls auth.test with a token, in the header or among the arguments.
func (w *world) knock(token string, inHeader bool) *httptest.ResponseRecorder {
	body := ""
	if !inHeader {
		body = "token=" + token
	}
	r := post("/api/auth.test", "application/x-www-form-urlencoded", body)
	if inHeader {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	recorded := httptest.NewRecorder()
	w.server.ServeHTTP(recorded, r)
	return recorded
}

// A refusal before anything is read is the one that comes after, but for the scopes,
// which it doesn't look at.
func TestEarlyRefusal(t *testing.T) {
	w := newWorld(t)
	w.server.limits = limit.New(limit.Limits{User: 1e-9})
	ada := w.acme.ada.token
	w.knock(ada, true) // from now on it is known
	early, late := w.knock(ada, true), w.knock(ada, false)
	if early.Code != http.StatusTooManyRequests || early.Code != late.Code || early.Body.String() != late.Body.String() {
		t.Errorf("%d %s early, %d %s late", early.Code, early.Body, late.Code, late.Body)
	}
	for name, want := range late.Header() {
		switch got := early.Header()[name]; name {
		case "x-oauth-scopes", "x-accepted-oauth-scopes":
		case "x-slack-req-id":
			if len(got) != 1 || got[0] == want[0] {
				t.Errorf("its id is %q, the other's %q", got, want)
			}
		default:
			if !slices.Equal(got, want) {
				t.Errorf("%s is %q early, %q late", name, got, want)
			}
		}
	}
	if w.server.limits = limit.New(limit.Limits{}); w.knock(ada, true).Code != http.StatusOK {
		t.Error("who keeps to the rate is refused")
	}
}

// A request is counted once, however early its caller is known.
func TestCountedOnce(t *testing.T) {
	w := newWorld(t)
	w.knock(w.acme.ada.token, true)
	w.server.limits = limit.New(limit.Limits{User: 3})
	start := chat.Now()
	for i := range 3 {
		if got := w.knock(w.acme.ada.token, true); got.Code != http.StatusOK {
			t.Fatalf("request %d of 3 is answered %d", i, got.Code)
		}
	}
	if got := w.knock(w.acme.ada.token, true); got.Code == http.StatusOK && chat.Now().Sub(start).Seconds() < 1.0/3 {
		t.Error("the fourth of 3 a second is let in")
	}
}

// Whether a workspace is flooded is for nobody to see whose token isn't good: those
// that never were and those that are no more are answered as ever.
func TestFloodIsNotSeen(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	strange := a.ada.token[:len(a.ada.token)-4] + "0000"
	answers := func() map[string]string {
		return map[string]string{strange: w.knock(strange, true).Body.String(), a.bob.token: w.knock(a.bob.token, true).Body.String()}
	}
	w.knock(a.bob.token, true)
	w.ok(t, a.bob, "auth.revoke")
	before := answers()
	w.server.limits = limit.New(limit.Limits{Workspace: 1})
	for w.knock(a.ada.token, true).Code != http.StatusTooManyRequests { // until it floods
	}
	if after := answers(); !maps.Equal(after, before) {
		t.Errorf("%v, before the flood %v", after, before)
	}
	w.ok(t, w.other.ada, "auth.test")
}
