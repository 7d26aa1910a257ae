//go:build e2e && mariadb

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

// finds waits until each of the nodes finds a word that was posted; they know the
// people too.
func (n *nodes) finds(user, token, word string, at ...*server) {
	n.t.Helper()
	for _, s := range at {
		api := s.caller(token)
		eventually(n.t, fmt.Sprintf("%s finds %s", s.name, word), func() error {
			found, err := api.call(n.t.Context(), "search.messages", form("query", word))
			if err == nil && len(found.list("messages", "matches")) != 1 {
				err = fmt.Errorf("found is %v", found.at("messages", "matches"))
			}
			return err
		})
		people, err := api.call(n.t.Context(), "client.users", form("users", user))
		if err != nil || len(people.list("users")) != 1 {
			n.t.Errorf("%s does not know %s: %v, %v", s.name, user, people, err)
		}
	}
}

// forgetIndex takes away what a node that is not running has indexed.
func (s *server) forgetIndex() {
	s.t.Helper()
	index, err := filepath.Glob(filepath.Join(s.data(), "search.db*"))
	if err != nil || len(index) == 0 {
		s.t.Fatalf("no index to take away: %q, %v", index, err)
	}
	for _, path := range index {
		if err := os.Remove(path); err != nil {
			s.t.Fatal(err)
		}
	}
}

// cutAfter tells how long after a token was revoked at one node its socket at another ended.
func cutAfter(t *testing.T, revoked, at *server, token string) time.Duration {
	t.Helper()
	conn, in, err := at.dial(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	begin := time.Now()
	revoked.caller(token).must(t, "auth.revoke")
	if err := conn.SetReadDeadline(begin.Add(patience)); err != nil {
		t.Fatal(err)
	}
	for {
		//lint:ignore SA1019 the peer is our own, and bounded
		frame, err := ws.ReadFrame(in)
		if err != nil {
			t.Fatalf("a socket of a revoked token: %v after %s", err, time.Since(begin))
		}
		if frame.Header.OpCode == ws.OpClose {
			return time.Since(begin)
		}
	}
}
