// Package web holds what a browser gets at "/", embedded in the binary: for
// now one page that says how to reach the server with a Slack SDK. The web
// client will take its place.
//
// It also draws the avatars of those who have none. app serves both beside the
// API. The package starts no goroutine.
package web

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed placeholder
var files embed.FS

// security keeps the page from loading or running anything that it did not
// bring itself.
const security = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler serves the embedded files.
func Handler() http.Handler {
	root, err := fs.Sub(files, "placeholder")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	server := http.FileServerFS(root)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "only to be read", http.StatusMethodNotAllowed)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", security)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		server.ServeHTTP(w, r)
	})
}
