//go:build s3

package files

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"taut/chat"
	"taut/store"
)

// direct begins an upload past the server.
func (w *world) direct(t *testing.T, n *tenant, f chat.File) *chat.DirectUpload {
	t.Helper()
	d, err := w.files.DirectUpload(t.Context(), n.id, f.ID, f.Size)
	must(t, err)
	if d == nil {
		t.Fatal("there is no way to the bucket")
	}
	return d
}

// put sends a body as a browser does, with further headers: name, value, …
func put(t *testing.T, d *chat.DirectUpload, body []byte, headers ...string) (status int) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), d.Method, d.URL, bytes.NewReader(body))
	must(t, err)
	for name, value := range d.Headers {
		r.Header.Set(name, value)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	status, _ = do(t, r)
	return status
}

// arrived says that the bytes are at the bucket.
func (w *world) arrived(t *testing.T, n *tenant, f chat.File) (status int, text string) {
	t.Helper()
	return w.send(t, w.files.UploadPath(n.id, f.ID, f.Size)+"?direct=1", "", nil)
}

// TestDirectUploads: bytes that a client sends to the bucket are a file's once it
// has said so, and not before.
func TestDirectUploads(t *testing.T) {
	useS3(t)
	for name, size := range map[string]int{"of none": 0, "of one": 1, "of 20 MB": 20 << 20} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			a, body := &w.acme, random(size)
			f := a.begin(t, a.ada, "x.bin", size)
			if status, _ := w.arrived(t, a, f); status != http.StatusConflict {
				t.Errorf("said before it was sent: %d", status)
			}
			if status := put(t, w.direct(t, a, f), body); status != http.StatusOK {
				t.Fatalf("sent: %d", status)
			}
			if got := a.file(t, f.ID); got.State != chat.FilePending {
				t.Errorf("before it is said: %+v", got)
			}
			for range 2 { // the second says it again
				if status, text := w.arrived(t, a, f); status != http.StatusOK {
					t.Fatalf("said: %d %s", status, text)
				}
			}
			_, err := a.bound.CompleteFiles(t.Context(), a.ada.id, []store.Completion{{ID: f.ID}})
			must(t, err)
			if _, got := w.get(t, a.ada, f.Object("").URLPrivate); !bytes.Equal(got, body) {
				t.Errorf("%d bytes came back of %d", len(got), size)
			}
		})
	}
}

// Who has the URL may send exactly what was announced, for this file, and nothing
// after the file has its bytes.
func TestDirectUploadRefusals(t *testing.T) {
	useS3(t)
	w := newWorld(t)
	a, body := &w.acme, random(1000)
	f := a.begin(t, a.ada, "x.png", 1000)
	d := w.direct(t, a, f)
	if status := put(t, d, body[:999]); status < 400 {
		t.Errorf("another length: %d", status)
	}
	if status := put(t, d, body, "Content-Type", "text/html"); status < 400 {
		t.Errorf("another type: %d", status)
	}
	elsewhere := *d
	elsewhere.URL = strings.Replace(d.URL, string(a.id), string(w.other.id), 1)
	if elsewhere.URL == d.URL || put(t, &elsewhere, body) < 400 {
		t.Error("a key of another workspace was taken")
	}
	if status, _ := w.arrived(t, a, f); status != http.StatusConflict {
		t.Errorf("something came in: %d", status)
	}
	must(t, w.files.TakeIn(t.Context(), f)) // changes nothing
	if got := a.file(t, f.ID); got.State != chat.FilePending {
		t.Errorf("%+v", got)
	}
	if got := fetch(t, d.URL); got.StatusCode < 400 {
		t.Errorf("what comes in was given out: %s", got.Status)
	}

	if status := put(t, d, body); status != http.StatusOK {
		t.Fatalf("%d", status)
	}
	must(t, w.files.TakeIn(t.Context(), f))
	_, err := a.bound.CompleteFiles(t.Context(), a.ada.id, []store.Completion{{ID: f.ID}})
	must(t, err)
	put(t, d, random(1000)) // the URL is good for a while yet
	if status, _ := w.arrived(t, a, f); status != http.StatusOK {
		t.Errorf("said again: %d", status)
	}
	if _, got := w.get(t, a.ada, f.Object("").URLPrivate); !bytes.Equal(got, body) {
		t.Error("the file's bytes were replaced")
	}
	a.delete(t, a.ada, f.ID)
	w.files.Erase(t.Context(), a.id, f.ID)
	if left := w.objects(t, f.ID); len(left) > 0 {
		t.Errorf("after its deletion: %v", left)
	}
}

// Of several uploads of a file that go on at a time, one is the file's: what another
// one brings after it is never served.
func TestOneUploadOfSeveralIsTheFile(t *testing.T) {
	useS3(t)
	w := newWorld(t)
	a := &w.acme
	good, late := onePNG(t, 500, 500), onePNG(t, 500, 500)
	late[len(late)-1] ^= 1
	f := a.begin(t, a.ada, "x.png", len(good))
	in, out := io.Pipe()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+w.files.UploadPath(a.id, f.ID, f.Size), in)
	must(t, err)
	status := make(chan int, 1)
	go func() {
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			status <- 0
			return
		}
		got.Body.Close()
		status <- got.StatusCode
	}()
	_, err = out.Write(late[:len(late)/2])
	must(t, err)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for begun := false; !begun; _, begun = w.files.receiving.Load(fileKey(a.id, f.ID)) {
		<-tick.C
	}
	if status := put(t, w.direct(t, a, f), good); status != http.StatusOK {
		t.Fatalf("%d", status)
	}
	must(t, w.files.TakeIn(t.Context(), f)) // as the API does, on whichever node
	_, err = a.bound.CompleteFiles(t.Context(), a.ada.id, []store.Completion{{ID: f.ID}})
	must(t, err)
	ready := a.file(t, f.ID)
	_, err = out.Write(late[len(late)/2:])
	must(t, err)
	must(t, out.Close())
	if got := <-status; got != http.StatusConflict {
		t.Errorf("the late one is answered %d", got)
	}
	if _, got := w.get(t, a.ada, ready.Object("").URLPrivate); !bytes.Equal(got, good) {
		t.Error("the file has other bytes than it was looked at with")
	}
	for _, key := range w.objects(t, f.ID) {
		if !strings.HasSuffix(key, ready.Media.Attempt) {
			t.Errorf("the late one left %s", key)
		}
	}
	a.delete(t, a.ada, f.ID)
	w.files.Erase(t.Context(), a.id, f.ID)
	if left := w.objects(t, f.ID); len(left) > 0 {
		t.Errorf("after its deletion: %v", left)
	}
}

// What is taken in several times at once, here and by another node, is kept once.
func TestTakenInOnce(t *testing.T) {
	useS3(t)
	w := newWorld(t)
	a, body := &w.acme, random(1<<20)
	f := a.begin(t, a.ada, "x.bin", len(body))
	if status := put(t, w.direct(t, a, f), body); status != http.StatusOK {
		t.Fatalf("%d", status)
	}
	here := w.files
	w.serve(t, nil) // another node
	var all sync.WaitGroup
	for range 4 {
		for _, node := range []*Service{here, w.files} {
			all.Go(func() {
				if err := node.TakeIn(t.Context(), f); err != nil && chat.CodeOf(err) != chat.Unavailable {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	_, err := a.bound.CompleteFiles(t.Context(), a.ada.id, []store.Completion{{ID: f.ID}})
	must(t, err)
	if _, got := w.get(t, a.ada, f.Object("").URLPrivate); !bytes.Equal(got, body) {
		t.Error("it came back with other bytes")
	}
	if kept := w.objects(t, f.ID); len(kept) != 1 {
		t.Errorf("kept: %v", kept)
	}
}

// objects are all keys that name a file, also where nothing is served from.
func (w *world) objects(t *testing.T, id chat.FileID) (keys []string) {
	t.Helper()
	for o, err := range w.files.bucket.Bucket.List(t.Context(), "") {
		must(t, err)
		if strings.Contains(o.Key, string(id)) {
			keys = append(keys, o.Key)
		}
	}
	return keys
}

// TestDirectSaidTwiceAtATime: another node has taken the bytes in since this one read
// the row. The file is there, and so both are told.
func TestDirectSaidTwiceAtATime(t *testing.T) {
	useS3(t)
	w := newWorld(t)
	a, body := &w.acme, random(1000)
	before := a.begin(t, a.ada, "x.bin", len(body))
	put(t, w.direct(t, a, before), body)
	must(t, w.files.TakeIn(t.Context(), before)) // the other node
	if got, err := w.files.takeIn(t.Context(), before); err != nil || got.State != chat.FileUploaded {
		t.Errorf("the second is told %+v, %v", got, err)
	}
}

// TestDirectGivenUpMeanwhile: what was given up is not there, neither while its bytes are
// taken in nor when they went before.
func TestDirectGivenUpMeanwhile(t *testing.T) {
	useS3(t)
	w := newWorld(t)
	a, body := &w.acme, random(1000)
	before := a.begin(t, a.ada, "x.bin", len(body))
	put(t, w.direct(t, a, before), body)
	arrived, err := w.files.bucket.arrived(t.Context(), fileKey(before.Workspace, before.ID))
	must(t, err)
	defer arrived.Close()
	must(t, a.bound.AbandonUpload(t.Context(), before.ID))
	w.files.Erase(t.Context(), a.id, before.ID)
	must(t, w.files.bucket.forgetArrived(t.Context(), fileKey(before.Workspace, before.ID)))
	if got, err := w.files.keepArrived(t.Context(), before, arrived); chat.CodeOf(err) != chat.NotFound {
		t.Errorf("while they were taken in: %+v, %v", got, err)
	}
	if got, err := w.files.takeIn(t.Context(), before); chat.CodeOf(err) != chat.NotFound {
		t.Errorf("after they went: %+v, %v", got, err)
	}
}
