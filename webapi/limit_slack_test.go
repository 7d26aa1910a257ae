package webapi

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// The production table of tiers is the reference's.
func TestTiersAreTheReference(t *testing.T) {
	w := newWorld(t)
	rows, err := reference()
	must(t, err)
	for name, row := range rows {
		if _, old := olderVerb(name); old || name == "@every" || row.tier == "-" {
			continue
		}
		if got := (&method{name: name}).tier(); got != row.tier {
			t.Errorf("%s is of %s, in the reference of %s", name, got, row.tier)
		}
	}
	for name := range methodTiers {
		if rows[name].tier == "" {
			t.Errorf("%s is in no reference", name)
		}
	}
	for _, m := range w.server.table {
		if tiers[m.tier()].Burst == 0 {
			t.Errorf("%s has no tier", m.name)
		}
	}
}

// retry calls a method, and gives the error and the header.
func (w *world) retry(p person, method, form string) (status int, retryAfter, body string) {
	r := post("/api/"+method, "application/x-www-form-urlencoded", form)
	r.Header.Set("Authorization", "Bearer "+p.token)
	recorded := httptest.NewRecorder()
	w.server.ServeHTTP(recorded, r)
	return recorded.Code, recorded.Header().Get("Retry-After"), recorded.Body.String()
}

// spend asks until it is refused, as some of a limit comes back where asking is slow.
func spend(t *testing.T, burst int, refused func() bool) {
	t.Helper()
	let := 0
	for ; !refused(); let++ {
		if let > 20*burst {
			t.Fatalf("%d were let in, and none was refused", let)
		}
	}
	if let < burst {
		t.Errorf("%d were let in, want %d", let, burst)
	}
}

func TestSlacksLimits(t *testing.T) {
	w := newWorld(t)
	w.server.slackLimits = true
	a := &w.acme
	var status int
	var after, body string
	spend(t, 20, func() bool { // a minute's worth of tier 2
		status, after, body = w.retry(a.ada, "emoji.list", "")
		return status != 200
	})
	if status != 429 || !slices.Contains([]string{"1", "2", "3"}, after) || !strings.Contains(body, `"error":"ratelimited"`) {
		t.Errorf("past the tier: %d, Retry-After %q, %s", status, after, body)
	}
	w.ok(t, a.ada, "users.list")
	w.ok(t, a.robot, "emoji.list")
	w.ok(t, w.other.ada, "emoji.list")

	send := "text=x&channel=" + string(a.public)
	spend(t, 5, func() bool {
		status, after, body = w.retry(a.robot, "chat.postMessage", send)
		return !strings.Contains(body, `"ok":true`)
	})
	if status != 200 || after != "1" || !strings.Contains(body, `"error":"rate_limited"`) {
		t.Errorf("past the channel's: %d, Retry-After %q, %s", status, after, body)
	}
	w.posts(t, a.ada, a.public, 1)

	w.ok(t, a.eve, "rtm.connect")
	w.fails(t, "ratelimited", a.eve, "rtm.connect")
}

func TestWebhooksAreSlow(t *testing.T) {
	w := newWorld(t)
	path, other := w.hookAt(t, w.acme, w.acme.public), w.hookAt(t, w.acme, w.acme.public)
	w.server.slackLimits = true
	var status int
	var text string
	spend(t, 5, func() bool {
		status, text = w.hook(path, jsonKind, `{"text":"x"}`)
		return status != 200
	})
	if status != 429 || text != "rate_limited" {
		t.Errorf("%d %q", status, text)
	}
	if status, text := w.hook(other, jsonKind, `{"text":"x"}`); status != 200 {
		t.Errorf("another webhook: %d %q", status, text)
	}
}
