package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"taut/internal/admin"
	"taut/internal/backup"
)

// withFile puts an uploaded file into a data folder, as it stands there.
func withFile(t *testing.T, data, name, content string) {
	t.Helper()
	path := filepath.Join(data, "files", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestBackup of a running and of a stopped server, as a folder and as files, and
// back again.
func TestBackup(t *testing.T) {
	folder := t.TempDir()
	data := filepath.Join(folder, "data")
	must(t, "workspace", "create", "--data", data, "--domain", "kept")
	withFile(t, data, "ab/abcdef", "a file")
	_, stop := serving(t, data)
	for _, name := range []string{"folder", "plain.tar", "packed.tar.gz"} {
		said := must(t, "backup", "--data", data, "--to", filepath.Join(folder, name))
		if !strings.Contains(said, "2 files") || !strings.Contains(said, "workspaces: kept") {
			t.Errorf("%s: %s", name, said)
		}
	}
	must(t, "workspace", "create", "--data", data, "--domain", "lost")
	if _, err := taut(t, "restore", "--data", data, "--from", filepath.Join(folder, "folder")); err == nil || !strings.Contains(err.Error(), "running") {
		t.Errorf("restore beside a running server: %v", err)
	}
	stop()
	must(t, "backup", "--data", data, "--to", filepath.Join(folder, "stopped"))
	if l, err := backup.ReadLast(data); err != nil || l.To != filepath.Join(folder, "stopped") || l.At.IsZero() {
		t.Errorf("noted %+v, %v", l, err)
	}
	for _, name := range []string{"folder", "plain.tar", "packed.tar.gz"} {
		from := filepath.Join(folder, name)
		if said := must(t, "backup", "--verify", from); !strings.Contains(said, "is whole") {
			t.Errorf("%s: %s", name, said)
		}
		withFile(t, data, "ab/abcdef", "something else")
		said := must(t, "restore", "--data", data, "--from", from)
		if !strings.Contains(said, "workspaces: kept\n") {
			t.Errorf("%s: %s", name, said)
		}
		text, err := os.ReadFile(filepath.Join(data, "files/ab/abcdef"))
		if err != nil || string(text) != "a file" {
			t.Errorf("%s: the file is %q, %v", name, text, err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(folder, "*.partial")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if left, err := filepath.Glob(filepath.Join(folder, ".taut*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := taut(t, "backup", "--data", data, "--to", filepath.Join(folder, "folder")); err == nil {
		t.Error("a backup was overwritten")
	}
}

// TestBackupsThatAreNotWhole are refused, by what is wrong, and leave the data as
// it is.
func TestBackupsThatAreNotWhole(t *testing.T) {
	folder := t.TempDir()
	data := filepath.Join(folder, "data")
	must(t, "workspace", "create", "--data", data, "--domain", "acme")
	withFile(t, data, "ab/abcdef", "a file")
	cases := map[string]struct {
		spoil func(t *testing.T, at string)
		says  string
	}{
		"no manifest":   {remove("manifest.json"), "no manifest"},
		"cut off":       {write("incomplete", ""), "no manifest"},
		"a file gone":   {remove("files/ab/abcdef"), "is missing"},
		"a file other":  {write("files/ab/abcdef", "b file"), "another checksum"},
		"a file more":   {write("files/ab/extra", "x"), "doesn't list"},
		"stranger":      {write("taut.conf", "x"), "no name"},
		"database":      {flip("taut.db"), "another checksum"},
		"list":          {write("checksums", ""), "checksums is not"},
		"newer format":  {replace("manifest.json", `"format": 1`, `"format": 9`), "format 9"},
		"other server":  {replace("manifest.json", `"engine": "sqlite"`, `"engine": "mysql"`), "on mysql"},
		"manifest torn": {write("manifest.json", "{"), "manifest.json"},
	}
	for name, c := range cases {
		at := filepath.Join(folder, name)
		must(t, "backup", "--data", data, "--to", at)
		c.spoil(t, at)
		if _, err := taut(t, "restore", "--data", data, "--from", at); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := taut(t, "backup", "--verify", at); (err == nil) != (name == "other server") {
			t.Errorf("verify of %s: %v", name, err)
		}
	}
	half := filepath.Join(folder, "half.tar")
	must(t, "backup", "--data", data, "--to", half)
	text, err := os.ReadFile(half)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(half, text[:len(text)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := taut(t, "restore", "--data", data, "--from", half); err == nil {
		t.Error("half a tar was restored")
	}
	if left, err := filepath.Glob(filepath.Join(data, "*restor*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	must(t, "user", "add", "--data", data, "--name", "ada")
}

func remove(name string) func(*testing.T, string) {
	return func(t *testing.T, at string) {
		if err := os.Remove(filepath.Join(at, name)); err != nil {
			t.Fatal(err)
		}
	}
}

func write(name, content string) func(*testing.T, string) {
	return func(t *testing.T, at string) {
		if err := os.WriteFile(filepath.Join(at, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// edit changes a file of a backup.
func edit(name string, by func([]byte) []byte) func(*testing.T, string) {
	return func(t *testing.T, at string) {
		text, err := os.ReadFile(filepath.Join(at, name))
		if err != nil {
			t.Fatal(err)
		}
		write(name, string(by(text)))(t, at)
	}
}

func flip(name string) func(*testing.T, string) {
	return edit(name, func(text []byte) []byte {
		text[len(text)/2] ^= 1
		return text
	})
}

func replace(name, old, with string) func(*testing.T, string) {
	return edit(name, func(text []byte) []byte {
		if !bytes.Contains(text, []byte(old)) {
			panic(old + " is not in " + name)
		}
		return bytes.ReplaceAll(text, []byte(old), []byte(with))
	})
}

func TestBackupAsJSON(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	must(t, "workspace", "create", "--data", data, "--domain", "acme")
	var m backup.Manifest
	if err := json.Unmarshal([]byte(must(t, "backup", "--data", data, "--to", data+"-copy", "--json")), &m); err != nil {
		t.Fatal(err)
	}
	if m.Engine != "sqlite" || m.Incarnation == "" || m.Schema == 0 || m.Files != 1 || len(m.Workspaces) != 1 {
		t.Errorf("%+v", m)
	}
	if _, err := admin.ReadDoor(data); err == nil {
		t.Error("a door was made")
	}
}
