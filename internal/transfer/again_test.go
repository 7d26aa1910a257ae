package transfer

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/internal/testenv/slackexport"
	"taut/store"
)

// only copies a zip with those of its files that keep wants.
func only(t *testing.T, from string, keep func(name string) bool) string {
	t.Helper()
	r, err := zip.OpenReader(from)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		t.Fatal(err)
	}
	defer r.Close()
	return slackexport.Zip(t, "", func(w *slackexport.Writer) {
		for _, f := range r.File {
			if !keep(f.Name) {
				continue
			}
			in, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(in)
			if err != nil {
				t.Fatal(err)
			}
			w.Put(f.Name, string(text))
		}
	})
}

// before keeps the days before one.
func before(day string) func(string) bool {
	return func(name string) bool { return !dayForm.MatchString(path.Base(name)) || path.Base(name) < day }
}

// A later export of the same workspace adds what is new, and replies to threads
// that came earlier find them.
func TestLaterExport(t *testing.T) {
	whole := slackexport.Export{Seed: 9, Messages: 600, Channels: 4, Users: 8}.Write(t)
	s := testenv.Open(t)
	first := importInto(t, s, only(t, whole, before("2021-03-15")), "acme")
	second := importInto(t, s, whole, "acme")
	if first.Messages == 0 || second.Messages == 0 || second.Users+second.Channels != 0 {
		t.Errorf("first %+v, then %+v", first.Brief(), second.Brief())
	}
	wantAllRead(t, s, "acme")
	other := testenv.Open(t)
	importInto(t, other, whole, "acme")
	got, want := contents(t, exportFrom(t, s, "acme")), contents(t, exportFrom(t, other, "acme"))
	for _, all := range []map[string]any{got, want} { // pins are those of the first time
		for _, list := range []string{"channels.json", "groups.json", "mpims.json"} {
			for _, c := range asList(all[list]) {
				delete(c.(map[string]any), "pins")
			}
		}
		for _, days := range all {
			for _, m := range asList(days) {
				delete(m.(map[string]any), "pinned_to")
			}
		}
	}
	wantSame(t, got, want)
}

// wantAllRead fails where somebody has something unread.
func wantAllRead(t *testing.T, s *store.Store, domain string) {
	t.Helper()
	info, err := s.WorkspaceByDomain(t.Context(), domain)
	if err != nil {
		t.Fatal(err)
	}
	w := s.Workspace(info.ID)
	users, err := w.Users(t.Context(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, u := range users {
		snapshot, err := w.Memberships(t.Context(), u.ID)
		if err != nil {
			t.Fatal(err)
		}
		var channels []chat.ChannelID
		for _, m := range snapshot.Channels {
			channels = append(channels, m.Channel)
		}
		unread, err := w.Unread(t.Context(), u.ID, channels)
		if err != nil {
			t.Fatal(err)
		}
		for ch, n := range unread {
			checked++
			if n.Count != 0 || n.Mentions != 0 {
				t.Errorf("%s has %d unread in %s, %d mentions", u.Name, n.Count, ch, n.Mentions)
			}
		}
	}
	if checked == 0 {
		t.Error("nobody is in any channel")
	}
}

// What was written here meanwhile stays in its place, and what would have to go
// before it is told of and left out.
func TestImportAfterPosting(t *testing.T) {
	whole := slackexport.Export{Seed: 9, Messages: 300, Channels: 2, Users: 8, Plain: true}.Write(t)
	s := testenv.Open(t)
	first := importInto(t, s, only(t, whole, before("2021-03-15")), "acme")
	w := s.Workspace(first.Workspace)
	_, err := w.PostMessage(t.Context(), store.Post{Channel: "C0000GENERA", Author: "U0000000000", Message: chat.Message{Text: "here"}})
	if err != nil {
		t.Fatal(err)
	}
	second := importInto(t, s, whole, "acme")
	if second.Odd[OddLate] == 0 || second.Messages == 0 {
		t.Errorf("%+v", second.Brief())
	}
	last, _, err := w.History(t.Context(), "C0000GENERA", store.Range{Limit: 1})
	if err != nil || last[0].Text != "here" {
		t.Errorf("the last message is %+v, %v", last, err)
	}
	if third := importInto(t, s, whole, "acme"); third.Odd[OddLate]+third.Messages != 0 {
		t.Errorf("the third run: %+v", third.Brief())
	}
}

// An import that is cut off again and again comes to the same end.
func TestCutOff(t *testing.T) {
	from := slackexport.Export{Seed: 4, Messages: 1000, Channels: 5, Users: 10}.Write(t)
	reference := testenv.Open(t)
	importInto(t, reference, from, "acme")
	data := t.TempDir()
	cuts := 0
	for patience := 50 * time.Millisecond; ; patience += 15 * time.Millisecond {
		s, err := store.Open(t.Context(), store.Options{Data: data})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(t.Context(), patience)
		_, err = Import{From: from, Domain: "acme", New: true}.Run(ctx, s)
		stop()
		if err != nil {
			cuts++
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			continue
		}
		t.Logf("cut off %d times", cuts)
		wantSame(t, contents(t, exportFrom(t, s, "acme")), contents(t, exportFrom(t, reference, "acme")))
		wantAllRead(t, s, "acme")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return
	}
}

// Two workspaces get the same export: neither has an id of the other's, in no
// field and no text.
func TestTwoWorkspaces(t *testing.T) {
	from := slackexport.Export{Seed: 6, Messages: 400, Channels: 3, Users: 8}.Write(t)
	s := testenv.Open(t)
	one, two := importInto(t, s, from, "one"), importInto(t, s, from, "two")
	if len(one.IDs) != 0 || len(two.IDs) == 0 || one.Workspace == two.Workspace {
		t.Errorf("%d and %d ids are others", len(one.IDs), len(two.IDs))
	}
	theirs := slices.Collect(maps.Keys(two.IDs))
	z, err := zip.OpenReader(exportFrom(t, s, "two"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range theirs {
			if strings.Contains(string(text), id) {
				t.Errorf("%s of the second workspace names %s of the first", f.Name, id)
			}
		}
	}
	w := s.Workspace(two.Workspace)
	for _, id := range theirs {
		if _, err := w.User(t.Context(), chat.UserID(id)); chat.CodeOf(err) != chat.NotFound {
			t.Errorf("user %s: %v", id, err)
		}
		if _, err := w.Channel(t.Context(), chat.ChannelID(id)); chat.CodeOf(err) != chat.NotFound {
			t.Errorf("channel %s: %v", id, err)
		}
	}
}

// Into a workspace that is in use: its own people are found by their address,
// nobody gets a role, names that are taken get another one.
func TestIntoWorkspaceInUse(t *testing.T) {
	from := slackexport.Export{Seed: 8, Messages: 200, Channels: 3, Users: 8, Base: "my export/"}.Write(t)
	s := testenv.Open(t)
	team := testenv.NewTeam(t, s, 1)
	team.NewChannel("channel-0", team.Users[0].ID)
	person, err := team.CreateUser(t.Context(), store.NewUser{Name: "p1", Email: "Person1@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	run := func() Report {
		r, err := Import{From: from, Domain: team.Info.Domain}.Run(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := run()
	if r.Merged != 1 || r.IDs["U00000001"] != string(person.ID) || r.Odd[OddRole] == 0 || r.Odd[OddName] < 2 || r.Messages == 0 || r.Created {
		t.Errorf("%+v %v", r.Brief(), r.Odd)
	}
	users, err := team.Workspace.Users(t.Context(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range users {
		if u.ID != team.Users[0].ID && u.Role.AtLeast(chat.Admin) {
			t.Errorf("%s is %s", u.Name, u.Role)
		}
	}
	for _, name := range []string{"general-imported", "channel-0-imported", "channel-1"} {
		if _, err := team.ChannelByName(t.Context(), name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	wantAllRead(t, s, team.Info.Domain)
	if again := run(); again.Messages+again.Users+again.Channels+again.Merged != 0 {
		t.Errorf("the second run: %+v", again.Brief())
	}
	if _, err := (Import{From: from, Domain: team.Info.Domain, New: true}).Run(t.Context(), s); chat.CodeOf(err) != chat.Exists {
		t.Errorf("a domain that is taken: %v", err)
	}
	if _, err := (Import{From: from, Domain: "nowhere"}).Run(t.Context(), s); chat.CodeOf(err) != chat.NotFound {
		t.Errorf("a workspace that isn't there: %v", err)
	}
	if _, err := (Import{From: filepath.Join(t.TempDir(), "nothing.zip"), Domain: "acme", New: true}).Run(t.Context(), s); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
