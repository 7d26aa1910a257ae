package web

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
)

//go:embed account
var accountFiles embed.FS

// accountSecurity lets a page talk to its own server, and nothing else.
const accountSecurity = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// AccountPages are where the pages for accounts are, and PageFiles what they load.
var AccountPages = []string{"/setup", "/signin", "/invite", "/reset", "/account"}

// PageFiles is the folder of what the pages load.
const PageFiles = "/pages/"

// Accounts serves the pages on which people begin and look after an account.
// They hold nothing of anybody's: they call the API.
func Accounts() http.Handler {
	root, err := fs.Sub(accountFiles, "account")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	mux := http.NewServeMux()
	for _, page := range AccountPages {
		mux.HandleFunc("GET "+page, func(w http.ResponseWriter, r *http.Request) { serveAccount(w, r, root, path.Base(page)+".html") })
	}
	for _, name := range []string{"account.css", "account.js"} {
		mux.HandleFunc("GET "+PageFiles+name, func(w http.ResponseWriter, r *http.Request) { serveAccount(w, r, root, name) })
	}
	return mux
}

func serveAccount(w http.ResponseWriter, r *http.Request, root fs.FS, name string) {
	h := w.Header()
	h.Set("Content-Security-Policy", accountSecurity)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-cache")
	http.ServeFileFS(w, r, root, name)
}
