package store

import (
	"net"
	"strings"
	"testing"

	"taut/chat"
)

// TestNoServer: whoever reads from a MySQL that is gone is to come again.
func TestNoServer(t *testing.T) {
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody.Close()
	db, done, err := openToRead(Options{MySQL: "user:secret@tcp(" + nobody.Addr().String() + ")/taut"})
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	s := &Store{db: newReader(db, newReadGate(1, nil), false)}
	_, one := s.Workspace("T1").User(t.Context(), "U1")
	_, many := s.Workspaces(t.Context())
	for what, err := range map[string]error{"one row": one, "rows": many} {
		if chat.CodeOf(err) != chat.Unavailable || !strings.Contains(err.Error(), "refused") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestFullDisk: what needs a new page fails, to be tried again, and other things go on.
func TestFullDisk(t *testing.T) {
	s := openOptions(t, Options{Data: t.TempDir()})
	pages := func(n int) {
		t.Helper()
		err := s.write(t.Context(), func(t *tx) error {
			var now int
			return t.queryRow("PRAGMA max_page_count = " + strings.Repeat("9", n)).Scan(&now)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	keep := func() error {
		return s.write(t.Context(), func(t *tx) error {
			_, err := t.exec(s.dialect.upsert("meta", "name", "value"), "big", make([]byte, 1<<20))
			return err
		})
	}
	pages(1)
	if err := keep(); chat.CodeOf(err) != chat.Unavailable || !strings.Contains(err.Error(), "full") {
		t.Errorf("on a full disk: %v", err)
	}
	if _, err := s.Workspaces(t.Context()); err != nil {
		t.Errorf("reading on a full disk: %v", err)
	}
	pages(8)
	if err := keep(); err != nil {
		t.Errorf("with room again: %v", err)
	}
}
