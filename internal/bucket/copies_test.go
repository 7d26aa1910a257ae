package bucket

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// sizes is as much of an S3 as knows how large its objects are.
type sizes struct {
	mu    sync.Mutex
	known map[string]string // by path
	// copied says what becomes of a copy's source that no signature covers.
	copied func(s *sizes, to, from string) (status int, done bool)
}

func (s *sizes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	size, there := s.known[r.URL.Path]
	switch r.Method {
	case http.MethodPut:
		if from := r.Header.Get("X-Amz-Copy-Source"); from != "" {
			if status, done := s.copied(s, r.URL.Path, from); done {
				w.WriteHeader(status)
				return
			}
		}
		s.known[r.URL.Path] = strconv.FormatInt(r.ContentLength, 10)
		if plain := r.Header.Get("X-Amz-Decoded-Content-Length"); plain != "" {
			s.known[r.URL.Path] = plain
		}
		w.Header().Set("ETag", `"tag"`)
	case http.MethodDelete:
		delete(s.known, r.URL.Path)
		w.WriteHeader(http.StatusNoContent)
	case http.MethodHead:
		if !there {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Length", size)
		w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		w.Header().Set("ETag", `"tag"`)
	}
}

// TestCopiesForClients: an S3 that copies what a header names that was not signed is
// found out, those that refuse the request or overlook the header are not blamed; and
// nothing is left behind.
func TestCopiesForClients(t *testing.T) {
	for name, c := range map[string]struct {
		copied func(s *sizes, to, from string) (int, bool)
		want   bool
	}{
		"refuses":   {func(*sizes, string, string) (int, bool) { return http.StatusForbidden, true }, false},
		"overlooks": {func(*sizes, string, string) (int, bool) { return 0, false }, false},
		"forgets":   {func(*sizes, string, string) (int, bool) { return http.StatusOK, true }, false},
		"copies": {func(s *sizes, to, from string) (int, bool) {
			if !strings.HasPrefix(from, "/files/taut%20it/incoming/probe-") {
				t.Errorf("asked to copy %s", from)
			}
			s.known[to] = s.known[strings.ReplaceAll(from, "%20", " ")]
			return http.StatusOK, true
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := &sizes{known: map[string]string{}, copied: c.copied}
			server := httptest.NewServer(s)
			defer server.Close()
			b, err := Open(Options{Endpoint: server.URL, PathStyle: true, Name: "files", Region: "us-east-1", Prefix: "taut it/", AccessKey: "key", SecretKey: "secret"})
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			got, err := b.CopiesForClients(t.Context())
			if err != nil || got != c.want {
				t.Errorf("copies: %v, %v; want %v", got, err, c.want)
			}
			if len(s.known) > 0 {
				t.Errorf("it leaves %v", s.known)
			}
		})
	}
}
