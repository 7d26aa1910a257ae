package store_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

func openFolder(t *testing.T, dir string) (*store.Store, error) {
	t.Helper()
	return store.Open(t.Context(), store.Options{Data: dir})
}

// wantOpenError fails unless opening the folder gives an error with the text.
func wantOpenError(t *testing.T, dir, text string) {
	t.Helper()
	s, err := openFolder(t, dir)
	if err == nil {
		s.Close()
		t.Fatalf("the store opened, want an error with %q", text)
	}
	if !strings.Contains(err.Error(), text) {
		t.Errorf("open gave %q, want an error with %q", err, text)
	}
}

func TestFolderIsLocked(t *testing.T) {
	dir := t.TempDir()
	s := must(openFolder(t, dir))(t)
	wantOpenError(t, dir, "in use by another process")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = must(openFolder(t, dir))(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestFolderIsPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "here")
	s := must(openFolder(t, dir))(t)
	defer s.Close()
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "taut.db"): 0o600, filepath.Join(dir, "taut.db-wal"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
	}
}

func TestCorruptDatabase(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "taut.db"), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	wantOpenError(t, dir, "the database cannot be read, restore a backup")
}

func TestTooNewDatabase(t *testing.T) {
	dir := t.TempDir()
	if err := must(openFolder(t, dir))(t).Close(); err != nil {
		t.Fatal(err)
	}
	alter(t, dir, "PRAGMA user_version = 99")
	wantOpenError(t, dir, "schema version 99")
}

// alter changes a closed store's database.
func alter(t *testing.T, dir, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "taut.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

// A log reopened after a trim, its newest events gone, goes on behind them.
func TestReopenAfterTrim(t *testing.T) {
	dir := t.TempDir()
	s := must(openFolder(t, dir))(t)
	team := testenv.NewTeam(t, s, 1)
	p := team.Post(team.Users[0].ID, "x")
	if err := team.AddReaction(t.Context(), team.Channel, p.Message.TS, team.Users[0].ID, "eyes"); err != nil {
		t.Fatal(err)
	}
	if n := must(s.Trim(t.Context(), time.Now().Add(time.Hour)))(t); n == 0 {
		t.Fatal("trimmed nothing")
	}
	incarnation := s.Incarnation()
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = must(openFolder(t, dir))(t)
		team = testenv.Existing(t, s, team.ID())
	}
	defer s.Close()
	if s.Incarnation() != incarnation {
		t.Errorf("reopening changed the incarnation")
	}
	ch := chat.ChannelID(p.Event.Stream.ID)
	next := team.PostTo(ch, chat.UserID(p.Message.User), "y")
	if next.Event.Seq != p.Event.Seq+2 || next.Event.N != p.Event.N+1 {
		t.Errorf("seq %d, n %d follow seq %d, n %d and a trimmed reaction", next.Event.Seq, next.Event.N, p.Event.Seq, p.Event.N)
	}
}

// A clock that jumps back, here by decades, must not bring a ts down or forget keys.
func TestClockJumpsBack(t *testing.T) {
	dir := t.TempDir()
	s := must(openFolder(t, dir))(t)
	team := testenv.NewTeam(t, s, 1)
	me, ch, ctx := team.Users[0].ID, team.Channel, t.Context()
	post := store.Post{Channel: ch, Author: me, Key: "k", Message: chat.Message{Text: "x"}}
	before := must(team.PostMessage(ctx, post))(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) { // where it is the year 2000
		s := must(openFolder(t, dir))(t)
		defer s.Close()
		team := testenv.Existing(t, s, team.ID())
		if p := must(team.PostMessage(t.Context(), post))(t); !p.Duplicate || p.Message.TS != before.Message.TS {
			t.Errorf("the same key gave %+v", p.Message)
		}
		for range 3 {
			team.PostTo(ch, me, "y")
		}
		wantOrdered(t, team.Log(ch))
	})
}
