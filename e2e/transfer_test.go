//go:build e2e

package e2e

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"taut/internal/testenv/slackexport"
)

// TestImportAndExport brings an export of 100,000 messages, with all that is odd
// about Slack's, into a server that serves: killed in the middle, then done by a
// command beside no server, which is killed too, then by the server again. What
// comes out is what a server exports that took it in one piece.
func TestImportAndExport(t *testing.T) {
	from := slackexport.Export{Seed: 5, Messages: 100_000, Channels: 40, Users: 100, Days: 300, Files: true}.Write(t)
	want := importedWhole(t, from)

	s := newServer(t, "")
	s.start()
	cut := func(kill func(running *exec.Cmd), enough func() error) {
		t.Helper()
		c := exec.Command(s.bin, "import", "--data", s.data(), "--from", from, "--domain", "acme")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if err := within(2*time.Minute, enough); err != nil {
			t.Fatalf("the import is not on its way: %v", err)
		}
		kill(c)
		if err := c.Wait(); err == nil {
			t.Error("the import was through before it was killed")
		}
	}
	cut(func(*exec.Cmd) { s.kill() }, func() error {
		if n, _ := s.metric("store_events_committed_total"); n < 30_000 {
			return errors.New("not enough yet")
		}
		return nil
	})
	before := s.written()
	cut(func(c *exec.Cmd) { c.Process.Kill() }, func() error {
		if s.written() < before+8<<20 {
			return errors.New("not enough yet")
		}
		return nil
	})
	s.start()
	report := filepath.Join(s.dir, "report.json")
	s.json("import", "--from", from, "--domain", "acme", "--report", report)
	if again := s.json("import", "--from", from, "--domain", "acme"); again.number("messages") != 0 || again.number("users") != 0 || again.number("channels") != 0 || again.number("files") != 0 {
		t.Errorf("once more brought %v", again)
	}
	if text, err := os.ReadFile(report); err != nil || !json.Valid(text) {
		t.Errorf("the report: %v", err)
	}
	wantSameZip(t, s.export("acme"), want)

	token := s.json("user", "token", "--workspace", "acme", "--name", "person0").text("token")
	c := s.caller(token)
	c.must(t, "auth.test")
	history := c.must(t, "conversations.history", "channel", "C0000000000", "limit", "5")
	if n := len(history["messages"].([]any)); n != 5 {
		t.Errorf("%d messages of history, want 5", n)
	}
	counts := c.must(t, "client.counts")
	for _, kind := range []string{"channels", "mpims", "ims"} {
		for _, ch := range counts[kind].([]any) {
			if ch.(map[string]any)["has_unreads"] == true {
				t.Errorf("unread after the import: %v", ch)
			}
		}
	}
}

// importedWhole imports in one go, prints how long it took, and exports.
func importedWhole(t *testing.T, from string) string {
	t.Helper()
	s := newServer(t, "")
	begin := time.Now()
	report := s.json("import", "--from", from, "--domain", "acme")
	t.Logf("%v messages, %v users, %v channels in %s", report["messages"], report["users"], report["channels"], time.Since(begin).Round(time.Millisecond))
	if report.number("messages") < 100_000 {
		t.Errorf("%v messages came in", report["messages"])
	}
	out := s.export("acme")
	// And in again, on a server that knows nothing of it: the same comes out.
	other := newServer(t, "")
	other.json("import", "--from", out, "--domain", "acme")
	wantSameZip(t, other.export("acme"), out)
	return out
}

func (s *server) export(domain string) string {
	s.t.Helper()
	out := filepath.Join(s.t.TempDir(), domain+".zip")
	s.json("export", "--workspace", domain, "--private", "--files", "--out", out)
	return out
}

// written is how large the database is.
func (s *server) written() (size int64) {
	for _, name := range []string{"taut.db", "taut.db-wal"} {
		if info, err := os.Stat(filepath.Join(s.data(), name)); err == nil {
			size += info.Size()
		}
	}
	return size
}

func (o object) number(key string) float64 {
	n, _ := o[key].(float64)
	return n
}

// wantSameZip compares two exports, JSON as what it means.
func wantSameZip(t *testing.T, got, want string) {
	t.Helper()
	a, b := unzip(t, got), unzip(t, want)
	for name, v := range b {
		if !reflect.DeepEqual(a[name], v) {
			t.Errorf("%s is not the same", name)
		}
	}
	if len(a) != len(b) || len(b) < 100 {
		t.Errorf("%d files, want %d", len(a), len(b))
	}
}

func unzip(t *testing.T, path string) map[string]any {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	all := map[string]any{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if filepath.Ext(f.Name) != ".json" {
			v = string(data)
		} else if err := json.Unmarshal(data, &v); err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		all[f.Name] = v
	}
	return all
}
