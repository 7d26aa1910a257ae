package webapi

import (
	"io"
	"net/http/httptest"
	"runtime"
	"testing"

	"taut/internal/fair"
	"taut/internal/limit"
)

// unread fails the test when it is read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

// Who asks for too much, or with a bad token, is refused before the body is read.
func TestRefusedUnread(t *testing.T) {
	w := newWorld(t)
	w.ok(t, w.acme.ada, "auth.test")
	w.server.limits = limit.New(limit.Limits{User: 1e-9})
	for token, want := range map[string]string{w.acme.ada.token: "ratelimited", "xoxp-nothing": "invalid_auth"} {
		r := httptest.NewRequest("POST", "/api/chat.postMessage", unread{t})
		r.Header.Set("Content-Type", jsonKind)
		r.Header.Set("Authorization", "Bearer "+token)
		if got, _ := do(t, w.server, r); got.Error != want {
			t.Errorf("%q, want %q", got.Error, want)
		}
	}
}

// A workspace all of whose places are taken waits for itself: another one reads
// and searches meanwhile, and what writes waits for no reader.
func TestCallsTakeTurns(t *testing.T) {
	w := newWorld(t)
	a, o := &w.acme, &w.other
	for _, test := range []struct {
		gate   *fair.Gate
		method string
		args   []any
	}{
		{w.server.turns.reads, "conversations.list", nil},
		{w.server.turns.reads, "client.counts", nil},
		{w.server.turns.reads, "client.userBoot", nil},
		{w.server.turns.reads, "client.users", []any{"users", a.ada.id}},
		{w.server.turns.names, "client.users", []any{"query", "x"}},
		{w.server.turns.names, "client.channels", nil},
		{w.server.turns.searches, "search.messages", []any{"query", "x"}},
	} {
		for range test.gate.Limits().Each {
			must(t, test.gate.Enter(t.Context(), a.workspace.ID))
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			w.ok(t, a.ada, test.method, test.args...)
		}()
		for waiting := 0; waiting == 0; {
			_, waiting = test.gate.Occupied(a.workspace.ID)
			runtime.Gosched()
		}
		w.ok(t, o.ada, test.method, test.args...)
		w.posts(t, a.ada, a.public, 1)
		select {
		case <-done:
			t.Errorf("%s did not wait", test.method)
		default:
		}
		for range test.gate.Limits().Each {
			test.gate.Leave(a.workspace.ID)
		}
		<-done
		if !test.gate.Empty() {
			t.Errorf("%s: places are taken after all", test.method)
		}
	}
}

// A call keeps its place until it is answered, however it ends.
func TestTurnsEnd(t *testing.T) {
	w := newWorld(t)
	w.fails(t, "channel_not_found", w.acme.ada, "conversations.info", "channel", "C0000000000")
	w.ok(t, w.acme.ada, "users.list")
	w.fails(t, "no_query", w.acme.ada, "search.messages", "query", "")
	if !w.server.turns.reads.Empty() || !w.server.turns.searches.Empty() {
		t.Error("places are taken after all")
	}
}

// Beyond the rate a search counts as several requests: who floods asks less often.
func TestSearchesCostMore(t *testing.T) {
	w := newWorld(t)
	w.server.limits = limit.New(limit.Limits{Workspace: 2})
	search := func() result { return w.call(t, w.acme.ada, "search.messages", "query", "x") }
	for i := range 2 {
		if got := search(); got.at("ok") != true {
			t.Fatalf("search %d within the rate: %v", i, got)
		}
	}
	for search().at("ok") == true { // as long as searches are slower than the rate
	}
	for search().at("ok") != true { // refused, until there is a token again
	}
	w.fails(t, "ratelimited", w.acme.bob, "auth.test") // for four seconds
	w.ok(t, w.other.ada, "auth.test")
}
