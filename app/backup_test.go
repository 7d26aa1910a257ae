package app

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A backup is no data folder: who serves it would write into it.
func TestBackupsAreNotServed(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "manifest.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), Options{Config: settings(folder), Log: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), "taut restore") {
		t.Errorf("a backup is served: %v, %v", a, err)
	}
}
