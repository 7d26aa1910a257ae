package files

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/hold"
	"taut/store"
)

var errCut = errors.New("the process ended")

// dying is a disk whose process ends before one of its steps.
type dying struct {
	Blobs
	commit, remove bool
}

func (d *dying) Create(ctx context.Context, k Key) (BlobWriter, error) {
	b, err := d.Blobs.Create(ctx, k)
	if d.commit {
		return &dyingWriter{b}, err
	}
	return b, err
}

func (d *dying) Remove(ctx context.Context, w chat.WorkspaceID, item string) error {
	if d.remove {
		return errCut
	}
	return d.Blobs.Remove(ctx, w, item)
}

// dyingWriter leaves what it wrote, as a killed process does.
type dyingWriter struct{ BlobWriter }

func (dyingWriter) Commit() error { return errCut }
func (dyingWriter) Discard()      {}

func (n *tenant) delete(t *testing.T, p person, f chat.FileID) {
	t.Helper()
	must(t, n.bound.DeleteFile(t.Context(), f, p.id, func(chat.File) error { return nil }))
}

// logged tells whether a channel's log holds the text anywhere.
func (n *tenant) logged(t *testing.T, w *world, ch chat.ChannelID, text string) bool {
	t.Helper()
	page, err := w.store.Read(t.Context(), chat.ReadRequest{Stream: n.id.Channel(ch), Limit: 1000})
	must(t, err)
	for _, e := range page.Events {
		if strings.Contains(string(e.Payload), text) {
			return true
		}
	}
	return false
}

// Deleted is gone: for everybody at once, from the disk, and its name from the log
// with all its copies.
func TestDelete(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	f := w.upload(t, a, a.ada, "secret-plan.png", onePNG(t, 500, 500))
	ts := a.share(t, a.ada, a.private, f.ID)
	// Copies of it: in an edit, and in a reply that shows its root.
	_, err := a.bound.UpdateMessage(t.Context(), store.Edit{Channel: a.private, TS: ts, Actor: a.ada.id, Apply: func(m *chat.Message) { m.Text = "edited" }})
	must(t, err)
	_, err = a.bound.PostMessage(t.Context(), store.Post{Channel: a.private, Author: a.bob.id, Broadcast: true, Message: chat.Message{Text: "see", ThreadTS: ts}})
	must(t, err)
	if !a.logged(t, w, a.private, "secret-plan") {
		t.Fatal("the log does not name the file")
	}
	if got := w.blobsOf(t, string(f.ID)); len(got) != 6 {
		t.Fatalf("blobs: %v", got)
	}
	a.delete(t, a.ada, f.ID)
	if r, _ := w.get(t, a.ada, f.Object("").URLPrivate); r.StatusCode != http.StatusNotFound {
		t.Errorf("the deleted file: %d", r.StatusCode)
	}
	history, _, err := a.bound.History(t.Context(), a.private, store.Range{})
	must(t, err)
	for _, m := range history {
		if strings.Contains(string(m.Files), "secret") || m.Root != nil && strings.Contains(string(m.Root.Files), "secret") {
			t.Errorf("history shows %s", m.Files)
		}
	}
	w.files.Erase(t.Context(), a.id, f.ID)
	if got := w.blobsOf(t, string(f.ID)); got != nil {
		t.Errorf("the disk has %v", got)
	}
	if a.logged(t, w, a.private, "secret-plan") {
		t.Error("the log still names the file")
	}
	m, err := a.bound.Message(t.Context(), a.private, ts)
	must(t, err)
	if want := `[{"id":"` + string(f.ID) + `","mode":"tombstone"}]`; string(m.Files) != want {
		t.Errorf("the message shows %s", m.Files)
	}
	if !a.logged(t, w, a.private, "file_deleted") {
		t.Error("nobody was told")
	}
	if got := a.file(t, f.ID); got.State != chat.FileGone || got.Name != "" || got.SHA256 != "" {
		t.Errorf("the row is %+v", got)
	}
	if bytes, n, err := a.bound.FileUsage(t.Context()); bytes != 0 || n != 0 || err != nil {
		t.Errorf("%d bytes of %d files count, %v", bytes, n, err)
	}
}

// However far a process came, the next one finishes.
func TestDeletionIsFinished(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	marked := w.upload(t, a, a.ada, "marked-only", []byte("x"))
	a.share(t, a.ada, a.private, marked.ID)
	forgotten := w.upload(t, a, a.ada, "not-removed", []byte("x"))
	a.share(t, a.ada, a.private, forgotten.ID)
	a.delete(t, a.ada, marked.ID)
	a.delete(t, a.ada, forgotten.ID)
	d := openBlobs(t, w.data)
	w.files.Close() // or its sweeper is faster
	w.files.blobs = &dying{Blobs: d, remove: true}
	if _, err := w.files.erase(t.Context(), a.id, forgotten.ID); !errors.Is(err, errCut) {
		t.Fatal(err)
	}
	w.close()
	w.open(t)
	a.bound = w.store.Workspace(a.id)
	must(t, w.files.sweep(t.Context()))
	for _, f := range []chat.File{marked, forgotten} {
		if got := a.file(t, f.ID); got.State != chat.FileGone || w.blobsOf(t, string(f.ID)) != nil {
			t.Errorf("%s: %+v", f.Name, got)
		}
		if a.logged(t, w, a.private, f.Name) {
			t.Errorf("%s: the log still names it", f.Name)
		}
	}
}

// A process that dies during an upload leaves a file that can be uploaded again, or
// is swept when nobody does.
func TestUploadIsCutOff(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	d, err := OpenDisk(w.data)
	must(t, err)
	body := random(1000)
	before, after := a.begin(t, a.ada, "x", 1000), a.begin(t, a.ada, "y", 1000)
	w.serve(t, &dying{Blobs: d, commit: true})
	if status, _ := w.send(t, w.files.UploadPath(a.id, before.ID, 1000), "", body); status != http.StatusInternalServerError {
		t.Fatalf("%d", status)
	}
	// The blob is there, its row says nothing.
	must(t, copyTo(t.Context(), d, fileKey(a.id, after.ID), bytes.NewReader(body[:500])))
	w.close()
	w.open(t)
	a.bound = w.store.Workspace(a.id)
	for _, f := range []chat.File{before, after} {
		if status, text := w.send(t, w.files.UploadPath(a.id, f.ID, 1000), "", body); status != http.StatusOK {
			t.Errorf("again: %d %s", status, text)
		}
		_, err := a.bound.CompleteFiles(t.Context(), a.ada.id, []store.Completion{{ID: f.ID}})
		must(t, err)
		if _, got := w.get(t, a.ada, f.Object("").URLPrivate); !bytes.Equal(got, body) {
			t.Errorf("%d bytes came back", len(got))
		}
	}
	tmp := filepath.Join(Folder(w.data), tmpFolder)
	if left, err := os.ReadDir(tmp); err != nil || len(left) != 1 {
		t.Fatalf("the cut upload left %v, %v", left, err)
	}
	must(t, d.Sweep(t.Context(), time.Now().Add(time.Hour)))
	if left, err := os.ReadDir(tmp); err != nil || len(left) != 0 {
		t.Errorf("after the sweep there is %v, %v", left, err)
	}
}

// An upload that nobody completes goes, and what it took is given back.
func TestAbandonedUpload(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	f := a.begin(t, a.ada, "x", 4)
	w.send(t, w.files.UploadPath(a.id, f.ID, 4), "", []byte("four"))
	must(t, a.bound.AbandonUpload(t.Context(), f.ID))
	must(t, w.files.sweep(t.Context()))
	if got := a.file(t, f.ID); got.State != chat.FileGone || w.blobsOf(t, string(f.ID)) != nil {
		t.Errorf("%+v", got)
	}
	if bytes, n, err := a.bound.FileUsage(t.Context()); bytes != 0 || n != 0 || err != nil {
		t.Errorf("%d bytes of %d files count, %v", bytes, n, err)
	}
	if status, _ := w.send(t, w.files.UploadPath(a.id, f.ID, 4), "", []byte("four")); status != http.StatusNotFound {
		t.Errorf("an upload to it: %d", status)
	}
}

// What the sweeper took for dead and was completed meanwhile stays.
func TestSweepLeavesWhatIsThere(t *testing.T) {
	w := newWorld(t)
	f := w.upload(t, &w.acme, w.acme.ada, "x", []byte("x"))
	done, err := w.files.sweepFile(t.Context(), store.DueFile{Workspace: w.acme.id, ID: f.ID, State: chat.FileUploaded})
	if err != nil || !done || w.blobsOf(t, string(f.ID)) == nil || w.acme.file(t, f.ID).State != chat.FileReady {
		t.Errorf("%v, %v", done, err)
	}
}

// While a backup holds the blobs nothing goes from the disk, and afterwards it does.
func TestHold(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	f := w.upload(t, a, a.ada, "x", []byte("x"))
	release, err := hold.Files(w.data)
	must(t, err)
	second, err := hold.Files(w.data) // two backups don't wait for each other
	must(t, err)
	a.delete(t, a.ada, f.ID)
	w.files.Erase(t.Context(), a.id, f.ID)
	if w.blobsOf(t, string(f.ID)) == nil {
		t.Fatal("it is gone")
	}
	if r, _ := w.get(t, a.ada, f.Object("").URLPrivate); r.StatusCode != http.StatusNotFound {
		t.Errorf("a deleted file is served: %d", r.StatusCode)
	}
	must(t, release())
	must(t, second())
	must(t, w.files.sweep(t.Context()))
	if got := w.blobsOf(t, string(f.ID)); got != nil {
		t.Errorf("still there: %v", got)
	}
}

func TestKeysNameNoOtherFile(t *testing.T) {
	d, err := OpenDisk(t.TempDir())
	must(t, err)
	w := chat.WorkspaceID(chat.NewID("T"))
	for _, k := range []Key{
		{w, "../../x", ""}, {w, "F0123456789", "../x"}, {w, "", ""}, {"T", "F0123456789", ""}, {"../T", "F0123456789", ""},
		{w, "F012345678/", ""}, {w, "F0123456789", "a.b"}, {w, strings.Repeat("F", 65), ""}, {w, "F0123456789\x00", ""},
	} {
		if _, err := d.Create(t.Context(), k); err == nil {
			t.Errorf("%q was made", k)
		}
		if _, err := d.Open(t.Context(), k); !errors.Is(err, errNoBlob) {
			t.Errorf("%q: %v", k, err)
		}
	}
}

// brittle can't remove one item.
type brittle struct {
	Blobs
	item string
}

func (b *brittle) Remove(ctx context.Context, w chat.WorkspaceID, item string) error {
	if item == b.item {
		return errors.New("the disk says no")
	}
	return b.Blobs.Remove(ctx, w, item)
}

// A picture that can't be removed is met again, and holds up no others.
func TestSweepGoesOnPastPictures(t *testing.T) {
	w := newWorld(t)
	d := openBlobs(t, w.data)
	var names []string
	for range 4 {
		name, err := w.files.SavePicture(t.Context(), w.acme.id, onePNG(t, 10, 10), chat.Crop{}, []int{24, 48})
		must(t, err)
		_, err = w.acme.bound.SetAvatar(t.Context(), w.acme.ada.id, name)
		must(t, err)
		names = append(names, name)
	}
	b := &brittle{Blobs: d, item: pictureWordOf(names[0])}
	w.files.Close() // its sweeper reads it
	w.files.blobs = b
	if err := w.files.sweep(t.Context()); err == nil {
		t.Error("nobody hears of it")
	}
	for i, left := range []bool{true, false, false, true} {
		if got := w.blobsOf(t, pictureWordOf(names[i])); (got != nil) != left {
			t.Errorf("of picture %d there is %v", i, got)
		}
	}
	b.item = ""
	must(t, w.files.sweep(t.Context()))
	if got := w.blobsOf(t, pictureWordOf(names[0])); got != nil {
		t.Errorf("of the first there is still %v", got)
	}
}
