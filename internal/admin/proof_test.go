package admin

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"taut/chat"
)

// Who has the port of a server that was killed gets nothing of worth, whatever
// it answers: it cannot prove that it is the server.
func TestNothingIsToldToAStranger(t *testing.T) {
	honest := behindDoor(t, open(t))
	for name, answer := range map[string]http.HandlerFunc{
		"says yes": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"empty":    func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{}`) },
		"guesses":  func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"nonce":"a","proof":"b"}`) },
		"another server's proof": func(w http.ResponseWriter, r *http.Request) {
			theirs := r.URL.Query().Get("nonce")
			io.WriteString(w, `{"nonce":"a","proof":"`+serverProof("other secret", theirs, "a")+`"}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			var heard strings.Builder
			stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				r.Write(&heard)
				answer(w, r)
			}))
			defer stranger.Close()
			door := honest.Door
			door.Ops = stranger.Listener.Addr().String()
			c := NewClient(door)
			if c.Alive(t.Context()) {
				t.Error("a stranger counts as the server")
			}
			_, err := c.AddUser(t.Context(), NewUser{Name: "grace", Password: "correct horse"})
			if chat.CodeOf(err) != chat.Unauthenticated {
				t.Errorf("a request to a stranger: %v", err)
			}
			mu.Lock()
			defer mu.Unlock()
			if said := heard.String(); strings.Contains(said, door.Secret) || strings.Contains(said, "correct horse") || strings.Contains(said, "grace") {
				t.Errorf("the stranger heard %s", said)
			}
		})
	}
}

// A proof is good once, and for its own request only.
func TestProofIsGoodOnce(t *testing.T) {
	c := behindDoor(t, open(t))
	send := func(nonce, signed, sent string) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+c.Door.Ops+"/admin/workspaces", strings.NewReader(sent))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", scheme+" "+nonce+" "+clientProof(c.Door.Secret, nonce, r.Method, r.URL.Path, []byte(signed)))
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	knock := func() string {
		nonce, err := c.knock(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return nonce
	}
	acme, other := `{"domain":"acme"}`, `{"domain":"other"}`
	nonce := knock()
	for _, s := range []struct {
		what                string
		nonce, signed, sent string
		status              int
	}{
		{"a good one", nonce, acme, acme, http.StatusOK},
		{"again", nonce, acme, acme, http.StatusUnauthorized},
		{"for another body", knock(), acme, other, http.StatusUnauthorized},
		{"with a nonce of its own", newNonce(), other, other, http.StatusUnauthorized},
	} {
		if got := send(s.nonce, s.signed, s.sent); got != s.status {
			t.Errorf("%s: %d, want %d", s.what, got, s.status)
		}
	}
}

func TestNoncesAreBounded(t *testing.T) {
	n, now := newNonces(), time.Now()
	for range 2 * maxNonces {
		n.issue(now)
	}
	if len(n.until) > maxNonces {
		t.Errorf("%d nonces are out", len(n.until))
	}
	last := n.issue(now)
	if n.redeem(last, now.Add(nonceLife)) || n.redeem(n.issue(now), now.Add(-time.Second)) != true {
		t.Error("a nonce's life is not kept")
	}
	n.issue(now.Add(2 * nonceLife))
	if len(n.until) != 1 {
		t.Errorf("%d nonces are kept beyond their life", len(n.until)-1)
	}
}
