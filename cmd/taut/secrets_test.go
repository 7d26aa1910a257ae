package main

import (
	"encoding/json"
	"strings"
	"testing"

	"taut/internal/admin"
)

// Tokens end, passwords are made anew and codes are made, without a server too.
func TestSecretCommands(t *testing.T) {
	data := t.TempDir()
	command := func(args ...string) string {
		t.Helper()
		var out, problems strings.Builder
		if err := run(t.Context(), stdio{&out, &problems}, append(args, "--data", data)); err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		return out.String()
	}
	command("workspace", "create", "--domain", "acme")
	command("user", "add", "--name", "ada")
	command("user", "token", "--name", "ada")
	if out := command("user", "revoke", "--name", "ada"); !strings.Contains(out, "ada: 2 tokens") {
		t.Errorf("revoke: %s", out)
	}
	var p admin.NewPassword
	if err := json.Unmarshal([]byte(command("user", "password", "--name", "ada", "--json")), &p); err != nil || len(p.Password) < 16 {
		t.Errorf("password: %v", err)
	}
	if out := command("workspace", "code"); !strings.Contains(out, "/setup#") {
		t.Errorf("code: %s", out)
	}
	for _, bad := range [][]string{{"user", "revoke", "--name", "nobody"}, {"user", "revoke", "--name", "ada", "--token-id", "Tk0"}, {"user", "password", "--name", ""}} {
		if err := run(t.Context(), stdio{new(strings.Builder), new(strings.Builder)}, append(bad, "--data", data)); err == nil {
			t.Errorf("%v succeeds", bad)
		}
	}
}
