package store

import (
	"testing"
)

// Locked looks without leaving a trace: who comes next gets the lock.
func TestLocked(t *testing.T) {
	dir := t.TempDir()
	want := func(locked bool) {
		t.Helper()
		if got, err := Locked(dir); err != nil || got != locked {
			t.Fatalf("locked is %v, %v", got, err)
		}
	}
	want(false) // there is no lock file yet
	for range 2 {
		l, err := lockFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		want(true)
		if err := l.release(); err != nil {
			t.Fatal(err)
		}
		want(false)
	}
}
