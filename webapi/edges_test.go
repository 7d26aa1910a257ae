package webapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"taut/chat"
)

// An error that the caller asked for is no failure of ours: neither a status nor
// a line in the log's errors may come of it.
func TestAnErrorThatWasAskedFor(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"internal_error", "service_unavailable", "ratelimited", "my_error"} {
		answer := httptest.NewRecorder()
		w.server.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/api/api.test?error="+name, nil))
		if answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), `"error":"`+name+`"`) {
			t.Errorf("error=%s: %d %s", name, answer.Code, answer.Body)
		}
	}
}

func TestASemicolonIsText(t *testing.T) {
	w := newWorld(t)
	body := "token=" + w.acme.ada.token + "&channel=" + string(w.acme.public) + "&text=hi; there"
	request := httptest.NewRequest(http.MethodPost, "/api/chat.postMessage", strings.NewReader(body))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	w.server.ServeHTTP(answer, request)
	if !strings.Contains(answer.Body.String(), `"text":"hi; there"`) {
		t.Errorf("answer %s", answer.Body)
	}
}

// A group DM's id begins as a channel's does, but it is no channel that would
// use up a single guest's only one.
func TestASingleGuestInAGroupDM(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	guest := a.user(t, "visitor", chat.SingleGuest)
	if _, _, err := a.bound.OpenDM(t.Context(), []chat.UserID{a.ada.id, a.bob.id, guest.id}); err != nil {
		t.Fatal(err)
	}
	w.ok(t, a.ada, "conversations.invite", "channel", a.public, "users", guest.id)
	w.fails(t, "ura_max_channels", a.ada, "conversations.invite", "channel", a.private, "users", guest.id)
}

func TestAFutureMarkIsTheLastEvents(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	w.ok(t, a.bob, "chat.postMessage", "channel", a.public, "text", "one")
	w.ok(t, a.ada, "conversations.mark", "channel", a.public, "ts", "99999999999.000000")
	w.ok(t, a.bob, "chat.postMessage", "channel", a.public, "text", "two")
	w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "my own is read")
	got := w.ok(t, a.ada, "conversations.info", "channel", a.public)
	if n := got.at("channel.unread_count"); n != nil && n != 0.0 {
		t.Errorf("unread %v after one's own post, want 0", n)
	}
	if last := got.text("channel.last_read"); strings.HasPrefix(last, "99999999999") {
		t.Errorf("last read %s", last)
	}
}
