//go:build s3

package files

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"taut/chat"
)

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
