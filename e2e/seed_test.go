//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// workspace is what `taut seed` made.
type workspace struct {
	ID     string `json:"id"`
	Domain string `json:"domain"`
	Users  []struct {
		ID    string `json:"id"`
		Name  string `json:"name"`
		Token string `json:"token"`
	} `json:"users"`
	Bots []struct {
		ID    string `json:"id"`
		User  string `json:"user_id"`
		Token string `json:"token"`
	} `json:"bots"`
	Channels []struct {
		ID      string   `json:"id"`
		Name    string   `json:"name"`
		Members []string `json:"members"`
	} `json:"channels"`
}

// seed adds a workspace to the server, which must be stopped.
func (s *server) seed(domain string, flags ...string) workspace {
	s.t.Helper()
	out := filepath.Join(s.dir, domain+".json")
	s.taut(append([]string{"seed", "--data", s.data(), "--workspace", domain, "--out", out}, flags...)...)
	text, err := os.ReadFile(out)
	if err != nil {
		s.t.Fatal(err)
	}
	var seeded struct{ Workspaces []workspace }
	if err := json.Unmarshal(text, &seeded); err != nil {
		s.t.Fatal(err)
	}
	if len(seeded.Workspaces) != 1 {
		s.t.Fatalf("the seed file names %d workspaces, want the new one alone", len(seeded.Workspaces))
	}
	return seeded.Workspaces[0]
}

// running is a seeded server that serves.
func running(t *testing.T, flags ...string) (*server, workspace) {
	t.Helper()
	s := newServer(t, "")
	w := s.seed("acme", flags...)
	s.start()
	return s, w
}
