package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var script = strings.Repeat("const much = 'to compress';\n", 100)

func client() http.Handler {
	return serveClient(fstest.MapFS{
		".keep":                {Data: []byte("tracked")},
		".built":               {Data: []byte("a stamp")},
		"index.html":           {Data: []byte("<!doctype html><title>Taut</title>")},
		"sw.js":                {Data: []byte("self.addEventListener('fetch', () => {});")},
		"manifest.webmanifest": {Data: []byte("{}")},
		"assets/main-1a2b.js":  {Data: []byte(script)},
		"assets/inter.woff2":   {Data: []byte(script)},
	}, "")
}

// Where files are in a bucket, the client may show pictures from there and send there,
// and run nothing of it.
func TestClientPolicyOfABucket(t *testing.T) {
	w := httptest.NewRecorder()
	serveClient(fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}}, "https://b.s3.example").ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	got := w.Header().Get("Content-Security-Policy")
	for directive, may := range map[string]bool{"img-src": true, "media-src": false, "connect-src": true, "script-src": false, "worker-src": false, "style-src": false, "frame-src": false} {
		_, rest, _ := strings.Cut(got, directive+" ")
		sources, _, _ := strings.Cut(rest, ";")
		if slices.Contains(strings.Fields(sources), "https://b.s3.example") != may {
			t.Errorf("%s is %q", directive, sources)
		}
	}
}

func ask(t *testing.T, method, path string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	client().ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestClientFiles(t *testing.T) {
	const immutable = "public, max-age=31536000, immutable"
	for _, tt := range []struct{ path, contentType, cache string }{
		{"/", "text/html; charset=utf-8", "no-cache"},
		{"/index.html", "text/html; charset=utf-8", "no-cache"},
		{"/client", "text/html; charset=utf-8", "no-cache"},
		{"/client/T1/C1/thread/1.2", "text/html; charset=utf-8", "no-cache"},
		{"/archives/C1/p1700000000000100", "text/html; charset=utf-8", "no-cache"},
		{"/signin", "text/html; charset=utf-8", "no-cache"},
		{"/setup", "text/html; charset=utf-8", "no-cache"},
		{"/sw.js", "text/javascript; charset=utf-8", "no-cache"},
		{"/manifest.webmanifest", "application/manifest+json", "no-cache"},
		{"/assets/main-1a2b.js", "text/javascript; charset=utf-8", immutable},
		{"/assets/inter.woff2", "font/woff2", immutable},
	} {
		r := ask(t, "GET", tt.path)
		if r.StatusCode != 200 || r.Header.Get("Content-Type") != tt.contentType || r.Header.Get("Cache-Control") != tt.cache {
			t.Errorf("%s: %d, %q, %q", tt.path, r.StatusCode, r.Header.Get("Content-Type"), r.Header.Get("Cache-Control"))
		}
		if got := ask(t, "GET", tt.path, "If-None-Match", r.Header.Get("ETag")); got.StatusCode != 304 {
			t.Errorf("%s again: %d, want 304", tt.path, got.StatusCode)
		}
		if got := ask(t, "HEAD", tt.path); got.StatusCode != 200 || text(t, got) != "" {
			t.Errorf("HEAD %s: %d", tt.path, got.StatusCode)
		}
	}
}

// What is not there is not the page: a script of the last version that came as
// HTML would be an error that nobody understands, and be kept for a year.
func TestClientHasNothingElse(t *testing.T) {
	for _, path := range []string{"/assets/main-gone.js", "/assets", "/assets/", "/absent", "/clients", "/.keep", "/.built", "/client.js", "//", "/../embed.go"} {
		if r := ask(t, "GET", path); r.StatusCode != 404 || r.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %d, %q", path, r.StatusCode, r.Header.Get("Cache-Control"))
		}
	}
	if r := ask(t, "POST", "/"); r.StatusCode != 405 || r.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, %q", r.StatusCode, r.Header.Get("Allow"))
	}
}

func TestClientIsCompressed(t *testing.T) {
	const path = "/assets/main-1a2b.js"
	for accept, want := range map[string]string{"": "", "gzip": "gzip", "br, GZIP;q=0.5": "gzip", "gzip;q=0, br": "", "gzip; q=0.0": "", "xgzip": ""} {
		r := ask(t, "GET", path, "Accept-Encoding", accept, "Range", "bytes=0-10")
		if got := r.Header.Get("Content-Encoding"); got != want || r.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: got %q, Vary %q", accept, got, r.Header.Get("Vary"))
		}
	}
	r := ask(t, "GET", path, "Accept-Encoding", "gzip")
	unzipped, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(unzipped); err != nil || string(got) != script {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if r := ask(t, "GET", "/assets/inter.woff2", "Accept-Encoding", "gzip"); r.Header.Get("Content-Encoding") != "" || r.Header.Get("Vary") != "" {
		t.Error("a font is compressed once more")
	}
}

func TestClientPolicy(t *testing.T) {
	r := httptest.NewRequest("GET", "/client/T1", nil)
	for host, sockets := range map[string]string{
		"chat.example.com":      "connect-src 'self' ws://chat.example.com wss://chat.example.com;",
		"[::1]:8065":            "connect-src 'self' ws://[::1]:8065 wss://[::1]:8065;",
		"a.example; script-src": "connect-src 'self';",
	} {
		r.Host = host
		w := httptest.NewRecorder()
		client().ServeHTTP(w, r)
		got := w.Header().Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", sockets, "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in %q", host, want, got)
			}
		}
		if strings.Contains(got, "unsafe") {
			t.Errorf("%s: %q", host, got)
		}
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin"} {
		if got := ask(t, "GET", "/").Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Whatever this binary holds, / is a page.
func TestHandler(t *testing.T) {
	w := httptest.NewRecorder()
	Handler("").ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 200 || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("%d %s", w.Code, w.Header().Get("Content-Type"))
	}
}
