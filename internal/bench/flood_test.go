//go:build linux

package bench

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// A flood that is refused goes on asking, and counts what it was told.
func TestFloodCounts(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 4*floodWorkers {
			stop()
		}
		w.WriteHeader(http.StatusTooManyRequests)
		w.Write([]byte(`{"ok":false,"error":"ratelimited"}`))
	}))
	defer server.Close()
	people := &population{tokens: []string{"xoxp-1"}, channels: []room{{id: "C1"}}, rooms: [][]int32{{0}}}
	f := flood{host: strings.TrimPrefix(server.URL, "http://"), people: people}
	counts := f.run(ctx, 2_000)
	if n := asked.Load(); counts.Asked != n || counts.Refused != n || counts.Done+counts.Failed != 0 {
		t.Errorf("%d were asked for; it counts %+v", n, counts)
	}
}
