//go:build e2e && mariadb

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"taut/internal/testenv/mariadb"
)

// TestDatabaseThatComesAndGoes starts a server before its database: it waits, and
// says so. When the database goes later, clients are told to come again, and are
// served when it is back.
func TestDatabaseThatComesAndGoes(t *testing.T) {
	db, err := mariadb.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Remove)
	dsn, err := db.NewDatabase()
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t, "")
	write(t, filepath.Join(s.dir, "dsn"), dsn)
	write(t, s.config(), fmt.Sprintf("data = %q\nlisten = %q\nops_listen = %q\nmysql_dsn_file = %q\n", s.data(), s.listen, s.ops, filepath.Join(s.dir, "dsn")))
	s.args = []string{"--config", s.config()}
	space := s.seed("acme", "--config", s.config(), "--users", "2", "--bots", "0", "--channels", "1")
	if err := db.Down(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}

	s.launch()
	eventually(t, "the server waits", func() error {
		for page, want := range map[string]int{"/healthz": http.StatusOK, "/readyz": http.StatusServiceUnavailable} {
			answer, err := http.Get("http://" + s.ops + page)
			if err != nil {
				return err
			}
			answer.Body.Close()
			if answer.StatusCode != want {
				return fmt.Errorf("%s: %s", page, answer.Status)
			}
		}
		if !strings.Contains(s.tail(), "waiting for the database") {
			return fmt.Errorf("the log doesn't say so")
		}
		return nil
	})
	if err := db.Up(); err != nil {
		t.Fatal(err)
	}
	s.await()
	token := space.Users[0].Token
	if status, _, body := readHistory(t, s, token, space.Channels[0].ID); status != http.StatusOK || !strings.Contains(body, `"ok":true`) {
		t.Fatalf("with a database: %d %s", status, body)
	}

	if err := db.Down(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	status, after, body := readHistory(t, s, token, space.Channels[0].ID)
	if status != http.StatusServiceUnavailable || after == "" || !strings.Contains(body, "service_unavailable") {
		t.Errorf("without a database: %d, Retry-After %q, %s", status, after, body)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("to say so took %s", took)
	}
	if err := db.Up(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the server goes on", func() error {
		if status, _, body := readHistory(t, s, token, space.Channels[0].ID); status != http.StatusOK {
			return fmt.Errorf("%d %s", status, body)
		}
		return nil
	})
	s.stop()
}

// readHistory asks for a channel's history.
func readHistory(t *testing.T, s *server, token, channel string) (status int, retryAfter, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.api()+"conversations.history?channel="+channel, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header.Get("Retry-After"), string(text)
}
