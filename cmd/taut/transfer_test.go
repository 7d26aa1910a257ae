package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"taut/internal/testenv/slackexport"
)

func TestImportAndExport(t *testing.T) {
	from := slackexport.Export{Messages: 200, Channels: 1, Users: 5, Files: true}.Write(t)
	folder := t.TempDir()
	data, report, out := filepath.Join(folder, "data"), filepath.Join(folder, "report.json"), filepath.Join(folder, "out.zip")
	taut := func(args ...string) (string, error) {
		var said bytes.Buffer
		err := run(t.Context(), stdio{&said, io.Discard}, append(args, "--data", data))
		return said.String(), err
	}
	for _, wrong := range [][]string{
		{"import"}, {"import", "--from", from, "--workspace", "a", "--domain", "b"}, {"import", "--from", from, "--domain", "A B"},
		{"import", "--from", from, "--workspace", "acme"}, {"import", "--from", from + "x", "--domain", "acme"}, {"export"},
	} {
		if said, err := taut(wrong...); err == nil {
			t.Errorf("%v: %s", wrong, said)
		}
	}
	said, err := taut("import", "--from", from, "--domain", "acme", "--report", report)
	if err != nil || !strings.Contains(said, "workspace acme") || !strings.Contains(said, "messages") {
		t.Fatalf("%v, %s", err, said)
	}
	text, err := os.ReadFile(report)
	if err != nil || !json.Valid(text) || !bytes.Contains(text, []byte("bytes are not in the export")) {
		t.Errorf("%v: %s", err, text)
	}
	if said, err := taut("export", "--out", out, "--private", "--files"); err != nil || !strings.HasPrefix(said, out) {
		t.Errorf("%v, %s", err, said)
	}
	if info, err := os.Stat(out); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if left, err := filepath.Glob(out + ".*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}

	// A running server does the same, and its answers are told as they are.
	_, stop := serving(t, data)
	defer stop()
	if said, err := taut("import", "--from", from, "--domain", "acme"); err != nil || !strings.Contains(said, "0 messages, 0 pins, 0 files") {
		t.Errorf("%v, %s", err, said)
	}
	if _, err := taut("export", "--out", out); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("an export that is there already: %v", err)
	}
	if said, err := taut("export", "--out", out+"2"); err != nil || !strings.HasPrefix(said, out) {
		t.Errorf("%v, %s", err, said)
	}
	if _, err := taut("import", "--from", from+"x", "--domain", "acme"); err == nil || !strings.Contains(err.Error(), "no such file") || strings.Contains(err.Error(), "go on") {
		t.Errorf("no file: %v", err)
	}
}
