// Package web holds what a browser gets: the web client, whose sources stand in
// this folder's src and which Vite builds into dist, embedded in the binary; in a
// binary that was built without it, one page that says how to reach the server
// with a Slack SDK. It also draws the avatars of those who have none.
//
// The client is files that hold nothing of anybody's: it calls the API and opens a
// socket as any other client does. app serves it beside the API. The package
// starts no goroutine.
package web

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed placeholder
var placeholderFiles embed.FS

// dist holds but .keep where nobody has built the client.
//
//go:embed all:dist
var dist embed.FS

// security keeps the page from loading or running anything that it did not
// bring itself.
const security = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler serves the client, or the placeholder where it was not built. bucket is the
// origin that has the bytes of files; "": this one.
func Handler(bucket string) http.Handler {
	built := sub(dist, "dist")
	if _, err := fs.Stat(built, shellFile); err != nil {
		return placeholder()
	}
	return serveClient(built, bucket)
}

// placeholder serves the page of a server without a client, at the client's
// addresses too: links that lead there shall say why there is nothing.
func placeholder() http.Handler {
	server := http.FileServerFS(sub(placeholderFiles, "placeholder"))
	return readOnly(func(w http.ResponseWriter, r *http.Request) {
		if isRoute(r.URL.Path) {
			r.URL.Path = "/"
		}
		h := w.Header()
		h.Set("Content-Security-Policy", security)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		server.ServeHTTP(w, r)
	})
}

func readOnly(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "only to be read", http.StatusMethodNotAllowed)
			return
		}
		next(w, r)
	})
}

func sub(files fs.FS, dir string) fs.FS {
	found, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // the folders are embedded above
	}
	return found
}
