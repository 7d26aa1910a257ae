//go:build s3

package files

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"taut/internal/bucket"
)

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
	signed := func(life time.Duration) string {
		at, err := w.files.bucket.SignGet(t.Context(), objectName(bytesKey(f)), life, bucket.Served{Type: "text/plain"})
		must(t, err)
		return at
	}
	if got := fetch(t, signed(time.Minute)); got.StatusCode != http.StatusOK {
		t.Fatalf("at once: %s", got.Status)
	}
	at, tick := signed(time.Second), time.NewTicker(100*time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(30 * time.Second); fetch(t, at).StatusCode < 400; <-tick.C {
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
