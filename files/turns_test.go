package files

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
	"taut/internal/limit"
)

// slowDisk takes what it is given when it is told to.
type slowDisk struct {
	Blobs
	writing map[chat.WorkspaceID]int // at this moment
	flushed int
	release chan struct{} // nil: at once
}

func (d *slowDisk) Create(_ context.Context, k Key) (BlobWriter, error) {
	return &slowWriter{disk: d, workspace: k.Workspace}, nil
}

type slowWriter struct {
	BlobWriter
	disk      *slowDisk
	workspace chat.WorkspaceID
}

func (w *slowWriter) Write(p []byte) (int, error) { return len(p), nil }

func (w *slowWriter) Flush() error {
	w.disk.flushed++
	return nil
}

func (w *slowWriter) Commit() error {
	w.disk.writing[w.workspace]++
	<-w.disk.release
	w.disk.writing[w.workspace]--
	return nil
}

// However many files a workspace sends, the disk has one of them to write at a
// time, and another's file is not behind them.
func TestFilesAreWrittenInTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &slowDisk{writing: map[chat.WorkspaceID]int{}, release: make(chan struct{})}
		blobs := inTurns(d, nil)
		done := 0
		save := func(w chat.WorkspaceID) {
			b, err := blobs.Create(t.Context(), Key{Workspace: w})
			must(t, err)
			go func() {
				if b.Commit() == nil {
					done++
				}
			}()
			synctest.Wait()
		}
		for range 20 {
			save("TLOUD")
		}
		save("TQUIET")
		if d.writing["TLOUD"] != 1 || d.writing["TQUIET"] != 1 {
			t.Errorf("the disk writes for %v", d.writing)
		}
		for range 21 {
			d.release <- struct{}{}
			synctest.Wait()
			if d.writing["TLOUD"] > 1 {
				t.Errorf("the disk writes for %v", d.writing)
			}
		}
		if done != 21 {
			t.Errorf("%d files were kept", done)
		}
	})
}

// No more of a file than a piece waits for the disk, however long it is.
func TestLongFilesAreFlushedAsTheyCome(t *testing.T) {
	d := &slowDisk{}
	b, err := inTurns(d, nil).Create(t.Context(), Key{Workspace: "T1"})
	must(t, err)
	piece := make([]byte, 32<<10)
	for range 10 * flushAfter / len(piece) {
		_, err := b.Write(piece)
		must(t, err)
	}
	if d.flushed != 10 {
		t.Errorf("flushed %d times", d.flushed)
	}
}

// What comes and goes as files counts as requests of its workspace, and of no other.
func TestFilesHaveALimit(t *testing.T) {
	w := newWorld(t)
	f := w.upload(t, &w.acme, w.acme.ada, "x", random(100))
	limits := limit.New(limit.Limits{Workspace: 1, User: 1})
	w.files.limits = limits
	path := func(n *tenant, f chat.File) string { return w.files.UploadPath(n.id, f.ID, f.Size) }
	pending, others := w.acme.begin(t, w.acme.ada, "x", 100), w.other.begin(t, w.other.ada, "x", 100)
	download := chat.FileFolder + string(w.acme.id) + "-" + string(f.ID) + "/x"
	if got, _ := w.get(t, w.acme.ada, download); got.StatusCode != http.StatusOK {
		t.Errorf("the first download: %d", got.StatusCode)
	}
	// Somebody goes beyond the rate with what is dear: it is a minute before there is more.
	now := time.Now()
	for limits.Allow(w.acme.id, "", now) {
	}
	for ; !limits.AllowFor(w.acme.id, "", 60, now); now = now.Add(100 * time.Millisecond) {
	}
	if got, _ := w.get(t, w.acme.ada, download); got.StatusCode != http.StatusTooManyRequests || got.Header.Get("Retry-After") != "1" {
		t.Errorf("the second download: %d %v", got.StatusCode, got.Header)
	}
	if status, text := w.send(t, path(&w.acme, pending), "", random(100)); status != http.StatusTooManyRequests {
		t.Errorf("an upload then: %d %s", status, text)
	}
	if status, text := w.send(t, path(&w.other, others), "", random(100)); status != http.StatusOK {
		t.Errorf("another workspace's upload: %d %s", status, text)
	}
}
