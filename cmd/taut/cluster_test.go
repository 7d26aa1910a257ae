package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The commands that make a cluster's certificates replace nothing and say what they
// lack; those that ask the registry say which process is alone.
func TestClusterCommands(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "certs")
	must(t, "cert", "authority", "--folder", folder, "--cluster", "acme")
	must(t, "cert", "node", "--folder", folder, "--node", "node-1", "--hosts", "10.0.0.1,node-1.example.com")
	for _, name := range []string{"ca.pem", "ca.key", "node-1.pem", "node-1.key"} {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Error(err)
		}
	}
	alone := filepath.Join(folder, "alone.toml")
	if err := os.WriteFile(alone, []byte("data = \"x\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		says string
		args []string
	}{
		{"exists", []string{"cert", "authority", "--folder", folder, "--cluster", "acme"}},
		{"exists", []string{"cert", "node", "--folder", folder, "--node", "node-1", "--hosts", "x"}},
		{"no node's name", []string{"cert", "node", "--folder", folder, "--node", "Node 1", "--hosts", "x"}},
		{"the cluster's authority", []string{"cert", "node", "--folder", t.TempDir(), "--node", "node-1", "--hosts", "x"}},
		{"--hosts is needed", []string{"cert", "node", "--folder", folder, "--node", "node-2"}},
		{"--config is needed", []string{"ring"}},
		{"that process is alone", []string{"ring", "--config", alone}},
		{"which node?", []string{"drain", "--config", alone}},
		{"that process is alone", []string{"drain", "node-1", "--config", alone, "--undo"}},
	} {
		if _, err := taut(t, tt.args...); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("taut %s: %v, want a word of %q", strings.Join(tt.args, " "), err, tt.says)
		}
	}
}
