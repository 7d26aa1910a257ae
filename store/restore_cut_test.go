package store_test

import (
	"os"
	"path/filepath"
	"testing"
)

// A restore that a power cut ended between its two moves leaves a folder that
// doesn't open as an empty server.
func TestCutRestoreIsNoEmptyServer(t *testing.T) {
	for _, trace := range []string{"before-restore-20260101T000000.000", "restoring-1", "taut.db-wal"} {
		dir := t.TempDir()
		if err := must(openFolder(t, dir))(t).Close(); err != nil {
			t.Fatal(err)
		}
		db, kept := filepath.Join(dir, "taut.db"), filepath.Join(dir, trace)
		if err := os.Mkdir(kept, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(db, filepath.Join(kept, "taut.db")); err != nil {
			t.Fatal(err)
		}
		wantOpenError(t, dir, kept)
		if _, err := os.Stat(db); err == nil {
			t.Error("an empty database was made")
		}
	}
}
