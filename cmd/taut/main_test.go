package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"taut/internal/admin"
)

// taut runs a command and gives what it printed.
func taut(t *testing.T, args ...string) (out string, err error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	err = run(t.Context(), stdio{&stdout, &stderr}, args)
	return stdout.String(), err
}

func must(t *testing.T, args ...string) string {
	t.Helper()
	out, err := taut(t, args...)
	if err != nil {
		t.Fatalf("taut %s: %v", strings.Join(args, " "), err)
	}
	return out
}

func TestVersion(t *testing.T) {
	if out := must(t, "version"); !strings.HasPrefix(out, "taut ") || !strings.Contains(out, "go1.") {
		t.Errorf("got %q", out)
	}
}

func TestMistakes(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	for _, args := range [][]string{
		{},
		{"sevre"},
		{"workspace"},
		{"serve", "--listen", "8080", "--data", data},
		{"serve", "--colour", "blue"},
		{"serve", "extra", "--data", data},
		{"serve", "--config", filepath.Join(data, "absent.toml")},
		{"workspace", "create", "--data", data},
		{"workspace", "create", "--data", data, "--domain", "Big Corp"},
		{"user", "add", "--data", data, "--name", "ada"},
		{"seed", "--data", data},
		{"seed", "--data", data, "--workspace", "acme", "--members", "some"},
		{"seed", "--data", data, "--workspace", "acme", "--users", "0"},
		{"restore", "--data", data, "--from", filepath.Join(data, "absent")},
	} {
		if _, err := taut(t, args...); err == nil {
			t.Errorf("taut %s: no error", strings.Join(args, " "))
		}
	}
}

// serving runs taut serve on free ports until the test ends, or stop is called.
func serving(t *testing.T, data string) (door admin.Door, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, stdio{&bytes.Buffer{}, &bytes.Buffer{}}, []string{
			"serve", "--data", data, "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0",
		})
	}()
	stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("taut serve: %v", err)
		}
		close(done)
	}
	t.Cleanup(func() {
		if ctx.Err() == nil {
			stop()
		}
	})
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		door, err := admin.ReadDoor(data)
		if err == nil && admin.NewClient(door).Alive(ctx) {
			return door, stop
		}
		select {
		case <-tick.C:
		case err := <-done:
			t.Fatalf("taut serve ended: %v", err)
		}
	}
}

// TestCredentials makes the same things with and without a running server.
func TestCredentials(t *testing.T) {
	data := t.TempDir()
	testCredentials(t, data, "stopped")
	_, stop := serving(t, data)
	testCredentials(t, data, "running")
	if _, err := taut(t, "seed", "--data", data, "--workspace", "more"); err == nil {
		t.Error("seed works beside a running server")
	}
	if _, err := taut(t, "restore", "--data", data, "--in-place"); err == nil || !strings.Contains(err.Error(), "running") {
		t.Errorf("restore beside a running server: %v", err)
	}
	stop()
	must(t, "seed", "--data", data, "--workspace", "more", "--users", "2")
}

func testCredentials(t *testing.T, data, domain string) {
	t.Helper()
	text := must(t, "workspace", "create", "--data", data, "--domain", domain, "--name", "The Company")
	if !regexp.MustCompile(`(?m)^token +xoxp(-\d+){3}-[0-9a-f]+$`).MatchString(text) {
		t.Errorf("workspace create printed\n%s", text)
	}
	var user admin.Credentials
	decode(t, must(t, "user", "add", "--data", data, "--workspace", domain, "--name", "ada", "--role", "guest", "--json"), &user)
	if user.Domain != domain || user.Name != "ada" || user.Password == "" || !strings.HasPrefix(user.Token, "xoxp-") {
		t.Errorf("user add: %+v", user)
	}
	var bot admin.BotCredentials
	decode(t, must(t, "bot", "add", "--data", data, "--workspace", domain, "--name", "helper", "--json"), &bot)
	if bot.BotID == "" || !strings.HasPrefix(bot.Token, "xoxb-") || !strings.HasPrefix(bot.AppToken, "xapp-") || bot.SigningSecret == "" {
		t.Errorf("bot add: %+v", bot)
	}
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
}

func TestSeed(t *testing.T) {
	folder := t.TempDir()
	data, out := filepath.Join(folder, "data"), filepath.Join(folder, "seed.json")
	if err := os.WriteFile(out, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	// --users is given twice: the last one wins.
	must(t, "seed", "--data", data, "--workspace", "acme", "--users", "3", "--bots", "2", "--channels", "4",
		"--members", "2", "--messages", "3", "--users", "6", "--public-url", "http://chat.example.com", "--out", out)
	info, err := os.Stat(out)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var got seedFile
	decode(t, string(text), &got)
	if len(got.Workspaces) != 1 {
		t.Fatalf("%d workspaces", len(got.Workspaces))
	}
	w := got.Workspaces[0]
	if w.ID == "" || w.Domain != "acme" || len(w.Users) != 6 || len(w.Bots) != 2 || len(w.Channels) != 4 || w.Webhooks == nil {
		t.Errorf("seeded %+v", w)
	}
	in := map[string]int{}
	for _, c := range w.Channels {
		if c.ID == "" || c.Name == "general" || len(c.Members) != 2 {
			t.Errorf("channel %+v", c)
		}
		for _, m := range c.Members {
			in[string(m)]++
		}
	}
	for _, u := range w.Users {
		if n := in[string(u.ID)]; n < 1 || n > 2 {
			t.Errorf("%s is in %d of the channels: not spread evenly", u.Name, n)
		}
		if u.Email == "" || u.Password != w.Users[0].Password {
			t.Errorf("user %+v", u)
		}
	}
}

func TestSeedOfEverybodyToStandardOutput(t *testing.T) {
	data := t.TempDir()
	var got seedFile
	decode(t, must(t, "seed", "--data", data, "--workspace", "one", "--users", "3", "--channels", "1", "--members", "all"), &got)
	if n := len(got.Workspaces[0].Channels[0].Members); n != 3 {
		t.Errorf("%d members, want all 3", n)
	}
	decode(t, must(t, "seed", "--data", data, "--workspace", "two", "--users", "1"), &got)
	if len(got.Workspaces) != 1 || got.Workspaces[0].Domain != "two" {
		t.Errorf("the second run wrote %d workspaces", len(got.Workspaces))
	}
}

func TestRestore(t *testing.T) {
	folder := t.TempDir()
	data, copied := filepath.Join(folder, "data"), filepath.Join(folder, "copy.db")
	must(t, "workspace", "create", "--data", data, "--domain", "kept")
	text, err := os.ReadFile(filepath.Join(data, "taut.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(copied, text, 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "workspace", "create", "--data", data, "--domain", "lost")

	first := must(t, "restore", "--data", data, "--from", copied)
	must(t, "user", "add", "--data", data, "--workspace", "kept", "--name", "ada")
	if _, err := taut(t, "user", "add", "--data", data, "--workspace", "lost", "--name", "ada"); err == nil {
		t.Error("what came after the copy is still there")
	}
	if second := must(t, "restore", "--data", data, "--from", copied); first == second {
		t.Errorf("two restores, one incarnation: %s", first)
	}
	if third := must(t, "restore", "--data", data, "--in-place"); !strings.Contains(third, "incarnation") {
		t.Errorf("restore in place printed %q", third)
	}
	if kept, err := filepath.Glob(filepath.Join(data, "before-restore-*", "taut.db")); err != nil || len(kept) != 2 {
		t.Errorf("kept %v, %v; want what was replaced twice", kept, err)
	}
	if left, err := filepath.Glob(filepath.Join(data, "restoring-*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestRestoreSaysWhat(t *testing.T) {
	folder := t.TempDir()
	data, fresh := filepath.Join(folder, "data"), filepath.Join(folder, "fresh")
	must(t, "workspace", "create", "--data", data, "--domain", "acme")
	if err := os.Mkdir(fresh, 0o700); err != nil {
		t.Fatal(err)
	}
	said := must(t, "restore", "--data", fresh, "--from", data)
	if !regexp.MustCompile(`(?s)workspaces: acme\nnewest event: 20\d\d-.*incarnation`).MatchString(said) || strings.Contains(said, "before-restore") {
		t.Errorf("into an empty folder: %s", said)
	}
	said = must(t, "restore", "--data", data, "--from", filepath.Join(fresh, "taut.db"))
	if !strings.Contains(said, filepath.Join(data, "before-restore-")) {
		t.Errorf("over other data: %s", said)
	}
	var answer struct {
		Workspaces  []string
		NewestEvent time.Time `json:"newest_event"`
		Kept        string
		Incarnation string
	}
	decode(t, must(t, "restore", "--data", data, "--in-place", "--json"), &answer)
	if len(answer.Workspaces) != 1 || answer.NewestEvent.IsZero() || answer.Kept != "" || answer.Incarnation == "" {
		t.Errorf("as JSON: %+v", answer)
	}
	said = must(t, "restore", "--data", data, "--in-place")
	if strings.Contains(said, "restored") || !strings.Contains(said, "workspaces: acme") {
		t.Errorf("in place: %s", said)
	}
}

// TestRestoreRefuses what is no copy, and leaves the data as it is.
func TestRestoreRefuses(t *testing.T) {
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	must(t, "workspace", "create", "--data", path("data"), "--domain", "acme")
	before, err := os.ReadFile(filepath.Join(path("data"), "taut.db"))
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(before)
	for i := len(damaged) / 2; i < len(damaged); i++ {
		damaged[i] = 0x5a
	}
	for name, content := range map[string][]byte{"empty": nil, "text": bytes.Repeat([]byte("no database "), 1000), "damaged": damaged} {
		if err := os.WriteFile(path(name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sqlite(t, path("other"), "CREATE TABLE meta (a)", "PRAGMA user_version = 2")
	if err := os.WriteFile(path("deserted"), before, 0o600); err != nil {
		t.Fatal(err)
	}
	sqlite(t, path("deserted"), "DELETE FROM workspaces")
	for _, name := range []string{"empty", "text", "damaged", "other", "deserted", "absent"} {
		if said, err := taut(t, "restore", "--data", path("data"), "--from", path(name)); err == nil {
			t.Errorf("restored %s: %s", name, said)
		} else {
			t.Log(err)
		}
	}
	after, err := os.ReadFile(filepath.Join(path("data"), "taut.db"))
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the data is another one now, %v", err)
	}
	if _, err := taut(t, "restore", "--data", path("data")); err == nil {
		t.Error("a bare restore does something")
	}
	if left, err := filepath.Glob(filepath.Join(path("data"), "*restor*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// sqlite changes a database, or makes one.
func sqlite(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}

// TestNoFolderByMistake: only what makes a server's data makes its folder.
func TestNoFolderByMistake(t *testing.T) {
	folder := t.TempDir()
	data, other := filepath.Join(folder, "nosuch"), filepath.Join(folder, "other")
	must(t, "workspace", "create", "--data", other, "--domain", "acme")
	for _, args := range [][]string{
		{"user", "add", "--name", "ada"},
		{"user", "list"},
		{"user", "token", "--name", "ada"},
		{"user", "deactivate", "--name", "ada"},
		{"bot", "add", "--name", "ada"},
		{"restore", "--in-place"},
		{"restore", "--from", other},
	} {
		_, err := taut(t, append(args, "--data", data)...)
		if err == nil || !strings.Contains(err.Error(), data) {
			t.Errorf("%v: %v", args, err)
		}
		if _, err := os.Stat(data); err == nil {
			t.Fatalf("%v made the folder", args)
		}
	}
}

func TestOffBoarding(t *testing.T) {
	data := t.TempDir()
	must(t, "workspace", "create", "--data", data, "--domain", "acme")
	must(t, "user", "add", "--data", data, "--name", "ada")
	if out := must(t, "user", "token", "--data", data, "--name", "ada"); !strings.Contains(out, "xoxp-") {
		t.Errorf("user token printed %s", out)
	}
	must(t, "user", "deactivate", "--data", data, "--name", "ada")
	if out := must(t, "user", "list", "--data", data); !regexp.MustCompile(`(?m)^ada .*deactivated`).MatchString(out) || !strings.Contains(out, "primary_owner") {
		t.Errorf("user list printed\n%s", out)
	}
	must(t, "user", "reactivate", "--data", data, "--name", "ada")
	var all []admin.Person
	decode(t, must(t, "user", "list", "--data", data, "--json"), &all)
	if len(all) != 2 || !all[0].Active || !all[1].Active {
		t.Errorf("user list --json: %+v", all)
	}
}

// TestErrorsOfACommand have each prefix once: main prints the program's name.
func TestErrorsOfACommand(t *testing.T) {
	for _, args := range [][]string{{"bot", "add"}, {"seed"}, {"bot", "add", "extra"}, {"restore"}} {
		_, err := taut(t, args...)
		if err == nil || strings.Contains(err.Error(), "taut ") || !strings.HasPrefix(err.Error(), strings.Join(args[:len(args)-strings.Count(args[len(args)-1], "extra")], " ")+": ") {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func TestHelpOfAGroup(t *testing.T) {
	for _, args := range [][]string{{"workspace", "--help"}, {"help", "workspace"}, {"--help"}} {
		var out bytes.Buffer
		err := run(t.Context(), stdio{&out, &out}, args)
		if !errors.Is(err, flag.ErrHelp) || !strings.Contains(out.String(), "workspace create") || len(args) == 2 && strings.Contains(out.String(), "serve") {
			t.Errorf("%v: %v\n%s", args, err, out.String())
		}
	}
	for _, args := range [][]string{{"serve", "--help"}, {"help", "serve"}} {
		var out, mistakes bytes.Buffer
		err := run(t.Context(), stdio{&out, &mistakes}, args)
		if !errors.Is(err, flag.ErrHelp) || !strings.Contains(out.String(), "-demo") || mistakes.Len() > 0 {
			t.Errorf("%v: %v\n%s%s", args, err, out.String(), mistakes.String())
		}
	}
	if out := must(t, "--version"); !strings.HasPrefix(out, "taut ") {
		t.Errorf("--version printed %q", out)
	}
}

func TestServeConfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "taut.toml")
	if err := os.WriteFile(file, []byte("data = \"from-file\"\nlisten = \":1\"\ndrain = \"3s\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := serveConfig(stdio{&bytes.Buffer{}, &bytes.Buffer{}}, []string{
		"--listen", ":2", "--config", file, "--listen", ":3", "--public-url", "https://chat.example.com",
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Data != "from-file" || c.Listen != ":3" || c.PublicURL != "https://chat.example.com" || time.Duration(c.Drain) != 3*time.Second {
		t.Errorf("got %+v", c)
	}
}

// TestHideTouchesFilesOnly uses a pipe for --out /dev/null, which must keep its
// mode for everybody else.
func TestHideTouchesFilesOnly(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if err := w.Chmod(0o640); err != nil {
		t.Fatal(err)
	}
	if err := hide(w); err != nil {
		t.Fatal(err)
	}
	if info, err := w.Stat(); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v; want it untouched", info.Mode(), err)
	}
}
