//go:build mariadb

package store_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/internal/testenv/mariadb"
	"taut/store"
)

// TestBackupOfMariaDB: the database is its own tools'; a snapshot tells what it is,
// and a restore adds the files to those that are there and renews the log.
func TestBackupOfMariaDB(t *testing.T) {
	server, err := mariadb.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Remove()
	o := store.Options{Data: t.TempDir(), MySQL: must(server.NewDatabase())(t)}
	s := testenv.Open(t, func(to *store.Options) { to.Data, to.MySQL = o.Data, o.MySQL })
	team := testenv.NewTeam(t, s, 1)
	team.Post(team.Users[0].ID, "x")
	info := must(store.TakeSnapshot(t.Context(), o, "unused"))(t)
	if info.Engine != "mysql" || info.Incarnation != s.Incarnation() || info.Schema != store.NewestSchema() || len(info.Workspaces) != 1 || time.Since(info.Newest) > time.Minute {
		t.Errorf("%+v", info)
	}
	h := must(store.Examine(t.Context(), o, time.Second))(t)
	if len(h.Servers) != 1 || h.Servers[0].Lasting != nil || h.Schema != info.Schema || time.Since(h.Now).Abs() > time.Minute {
		t.Errorf("%+v", h)
	}
	if files := must(store.KeptFiles(t.Context(), o, 10))(t); len(files) != 0 {
		t.Errorf("files %v", files)
	}
	there := filepath.Join(o.Data, "files", "ab", "there")
	if err := os.MkdirAll(filepath.Dir(there), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(there, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	unpack := func(_ context.Context, staged string) error {
		dir := filepath.Join(staged, "files", "ab")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, "restored"), []byte("y"), 0o600)
	}
	// Who has the folder has what lies there, though the tables are elsewhere.
	if _, err := store.Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("a second server on the folder: %v", err)
	}
	if _, err := store.Restore(t.Context(), o, unpack); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("a restore beside a server: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	r := must(store.Restore(t.Context(), o, unpack))(t)
	if r.Incarnation == info.Incarnation || len(r.Workspaces) != 1 || r.Kept != "" {
		t.Errorf("%+v", r)
	}
	for _, name := range []string{"there", "restored"} {
		if _, err := os.Stat(filepath.Join(o.Data, "files", "ab", name)); err != nil {
			t.Error(err)
		}
	}
	s = testenv.Open(t, func(to *store.Options) { to.Data, to.MySQL = o.Data, o.MySQL })
	if _, err := s.Workspace(team.Info.ID).UserByEmail(t.Context(), "nobody"); chat.CodeOf(err) != chat.NotFound {
		t.Error(err)
	}
}
