package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"taut/internal/doctor"
)

// diagnosis runs the doctor, and gives what it found by check, the worst of each.
func diagnosis(t *testing.T, args ...string) (found map[string]doctor.Finding, failed bool) {
	t.Helper()
	out, err := taut(t, append([]string{"doctor", "--json"}, args...)...)
	var answer struct {
		Worst    doctor.Level
		Findings []doctor.Finding
	}
	decode(t, out, &answer)
	found = map[string]doctor.Finding{}
	for _, f := range answer.Findings {
		if f.Level != doctor.OK && f.Remedy == "" {
			t.Errorf("%s has no remedy: %s", f.Check, f.Says)
		}
		if was, there := found[f.Check]; !there || doctor.Worst([]doctor.Finding{was, f}) == f.Level {
			found[f.Check] = f
		}
	}
	if (answer.Worst == doctor.Fail) != (err != nil) {
		t.Errorf("worst is %s, the command says %v", answer.Worst, err)
	}
	return found, err != nil
}

func wantLevel(t *testing.T, found map[string]doctor.Finding, check string, level doctor.Level) {
	t.Helper()
	if f := found[check]; f.Level != level {
		t.Errorf("%s: %+v, want %s", check, f, level)
	}
}

func TestDoctorOfARunningServer(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	must(t, "workspace", "create", "--data", data, "--domain", "acme")
	door, stop := serving(t, data)
	defer stop()
	file := settingsFile(t, fmt.Sprintf("data = %q\npublic_url = %q\n", data, "http://"+door.Listen))
	found, failed := diagnosis(t, "--config", file)
	if failed {
		t.Errorf("a healthy server: %v", found)
	}
	for _, check := range []string{"settings", "data folder", "database", "durability", "integrity", "clock", "ports", "server", "public URL", "sockets", "files"} {
		wantLevel(t, found, check, doctor.OK)
	}
	wantLevel(t, found, "backups", doctor.Warn)
	must(t, "backup", "--data", data, "--to", data+"-copy")
	found, _ = diagnosis(t, "--data", data, "--offline")
	wantLevel(t, found, "backups", doctor.OK)
	if _, there := found["public URL"]; there {
		t.Error("--offline asks for the public URL")
	}
	if out := must(t, "doctor", "--config", file); !strings.Contains(out, "ok    database") {
		t.Errorf("for people it prints\n%s", out)
	}
}

func settingsFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "taut.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestDoctorOfATroubledServer: each trouble is found, under its name.
func TestDoctorOfATroubledServer(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	must(t, "workspace", "create", "--data", data, "--domain", "acme")
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	year := time.Now().AddDate(1, 0, 0).UnixMilli()
	sqlite(t, filepath.Join(data, "taut.db"),
		fmt.Sprintf("UPDATE events SET committed_ms = %d WHERE position = (SELECT MAX(position) FROM events)", year),
		"INSERT INTO files (workspace_id, file_id, user_id, state, name, title, alt_text, file_type, mime_type, snippet, size, sha, media, created_ms, updated_ms, due_ms)"+
			fmt.Sprintf(" SELECT workspace_id, 'F000000001', 'U1', %d, '', '', '', '', '', 0, 1, 'x', '', 1, 1, 0 FROM workspaces", ready))
	if err := os.Chmod(data, 0o755); err != nil {
		t.Fatal(err)
	}
	certFile, keyFile := expired(t)
	file := settingsFile(t, fmt.Sprintf("data = %q\npublic_url = \"https://chat.example.com\"\nlisten = %q\nops_listen = \"127.0.0.1:0\"\n[mail]\nserver = %q\nfrom = \"a@example.com\"\n[tls]\ncert_file = %q\nkey_file = %q\n",
		data, busy.Addr(), busy.Addr(), certFile, keyFile))
	go greet(busy, "421 go away\r\n")
	found, failed := diagnosis(t, "--config", file)
	if !failed {
		t.Error("it finds nothing wrong")
	}
	for check, level := range map[string]doctor.Level{
		"data folder": doctor.Warn, "clock": doctor.Fail, "ports": doctor.Fail, "files": doctor.Fail,
		"mail": doctor.Fail, "certificate": doctor.Fail, "backups": doctor.Warn, "secrets": doctor.Warn,
	} {
		wantLevel(t, found, check, level)
	}
}

// TestDoctorOfNoFolder: that there is none is told once, not of its disk as well.
func TestDoctorOfNoFolder(t *testing.T) {
	found, failed := diagnosis(t, "--data", filepath.Join(t.TempDir(), "elsewhere"), "--offline")
	if !failed {
		t.Error("it finds nothing wrong")
	}
	wantLevel(t, found, "data folder", doctor.Fail)
	for _, check := range []string{"disk", "disk space"} {
		if f, told := found[check]; told {
			t.Errorf("it tells of the disk: %+v", f)
		}
	}
}

func greet(l net.Listener, line string) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		conn.Write([]byte(line))
		conn.Close()
	}
}

// TestDoctorOfDamage: a damaged database, and one of a newer program.
func TestDoctorOfDamage(t *testing.T) {
	folder := t.TempDir()
	data := filepath.Join(folder, "data")
	must(t, "workspace", "create", "--data", data, "--domain", "acme")
	database := filepath.Join(data, "taut.db")
	sqlite(t, database, "PRAGMA user_version = 999")
	found, _ := diagnosis(t, "--data", data)
	wantLevel(t, found, "database", doctor.Fail)
	text, err := os.ReadFile(database)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(text) / 2; i < len(text); i++ {
		text[i] = 0x5a
	}
	if err := os.WriteFile(database, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, failed := diagnosis(t, "--data", data); !failed {
		t.Error("a damaged database is healthy")
	}
	found, failed := diagnosis(t, "--data", filepath.Join(folder, "absent"))
	wantLevel(t, found, "data folder", doctor.Fail)
	if _, err := os.Stat(filepath.Join(folder, "absent")); err == nil || !failed {
		t.Error("an absent folder was made, or is healthy")
	}
	found, _ = diagnosis(t, "--config", settingsFile(t, "listen = \"x\"\n"))
	wantLevel(t, found, "settings", doctor.Fail)
	var findings map[string]any
	out, _ := taut(t, "doctor", "--json", "--data", data)
	if err := json.Unmarshal([]byte(out), &findings); err != nil || findings["worst"] != "fail" {
		t.Errorf("%s", out)
	}
}
