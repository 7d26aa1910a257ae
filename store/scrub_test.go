package store_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// TestDeletedTextLeavesNoTrace looks for it in the bytes of the closed folder.
func TestDeletedTextLeavesNoTrace(t *testing.T) {
	dir := t.TempDir()
	s := must(openFolder(t, dir))(t)
	deleteSecrets(t, s, 300)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wantNoSecret(t, dir)
}

// TestDeletedTextLeavesARunningServer does so while the store is open.
func TestDeletedTextLeavesARunningServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		s := must(openFolder(t, dir))(t)
		defer s.Close()
		<-time.After(time.Minute) // what opening scrubs is over
		deleteSecrets(t, s, 3)
		<-time.After(time.Minute)
		synctest.Wait()
		wantNoSecret(t, dir)
		forgetSecrets(t, s, dir)
	})
}

// TestLongLogIsEmptied: a log that grew while somebody was reading is cut soon
// after.
func TestLongLogIsEmptied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		s := must(openFolder(t, dir))(t)
		defer s.Close()
		<-time.After(time.Minute) // what opening scrubs is over
		team := testenv.NewTeam(t, s, 1)
		reader := must(sql.Open("sqlite", "file:"+filepath.Join(dir, "taut.db")))(t)
		defer reader.Close()
		look := must(reader.BeginTx(t.Context(), nil))(t)
		var n int
		if err := look.QueryRow("SELECT COUNT(*) FROM events").Scan(&n); err != nil {
			t.Fatal(err)
		}
		size := func() int64 { return must(os.Stat(filepath.Join(dir, "taut.db-wal")))(t).Size() }
		text := string(bytes.Repeat([]byte("x"), 1<<20))
		for size() < 80<<20 {
			team.Post(team.Users[0].ID, text)
		}
		look.Rollback()
		<-time.After(10 * time.Second)
		synctest.Wait()
		if size := size(); size > 0 {
			t.Errorf("the log has %d MiB", size>>20)
		}
	})
}

// deleteSecrets posts, edits and deletes messages of many kinds, among others
// that stay.
func deleteSecrets(t *testing.T, s *store.Store, n int) {
	t.Helper()
	team := testenv.NewTeam(t, s, 1)
	me := team.Users[0].ID
	// Several channels, so that pages are split in their middle.
	channels := []chat.ChannelID{team.Channel, team.NewChannel("a", me), team.NewChannel("b", me), team.NewChannel("c", me)}
	var gone []store.Delete
	for i := range n {
		text := fmt.Sprintf("sEcReT %d %s", i, bytes.Repeat([]byte("x"), i*7%900))
		if i%40 == 39 {
			text = fmt.Sprint("sEcReT ", string(bytes.Repeat([]byte("sEcReT "), 2000))) // needs overflow pages
		}
		ch := channels[i%len(channels)]
		p := team.PostTo(ch, me, text)
		gone = append(gone, store.Delete{Channel: ch, TS: p.Message.TS, Actor: me})
		team.PostTo(ch, me, fmt.Sprint("this one stays ", i))
		if i%3 == 0 {
			edit := store.Edit{Channel: ch, TS: p.Message.TS, Actor: me, Apply: func(m *chat.Message) { m.Text = "edited " + text }}
			must(team.UpdateMessage(t.Context(), edit))(t)
		}
		if i%5 == 0 {
			reply := store.Post{Channel: ch, Author: me, Broadcast: true, Message: chat.Message{Text: "sEcReT reply", ThreadTS: p.Message.TS}}
			gone = append(gone, store.Delete{Channel: ch, TS: must(team.PostMessage(t.Context(), reply))(t).Message.TS, Actor: me})
		}
	}
	for _, d := range gone {
		if err := team.DeleteMessage(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
}

// forgetSecrets writes and deletes what only its owner sees, each by itself: what
// takes out one would take out all.
func forgetSecrets(t *testing.T, s *store.Store, dir string) {
	t.Helper()
	ctx, team := t.Context(), testenv.NewTeam(t, s, 1)
	me, at := team.Users[0].ID, time.Now().Unix()+10_000
	team.Post(me, "this one stays too")
	for _, forget := range []func() error{
		func() error {
			d := must(team.WriteDraft(ctx, me, store.Draft{Channel: team.Channel, ClientTS: 1, Body: store.DraftBody{Text: "sEcReT draft"}}))(t)
			return team.DeleteDraft(ctx, me, d.ID, 2)
		},
		func() error {
			content := store.ScheduledContent{Message: chat.Message{Text: "sEcReT later"}}
			m := must(team.Schedule(ctx, store.Scheduled{Channel: team.Channel, User: me, PostAt: at, Content: content}))(t)
			return team.DeleteScheduled(ctx, me, team.Channel, m.ID)
		},
		func() error {
			r := must(team.AddReminder(ctx, store.Reminder{User: me, Text: "sEcReT reminder", At: at}))(t)
			return team.DeleteReminder(ctx, me, r.ID)
		},
		func() error {
			f := must(team.StartUpload(ctx, store.NewFile{Owner: me, Name: "sEcReT.png", Size: 10}, store.FileBounds{Bytes: 100, Pending: 5}))(t)
			return team.AbandonUpload(ctx, f.ID)
		},
	} {
		if err := forget(); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Minute)
		synctest.Wait()
		wantNoSecret(t, dir)
	}
}

func wantNoSecret(t *testing.T, dir string) {
	t.Helper()
	files := must(filepath.Glob(filepath.Join(dir, "*")))(t)
	stays := false
	for _, file := range files {
		text := must(os.ReadFile(file))(t)
		stays = stays || bytes.Contains(text, []byte("this one stays"))
		if n := bytes.Count(text, []byte("sEcReT")); n > 0 {
			t.Errorf("%s holds deleted text %d times", filepath.Base(file), n)
		}
	}
	if !stays {
		t.Errorf("nothing that stays is in %v: the test looks at the wrong bytes", files)
	}
}
