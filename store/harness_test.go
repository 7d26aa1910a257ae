package store

import (
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
		o.Log = slog.New(slog.NewTextHandler(testLog{t}, nil))
	}
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		NoteTexts(s)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// testLog writes a store's log to its test's.
type testLog struct{ t *testing.T }

func (l testLog) Write(line []byte) (int, error) {
	l.t.Logf("%s", line)
	return len(line), nil
}
