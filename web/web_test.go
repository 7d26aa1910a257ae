package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPage(t *testing.T) {
	for _, tt := range []struct {
		path, contentType, holds string
	}{
		{"/", "text/html; charset=utf-8", "slackApiUrl"},
		{"/signin", "text/html; charset=utf-8", "without the web client"},
		{"/client/T1", "text/html; charset=utf-8", "without the web client"},
		{"/page.css", "text/css; charset=utf-8", "light-dark"},
		{"/page.js", "text/javascript; charset=utf-8", "/api/"},
		{"/icon.svg", "image/svg+xml", "<svg"},
	} {
		w := httptest.NewRecorder()
		placeholder().ServeHTTP(w, httptest.NewRequest("GET", tt.path, nil))
		if w.Code != 200 || w.Header().Get("Content-Type") != tt.contentType || !strings.Contains(w.Body.String(), tt.holds) {
			t.Errorf("%s: %d %s, want %s holding %q", tt.path, w.Code, w.Header().Get("Content-Type"), tt.contentType, tt.holds)
		}
		if w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%s: no content security policy", tt.path)
		}
	}
}

func TestPageListsNoFolder(t *testing.T) {
	w := httptest.NewRecorder()
	placeholder().ServeHTTP(w, httptest.NewRequest("GET", "/absent", nil))
	if w.Code != 404 {
		t.Errorf("/absent: %d, want 404", w.Code)
	}
}

func TestAvatar(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("GET /avatars/{name}", Avatar())
	fetch := func(name string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("GET", "/avatars/"+name, nil))
		return w
	}
	one, two := fetch("g0123abc-48.svg"), fetch("g0123abd-48.svg")
	if one.Code != 200 || one.Header().Get("Content-Type") != "image/svg+xml" || !strings.Contains(one.Body.String(), `width="48"`) {
		t.Errorf("got %d %s", one.Code, one.Body)
	}
	if one.Body.String() == two.Body.String() {
		t.Error("two names have one picture")
	}
	for _, name := range []string{"g-0.svg", "g-9999.svg", "g.svg", "<g>-48.svg", "g-48.png"} {
		if got := fetch(name); got.Code != 404 {
			t.Errorf("%s: %d, want 404", name, got.Code)
		}
	}
}
