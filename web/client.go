package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"
)

// shellFile is the page of the client, which is one page at all its addresses.
const shellFile = "index.html"

// hashed is the folder of files whose names change with what they hold.
const hashed = "assets/"

// routes are the addresses that the client makes for itself, each with all below
// it. Whatever else is not a file is not found, so that a script that is gone
// with the last version does not come back as a page.
var routes = []string{"/client", "/archives", "/signin", "/setup", "/invite", "/reset", "/account"}

// contentTypes of what a build holds. The system's table differs from machine to
// machine, and this one holds all of it.
var contentTypes = map[string]string{
	".html":        "text/html; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".json":        "application/json",
	".webmanifest": "application/manifest+json",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".png":         "image/png",
	".ico":         "image/x-icon",
	".woff2":       "font/woff2",
	".mp3":         "audio/mpeg",
	".ogg":         "audio/ogg",
	".wav":         "audio/wav",
	".wasm":        "application/wasm",
}

// asset is a file of the client, with its compressed form, which is made when
// the first browser asks for it and kept.
type asset struct {
	body        []byte
	contentType string
	tag         string
	cache       string
	zipped      func() []byte
}

// serveClient serves a build of the client.
func serveClient(built fs.FS, bucket string) http.Handler {
	assets, err := readAssets(built)
	if err != nil {
		panic(err) // the files are in the binary
	}
	return readOnly(func(w http.ResponseWriter, r *http.Request) {
		a := assets[strings.TrimPrefix(r.URL.Path, "/")]
		if isRoute(r.URL.Path) {
			a = assets[shellFile]
		}
		if a == nil {
			w.Header().Set("Cache-Control", "no-cache")
			http.NotFound(w, r)
			return
		}
		a.serve(w, r, bucket)
	})
}

func isRoute(address string) bool {
	for _, route := range routes {
		if rest, ok := strings.CutPrefix(address, route); ok && (rest == "" || rest[0] == '/') {
			return true
		}
	}
	return address == "/"
}

// readAssets reads all of a build, but for what begins with a dot.
func readAssets(built fs.FS) (map[string]*asset, error) {
	assets := map[string]*asset{}
	err := fs.WalkDir(built, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		body, err := fs.ReadFile(built, name)
		assets[name] = newAsset(name, body)
		return err
	})
	return assets, err
}

func newAsset(name string, body []byte) *asset {
	sum := sha256.Sum256(body)
	a := &asset{
		body:        body,
		contentType: contentTypes[path.Ext(name)],
		// Weak: the compressed form has the same one.
		tag:   `W/"` + hex.EncodeToString(sum[:12]) + `"`,
		cache: "no-cache",
	}
	if a.contentType == "" {
		a.contentType = "application/octet-stream"
	}
	if strings.HasPrefix(name, hashed) {
		a.cache = "public, max-age=31536000, immutable"
	}
	a.zipped = sync.OnceValue(func() []byte { return compress(a.contentType, body) })
	return a
}

// compress makes the compressed form; nil where that saves nothing to speak of.
func compress(contentType string, body []byte) []byte {
	kind, _, _ := strings.Cut(contentType, "/")
	if kind == "font" || kind == "audio" || (kind == "image" && contentType != "image/svg+xml") {
		return nil
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := w.Write(body); err != nil || w.Close() != nil || out.Len() > len(body)*9/10 {
		return nil
	}
	return out.Bytes()
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request, bucket string) {
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Content-Security-Policy", policy(r.Host, bucket))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", a.cache)
	h.Set("ETag", a.tag)
	body := a.body
	if zipped := a.zipped(); zipped != nil {
		h.Set("Vary", "Accept-Encoding")
		if takesGzip(r.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			r.Header.Del("Range") // of no use to browsers here, and of which form would be unclear
			body = zipped
		}
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// takesGzip reads Accept-Encoding.
func takesGzip(header string) bool {
	for coding := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(coding), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			return !refused.MatchString(strings.ReplaceAll(weight, " ", ""))
		}
	}
	return false
}

var refused = regexp.MustCompile(`^[qQ]=0(\.0*)?$`)

// hostName is a host that may stand in a policy as it is.
var hostName = regexp.MustCompile(`^([a-zA-Z0-9.-]+|\[[0-9a-fA-F:.]+\])(:[0-9]+)?$`)

// policy lets the client load its own files, talk to its own server and show what
// it got from there, and nothing else: no inline script or style, no other host.
// That 'self' includes the host's sockets is too new for all browsers to know. Where
// files are in a bucket, it may show pictures from there and send files there; what it
// plays comes from the server.
func policy(host, bucket string) string {
	sockets := ""
	if hostName.MatchString(host) {
		sockets = " ws://" + host + " wss://" + host
	}
	if bucket != "" {
		bucket = " " + bucket
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:" + bucket + "; media-src 'self' blob:; " +
		"font-src 'self'; connect-src 'self'" + sockets + bucket + "; worker-src 'self'; manifest-src 'self'; frame-src blob:; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
