package main

import (
	"strings"
	"testing"

	"taut/internal/testenv/slackexport"
)

func TestUserLinks(t *testing.T) {
	data := t.TempDir()
	must(t, "workspace", "create", "--data", data, "--domain", "acme")
	if out := must(t, "user", "links", "--data", data); strings.TrimSpace(out) != "name,email,link" {
		t.Errorf("for those with passwords: %s", out)
	}
	must(t, "import", "--data", data, "--from", slackexport.Export{Messages: 20, Channels: 1, Users: 3}.Write(t), "--domain", "moved")
	out := must(t, "user", "links", "--data", data, "--workspace", "moved", "--public-url", "https://chat.example.org/")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) < 2 || !strings.Contains(lines[1], ",https://chat.example.org/reset#") {
		t.Errorf("printed %s", out)
	}
}
