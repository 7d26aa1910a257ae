package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// kept is a file of the user's whose bytes are said to be there.
func kept(t *testing.T, team *testenv.Team, u chat.UserID, name string) chat.FileID {
	t.Helper()
	ctx := t.Context()
	f, err := team.StartUpload(ctx, store.NewFile{Owner: u, Name: name, Title: name, Size: 10}, store.FileBounds{Bytes: 100, Pending: 5})
	must(f, err)(t)
	f.Size, f.SHA256, f.Type, f.MimeType = 7, strings.Repeat("ab", 32), "png", "image/png"
	f.Media = chat.FileMedia{Width: 3, Height: 2, Thumbs: []chat.Thumb{{Size: 360, Width: 3, Height: 2}}, ThumbType: "png"}
	for range 2 { // the same said again is no error
		if err := team.FinishUpload(ctx, f); err != nil {
			t.Fatal(err)
		}
	}
	other := f
	other.SHA256 = "other"
	wantCode(t, team.FinishUpload(ctx, other), chat.Exists, "file")
	must(team.CompleteFiles(ctx, u, []store.Completion{{ID: f.ID, Title: "T"}}))(t)
	return f.ID
}

func testFiles(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 3)
	ctx, owner, other := t.Context(), team.Users[0].ID, team.Users[1].ID
	id := kept(t, team, owner, "one.png")
	f := must(team.File(ctx, id))(t)
	if f.State != chat.FileReady || f.Title != "T" || f.Size != 7 || f.Media.Thumbs[0].Size != 360 || f.Owner != owner {
		t.Errorf("the file is %+v", f)
	}
	if bytes, n, err := team.FileUsage(ctx); bytes != 7 || n != 1 || err != nil {
		t.Errorf("%d bytes of %d files, %v", bytes, n, err)
	}
	_, err := team.FileVisible(ctx, id, store.FileViewer{User: other})
	wantCode(t, err, chat.NotFound, "file")
	_, err = team.CompleteFiles(ctx, other, []store.Completion{{ID: id}})
	wantCode(t, err, chat.NotFound, "file")
	post := func(u chat.UserID, ids ...chat.FileID) (chat.TS, error) {
		posted, err := team.PostMessage(ctx, store.Post{Channel: team.Channel, Author: u, Files: ids, Message: chat.Message{Text: "x"}})
		return posted.Message.TS, err
	}
	_, err = post(other, id)
	wantCode(t, err, chat.NotFound, "file")
	ts := must(post(owner, id))(t)
	if f := must(team.FileVisible(ctx, id, store.FileViewer{User: other}))(t); !f.Public {
		t.Error("it is not public in a public channel")
	}
	files, total, err := team.Files(ctx, store.FileQuery{Viewer: store.FileViewer{User: other}, Kinds: []string{"images"}, Channel: team.Channel})
	if err != nil || total != 1 || files[0].ID != id {
		t.Errorf("listed: %v, %d, %v", files, total, err)
	}
	shares := must(team.FileShares(ctx, id, store.FileViewer{User: other, MembersOnly: true}))(t)
	if len(shares) != 1 || shares[0].TS != ts {
		t.Errorf("shares: %v", shares)
	}
	if err := team.AddPin(ctx, team.Channel, ts, owner); err != nil { // the event has a copy
		t.Fatal(err)
	}
	if err := team.DeleteFile(ctx, id, owner, func(chat.File) error { return nil }); err != nil {
		t.Fatal(err)
	}
	_, err = post(owner, id)
	wantCode(t, err, chat.NotFound, "file")
	due := must(team.Store.DueFiles(ctx, chat.Now(), 10))(t)
	if len(due) != 1 || due[0].ID != id || due[0].Workspace != team.Info.ID {
		t.Errorf("due: %v", due)
	}
	for range 2 {
		if err := team.ForgetShares(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	page := must(team.Store.Read(ctx, chat.ReadRequest{Stream: team.Info.ID.Channel(team.Channel), Limit: 100}))(t)
	for _, e := range page.Events {
		if strings.Contains(string(e.Payload), "one.png") {
			t.Errorf("still in the log: %s", e.Payload)
		}
	}
	if err := team.FileGone(ctx, id); err != nil {
		t.Fatal(err)
	}
	if due := must(team.Store.DueFiles(ctx, chat.Now(), 10))(t); len(due) != 0 {
		t.Errorf("still due: %v", due)
	}
}

func testFileQuota(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	start := func(size int64) error {
		_, err := team.StartUpload(t.Context(), store.NewFile{Owner: team.Users[0].ID, Size: size}, store.FileBounds{Bytes: 100, Pending: 4})
		return err
	}
	for _, tt := range []struct {
		size int64
		what string
	}{{101, "storage"}, {60, ""}, {41, "storage"}, {40, ""}, {1, "storage"}, {0, ""}, {0, ""}, {0, "uploads"}} {
		if err := start(tt.size); tt.what == "" && err != nil {
			t.Errorf("%d bytes: %v", tt.size, err)
		} else if tt.what != "" {
			wantCode(t, err, chat.Limited, tt.what)
		}
	}
}

// Who only announces takes no room from others for long, and not all of it.
func testAnnouncedBytes(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	ctx := t.Context()
	start := func(u int, size int64) (chat.File, error) {
		return team.StartUpload(ctx, store.NewFile{Owner: team.Users[u].ID, Size: size}, store.FileBounds{Bytes: 1000, Pending: 10, PendingBytes: 100})
	}
	sent := must(start(0, 300))(t) // alone it may be larger
	_, err := start(0, 1)
	wantCode(t, err, chat.Limited, "uploads")
	other := must(start(1, 60))(t)
	_, err = start(1, 41)
	wantCode(t, err, chat.Limited, "uploads")
	begun := must(start(1, 40))(t)
	due := func() (ids []chat.FileID) {
		for _, d := range must(team.Store.DueFiles(ctx, chat.Now().Add(2*time.Hour), 10))(t) {
			ids = append(ids, d.ID)
		}
		slices.Sort(ids)
		return ids
	}
	sent.SHA256 = "x"
	for range 20 { // some of them within a millisecond
		if err := team.BeginUpload(ctx, begun.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(team.FinishUpload(ctx, sent), team.BeginUpload(ctx, begun.ID)); err != nil {
		t.Fatal(err)
	}
	if got := due(); !slices.Equal(got, []chat.FileID{other.ID}) {
		t.Errorf("due are %v", got)
	}
	if err := team.BreakUpload(ctx, begun.ID); err != nil || len(due()) != 2 {
		t.Errorf("%v, due are %v", err, due())
	}
	must(start(0, 100))(t) // what came is not announced any more
	wantCode(t, team.BeginUpload(ctx, sent.ID), chat.NotFound, "file")
	elsewhere := testenv.NewTeam(t, team.Store, 1)
	wantCode(t, elsewhere.BeginUpload(ctx, other.ID), chat.NotFound, "file")
	if err := elsewhere.BreakUpload(ctx, other.ID); err != nil {
		t.Error(err)
	}
}

func testPictures(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	ctx, u := t.Context(), team.Users[1].ID
	for _, name := range []string{"first.jpg", "second.jpg"} {
		if err := team.NewPicture(ctx, name); err != nil {
			t.Fatal(err)
		}
		if got := must(team.SetAvatar(ctx, u, name))(t); got.Avatar != name || must(team.User(ctx, u))(t).Avatar != name {
			t.Errorf("the picture is %q", got.Avatar)
		}
	}
	due := must(team.Store.DuePictures(ctx, 10))(t)
	if len(due) != 1 || due[0].Picture != "first.jpg" {
		t.Errorf("due: %v", due)
	}
	if err := team.PictureGone(ctx, "second.jpg"); err != nil { // it is in use
		t.Fatal(err)
	}
	must(team.SetAvatar(ctx, u, ""))(t)
	if due := must(team.Store.DuePictures(ctx, 10))(t); len(due) != 2 {
		t.Errorf("due: %v", due)
	}
	must(team.AddEmoji(ctx, store.Emoji{Name: "x", Picture: "x.png", User: u}))(t)
	_, err := team.AddEmoji(ctx, store.Emoji{Name: "x", Alias: "y", User: u})
	wantCode(t, err, chat.Exists, "emoji")
	if all := must(team.Emoji(ctx))(t); len(all) != 1 || all[0].Picture != "x.png" {
		t.Errorf("emoji: %v", all)
	}
	if err := team.RemoveEmoji(ctx, "x", u, func(store.Emoji) error { return nil }); err != nil {
		t.Fatal(err)
	}
	_, err = team.EmojiNamed(ctx, "x")
	wantCode(t, err, chat.NotFound, "emoji")
}
