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
	"taut/internal/bucket"
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
	// A HEAD or GET of what comes in is not what the URL is good for.
	if got, err := http.Get(d.URL); err != nil || got.StatusCode < 400 {
		t.Errorf("%v, %v", got.Status, err)
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

// What came to the bucket and was never said to be there is swept, and so is what
// was sent in parts and cut off.
func TestSweepOfABucket(t *testing.T) {
	useS3(t)
	w := newWorld(t)
	a := &w.acme
	f := a.begin(t, a.ada, "x", 1000)
	put(t, w.direct(t, a, f), random(1000))
	parts, err := w.files.bucket.Begin(t.Context(), objectName(fileKey(a.id, f.ID)))
	must(t, err)
	must(t, parts.Add(t.Context(), bytes.NewReader(random(1000)), 1000))
	must(t, w.files.blobs.Sweep(t.Context(), time.Now().Add(-time.Hour)))
	if left := w.objects(t, f.ID); len(left) != 1 {
		t.Fatalf("too early: %v", left)
	}
	must(t, w.files.blobs.Sweep(t.Context(), time.Now().Add(time.Hour)))
	if left := w.objects(t, f.ID); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	// Parts may come slowly for as long as a file waits for its bytes.
	must(t, parts.Add(t.Context(), bytes.NewReader(random(1000)), 1000))
	must(t, w.files.blobs.Sweep(t.Context(), time.Now().Add(longestUpload+time.Hour)))
	if parts.Complete(t.Context()) == nil {
		t.Error("the parts are there still")
	}
}

// A browser gets the bytes from the bucket, by a URL that is good for a minute, for
// this object, and says what the bytes are to be taken for.
func TestBrowsersFetchFromTheBucket(t *testing.T) {
	server := useS3(t)
	w := newWorld(t)
	a, body := &w.acme, []byte("<script>alert(1)</script>")
	zoe, in := w.signIn(t, a, "zoe")
	page := w.upload(t, a, zoe, "page.html", body)
	plain := w.upload(t, a, zoe, "a.txt", []byte("0123456789"))

	got := w.browse(t, in.Cookie, plain.Object("").URLPrivate)
	at := got.Header.Get("Location")
	if got.StatusCode != http.StatusTemporaryRedirect || !strings.HasPrefix(at, server.Endpoint()) || got.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%s %v", got.Status, got.Header)
	}
	part := fetch(t, at, "Range", "bytes=2-4")
	if text, err := io.ReadAll(part.Body); err != nil || part.StatusCode != http.StatusPartialContent || string(text) != "234" {
		t.Errorf("a range: %s %q %v", part.Status, text, err)
	}
	if kind := part.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/plain") {
		t.Errorf("type %q", kind)
	}
	for name, changed := range map[string]string{
		"longer":            strings.Replace(at, "X-Amz-Expires=60", "X-Amz-Expires=6000", 1),
		"another object":    strings.Replace(at, string(plain.ID), string(page.ID), 1),
		"another workspace": strings.Replace(at, string(a.id), string(w.other.id), 1),
		"another type":      strings.Replace(at, "text%2Fplain", "text%2Fhtml", 1),
	} {
		if answer := fetch(t, changed); changed == at || answer.StatusCode < 400 {
			t.Errorf("%s: %s", name, answer.Status)
		}
	}

	at = w.browse(t, in.Cookie, page.Object("").URLPrivate).Header.Get("Location")
	answer := fetch(t, at)
	if !strings.HasPrefix(answer.Header.Get("Content-Disposition"), "attachment") || strings.Contains(answer.Header.Get("Content-Type"), "html") {
		t.Errorf("a page: %v", answer.Header)
	}
	// Who may not see it is sent nowhere; what a script asks for comes from here.
	_, other := w.signIn(t, a, "yan")
	if got := w.browse(t, other.Cookie, page.Object("").URLPrivate); got.StatusCode != http.StatusNotFound {
		t.Errorf("to another user: %s", got.Status)
	}
	if got := w.browse(t, in.Cookie, plain.Object("").URLPrivate, "Sec-Fetch-Mode", "cors"); got.StatusCode != http.StatusOK {
		t.Errorf("to a script: %s", got.Status)
	}
}

// Sound and films come from the server, which looks at each of the parts that a player
// asks for whether it may; to be kept they come from the bucket.
func TestPlayingEndsWithTheRight(t *testing.T) {
	useS3(t)
	w := newWorld(t)
	a, body := &w.acme, []byte("ID3\x03\x00 and what follows")
	zoe, in := w.signIn(t, a, "zoe")
	_, err := a.bound.Join(t.Context(), a.private, zoe.id, a.ada.id)
	must(t, err)
	shared := w.upload(t, a, a.ada, "a.mp3", body)
	a.share(t, a.ada, a.private, shared.ID)
	sound := shared.Object("")
	part := func() *http.Response {
		return w.browse(t, in.Cookie, sound.URLPrivate, "Range", "bytes=3-", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "audio")
	}
	got := part()
	if text, err := io.ReadAll(got.Body); err != nil || got.StatusCode != http.StatusPartialContent || !bytes.Equal(text, body[3:]) {
		t.Fatalf("%s %q %v", got.Status, text, err)
	}
	if kind := got.Header.Get("Content-Type"); kind != "audio/mpeg" {
		t.Errorf("type %q", kind)
	}
	if kept := w.browse(t, in.Cookie, sound.URLPrivateDownload); !strings.Contains(kept.Header.Get("Location"), "X-Amz-Expires=60") {
		t.Errorf("to be kept: %s %v", kept.Status, kept.Header)
	}
	must(t, a.bound.Leave(t.Context(), a.private, zoe.id, a.ada.id))
	if got := part(); got.StatusCode != http.StatusNotFound {
		t.Errorf("after the right ended: %s", got.Status)
	}
}

// A signed URL is good for as long as it says.
func TestSignedURLsExpire(t *testing.T) {
	useS3(t)
	w := newWorld(t)
	f := w.upload(t, &w.acme, w.acme.ada, "a.txt", []byte("0123456789"))
	at, err := w.files.bucket.SignGet(t.Context(), objectName(bytesKey(f)), time.Second, bucket.Served{Type: "text/plain"})
	must(t, err)
	if got := fetch(t, at); got.StatusCode != http.StatusOK {
		t.Fatalf("at once: %s", got.Status)
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(10 * time.Second); fetch(t, at).StatusCode < 400; <-tick.C {
		if time.Now().After(end) {
			t.Fatal("it is good still")
		}
	}
}

// browse asks as a browser does, and follows no redirect.
func (w *world) browse(t *testing.T, cookie, path string, headers ...string) *http.Response {
	t.Helper()
	return fetch(t, w.url+path, append(headers, "Cookie", "d="+cookie)...)
}

func fetch(t *testing.T, at string, headers ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, nil)
	must(t, err)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	got, err := http.DefaultTransport.RoundTrip(r)
	must(t, err)
	t.Cleanup(func() { got.Body.Close() })
	return got
}

// While the S3 is gone, files are told to wait, and no more; it comes back by itself.
func TestLossOfS3(t *testing.T) {
	server := useS3(t)
	w := newWorld(t)
	a, body := &w.acme, random(1000)
	kept := w.upload(t, a, a.ada, "kept", body)
	f := a.begin(t, a.ada, "x", 1000)
	path := w.files.UploadPath(a.id, f.ID, f.Size)
	must(t, server.Down())
	for what, status := range map[string]func() (int, string){
		"an upload":    func() (int, string) { return w.send(t, path, "", body) },
		"what arrived": func() (int, string) { return w.send(t, path+"?direct=1", "", nil) },
		"a download": func() (int, string) {
			got, _ := w.get(t, a.ada, kept.Object("").URLPrivate)
			return got.StatusCode, got.Header.Get("Retry-After")
		},
	} {
		if got, text := status(); got != http.StatusServiceUnavailable {
			t.Errorf("%s: %d %s", what, got, text)
		}
	}
	if _, err := w.files.SavePicture(t.Context(), a.id, onePNG(t, 64, 64), chat.Crop{}, []int{32}); chat.CodeOf(err) != chat.Unavailable {
		t.Errorf("a picture: %v", err)
	}
	if w.files.sweep(t.Context()) == nil {
		t.Error("the sweeper swept")
	}
	must(t, server.Up())
	if status, text := w.send(t, path, "", body); status != http.StatusOK {
		t.Errorf("when it is back: %d %s", status, text)
	}
	if _, got := w.get(t, a.ada, kept.Object("").URLPrivate); !bytes.Equal(got, body) {
		t.Error("what was kept is lost")
	}
}
