package web

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPage(t *testing.T) {
	for _, tt := range []struct {
		path, contentType, holds string
	}{
		{"/", "text/html; charset=utf-8", "slackApiUrl"},
		{"/page.css", "text/css; charset=utf-8", "light-dark"},
		{"/page.js", "text/javascript; charset=utf-8", "/api/"},
		{"/icon.svg", "image/svg+xml", "<svg"},
	} {
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, httptest.NewRequest("GET", tt.path, nil))
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
	Handler().ServeHTTP(w, httptest.NewRequest("GET", "/absent", nil))
	if w.Code != 404 {
		t.Errorf("/absent: %d, want 404", w.Code)
	}
}
