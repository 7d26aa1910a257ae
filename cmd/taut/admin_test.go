package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"taut/internal/admin"
	"taut/store"
)

// A server that was killed leaves its door behind, and a stranger has its port:
// nobody even knocks there.
func TestDoorWithoutAServerIsNotKnockedAt(t *testing.T) {
	var knocks atomic.Int32
	stranger := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { knocks.Add(1) }))
	defer stranger.Close()
	data := t.TempDir()
	at := stranger.Listener.Addr()
	if err := admin.NewDoor(at, at, stranger.URL).Write(data); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "lock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]store.Options{"SQLite": {Data: data}, "MySQL": {Data: data, MySQL: "dsn"}} {
		knocks.Store(0)
		c, err := running(t.Context(), o)
		if c != nil || err != nil {
			t.Errorf("%s: a stranger counts as the server: %v", name, err)
		}
		if name == "SQLite" && knocks.Load() != 0 {
			t.Errorf("%s: a stranger was asked", name)
		}
	}
}
