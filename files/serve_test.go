package files

import (
	"bytes"
	"mime"
	"net/http"
	"strings"
	"testing"

	"taut/chat"
)

func TestServe(t *testing.T) {
	w := newWorld(t)
	body := random(10_000)
	f := w.upload(t, &w.acme, w.acme.ada, "x.bin", body)
	o := f.Object("")
	r, got := w.get(t, w.acme.ada, o.URLPrivate)
	if r.StatusCode != http.StatusOK || !bytes.Equal(got, body) {
		t.Fatalf("%d, %d bytes", r.StatusCode, len(got))
	}
	tag := r.Header.Get("Etag")
	if r, _ := w.get(t, w.acme.ada, o.URLPrivate, "If-None-Match", tag); r.StatusCode != http.StatusNotModified {
		t.Errorf("with its ETag: %d", r.StatusCode)
	}
	r, got = w.get(t, w.acme.ada, o.URLPrivateDownload, "Range", "bytes=100-199")
	if r.StatusCode != http.StatusPartialContent || !bytes.Equal(got, body[100:200]) {
		t.Errorf("a range: %d, %d bytes", r.StatusCode, len(got))
	}
	if r, _ := w.get(t, w.acme.ada, o.URLPrivate, "Range", "bytes=20000-"); r.StatusCode != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("a range beyond the end: %d", r.StatusCode)
	}
	r, got = w.ask(t, http.MethodHead, w.acme.ada, o.URLPrivate)
	if r.StatusCode != http.StatusOK || len(got) != 0 || r.ContentLength != 10_000 {
		t.Errorf("HEAD: %d, %d bytes of %d", r.StatusCode, len(got), r.ContentLength)
	}
	if r, _ := w.ask(t, http.MethodPost, w.acme.ada, o.URLPrivate); r.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", r.StatusCode)
	}
}

// What a browser might run is never shown, whatever its name and sender say.
func TestInlineOrNot(t *testing.T) {
	w := newWorld(t)
	png := onePNG(t, 30, 20)
	for _, tt := range []struct {
		name, body, served string
		inline             bool
		kind               string
	}{
		{"a.png", string(png), "image/png", true, "png"},
		{"a.html", string(png), "image/png", true, "png"},
		{"a.txt", "hello\n", "text/plain; charset=utf-8", true, "text"},
		{"a.go", "package a\n", "text/plain; charset=utf-8", true, "go"},
		{"empty", "", "text/plain; charset=utf-8", true, "text"},
		{"a.html", "<!doctype html><script>alert(1)</script>", "application/octet-stream", false, "html"},
		{"a.txt", "<!DOCTYPE html><script>alert(1)</script>", "application/octet-stream", false, "text"},
		{"a.png", "  <b onclick=x>", "application/octet-stream", false, "text"},
		{"a.svg", `<svg xmlns="http://www.w3.org/2000/svg"/>`, "application/octet-stream", false, "svg"},
		{"a.png", `<?xml version="1.0"?><svg/>`, "application/octet-stream", false, "text"},
		{"a.png", "\xef\xbb\xbf<svg onload=alert(1)>", "application/octet-stream", false, "text"},
		{"a.xml", "hi", "application/octet-stream", false, "xml"},
		{"a.pdf", "%PDF-1.4\n", "application/pdf", false, "pdf"},
		{"a.docx", "PK\x03\x04xx", "application/octet-stream", false, "docx"},
		{"a.png", "PK\x03\x04xx", "application/zip", false, "zip"},
		{"a.jpg", "\x00\x01\x02\x03", "application/octet-stream", false, "binary"},
		{"a.swf", "FWS\x00\x01", "application/octet-stream", false, "binary"},
	} {
		f := w.upload(t, &w.acme, w.acme.ada, tt.name, []byte(tt.body))
		if f.Type != tt.kind {
			t.Errorf("%s of %.20q is %s, want %s", tt.name, tt.body, f.Type, tt.kind)
		}
		for _, url := range []string{f.Object("").URLPrivate, f.Object("").URLPrivateDownload} {
			r, _ := w.get(t, w.acme.ada, url)
			how, _, err := mime.ParseMediaType(r.Header.Get("Content-Disposition"))
			must(t, err)
			if wantInline := tt.inline && !strings.Contains(url, "download"); (how == "inline") != wantInline || r.Header.Get("Content-Type") != tt.served {
				t.Errorf("%s of %.20q: %s as %s", tt.name, tt.body, how, r.Header.Get("Content-Type"))
			}
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "private, no-cache"} {
				if got := r.Header.Get(name); got != want {
					t.Errorf("%s: %q", name, got)
				}
			}
			if !strings.HasPrefix(r.Header.Get("Content-Security-Policy"), "sandbox; default-src 'none'") {
				t.Errorf("CSP %q", r.Header.Get("Content-Security-Policy"))
			}
		}
	}
}

// Names reach headers and URLs without being able to break out of them.
func TestNames(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{
		"a\r\nSet-Cookie: d=evil", `a"; filename="evil.exe`, "../../etc/passwd", "..", "naïve – 日本語.txt", "%0d%0aX: y", "a;b", "'x'", "", "\x00\x1b", "\xff\xfe", strings.Repeat("x", 255),
	} {
		f := w.upload(t, &w.acme, w.acme.ada, name, []byte("x"))
		for _, url := range []string{f.Object("").URLPrivate, f.Object("").URLPrivateDownload} {
			r, body := w.get(t, w.acme.ada, url)
			if r.StatusCode != http.StatusOK || string(body) != "x" {
				t.Fatalf("%q at %s: %d", name, url, r.StatusCode)
			}
			if r.Header.Get("Set-Cookie") != "" || r.Header.Get("X") != "" {
				t.Errorf("%q made headers: %v", name, r.Header)
			}
			_, params, err := mime.ParseMediaType(r.Header.Get("Content-Disposition"))
			if err != nil {
				t.Errorf("%q: %q: %v", name, r.Header.Get("Content-Disposition"), err)
			}
			if strings.ContainsAny(params["filename"], "/\\\r\n\x00") {
				t.Errorf("%q is to be saved as %q", name, params["filename"])
			}
			if name == "naïve – 日本語.txt" && params["filename"] != name {
				t.Errorf("%q is to be saved as %q", name, params["filename"])
			}
		}
	}
}

// Who may not see a file gets the same as for one that never was: nobody's
// token, other workspaces, outsiders, guests, those who were removed.
func TestWhoSeesAFile(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	f := w.upload(t, a, a.ada, "x.png", onePNG(t, 400, 300))
	never := chat.File{ID: chat.FileID(chat.NewID("F")), Workspace: a.id, Name: "x.png"}
	for _, url := range []string{f.Object("").URLPrivate, f.Object("").URLPrivateDownload, f.Object("").Thumb360} {
		notThere := strings.ReplaceAll(url, string(f.ID), string(never.ID))
		want, wantBody := w.get(t, a.ada, notThere)
		sees := func(p person, may bool) {
			t.Helper()
			r, body := w.get(t, p, url)
			want.Header.Set("Date", r.Header.Get("Date"))
			switch {
			case may && r.StatusCode != http.StatusOK:
				t.Errorf("%s: %d", url, r.StatusCode)
			case !may && (r.StatusCode != want.StatusCode || !bytes.Equal(body, wantBody) || len(r.Header) != len(want.Header)):
				t.Errorf("%s: %d %s %v, want as for one that never was: %s %v", url, r.StatusCode, body, r.Header, wantBody, want.Header)
			}
		}
		for _, p := range []person{a.bob, a.eve, a.guest, w.other.ada, {}, {token: "xoxp-1-2-3-0"}} {
			sees(p, false)
		}
		sees(a.ada, true)
	}
	ts := a.share(t, a.ada, a.private, f.ID)
	url := f.Object("").URLPrivate
	status := func(p person) int { r, _ := w.get(t, p, url); return r.StatusCode }
	if status(a.bob) != 200 || status(a.eve) != 404 || status(a.guest) != 404 || status(w.other.ada) != 404 {
		t.Errorf("shared in a private channel: bob %d, eve %d", status(a.bob), status(a.eve))
	}
	must(t, a.bound.Leave(t.Context(), a.private, a.bob.id, a.ada.id))
	if status(a.bob) != 404 {
		t.Errorf("bob was removed: %d", status(a.bob))
	}
	general, err := a.bound.ChannelByName(t.Context(), "general")
	must(t, err)
	a.share(t, a.ada, general.ID, f.ID)
	if status(a.bob) != 200 || status(a.eve) != 200 || status(a.guest) != 404 {
		t.Errorf("shared in a public channel: eve %d, the guest %d", status(a.eve), status(a.guest))
	}
	_ = ts
}
