package webapi

import (
	"net/http"
	"testing"

	"taut/internal/limit"
)

// discarded is a connection that takes all and keeps nothing.
type discarded struct{ header http.Header }

func (d *discarded) Header() http.Header            { return d.header }
func (d *discarded) Write(text []byte) (int, error) { return len(text), nil }
func (d *discarded) WriteHeader(int)                {}

// BenchmarkRefusal asks what a request beyond the rate costs in the handler. net/http
// and the kernel come on top: about three times as much.
func BenchmarkRefusal(b *testing.B) {
	w := newWorld(b)
	w.server.limits = limit.New(limit.Limits{User: 1e-9})
	r := post("/api/chat.postMessage", "application/x-www-form-urlencoded", "")
	r.Header.Set("Authorization", "Bearer "+w.acme.ada.token)
	answer := &discarded{http.Header{}}
	for range 2 {
		w.server.ServeHTTP(answer, r)
	}
	b.ReportAllocs()
	for b.Loop() {
		clear(answer.header)
		w.server.ServeHTTP(answer, r)
	}
	if answer.header.Get("Retry-After") == "" {
		b.Error("it was let in")
	}
}
