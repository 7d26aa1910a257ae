package webapi

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"

	"taut/internal/limit"
)

// BenchmarkPostMessage asks what a saved message costs from the HTTP handler
// down, with many posters at once.
func BenchmarkPostMessage(b *testing.B) {
	w := newWorld(b)
	a := &w.acme
	w.server.limits = limit.New(limit.Limits{User: 1e9, Workspace: 1e9})
	for _, who := range []person{a.ada, a.robot} {
		b.Run(who.name, func(b *testing.B) {
			body := url.Values{"channel": {string(a.public)}, "text": {"how are *you*, <@" + string(a.bob.id) + ">?"}}.Encode()
			var sent atomic.Int64
			b.SetParallelism(32)
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					r := post("/api/chat.postMessage", "application/x-www-form-urlencoded", body)
					r.Header.Set("Authorization", "Bearer "+who.token)
					recorded := httptest.NewRecorder()
					w.server.ServeHTTP(recorded, r)
					if recorded.Code != 200 {
						b.Error(fmt.Sprint(recorded.Code, recorded.Body))
					}
					sent.Add(1)
				}
			})
		})
	}
}
