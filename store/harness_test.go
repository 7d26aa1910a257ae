package store

import (
	"io"
	"log/slog"
	"testing"
)

// testOptions are those of a fresh, empty database; built with the tag mariadb,
// it is one on MariaDB.
var testOptions = func(t *testing.T) Options { return Options{Data: t.TempDir()} }

// openStore opens a fresh store for the time of the test.
func openStore(t *testing.T) *Store {
	t.Helper()
	return openOptions(t, testOptions(t))
}

// openOptions opens a store that may have been open before.
func openOptions(t *testing.T, o Options) *Store {
	t.Helper()
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
