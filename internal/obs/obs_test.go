package obs

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestLogger(t *testing.T) {
	for format, want := range map[string]string{"text": "msg=hello", "json": `"msg":"hello"`} {
		var out strings.Builder
		log, err := NewLogger(&out, "warn", format)
		if err != nil {
			t.Fatal(err)
		}
		log.Info("quiet")
		log.Warn("hello")
		if got := out.String(); !strings.Contains(got, want) || strings.Contains(got, "quiet") {
			t.Errorf("%s: %q", format, got)
		}
	}
	for _, bad := range [][2]string{{"loud", "text"}, {"info", "xml"}} {
		if _, err := NewLogger(nil, bad[0], bad[1]); err == nil {
			t.Errorf("%v is no error", bad)
		}
	}
}

func TestDurationsInJSONSayTheirUnit(t *testing.T) {
	var out strings.Builder
	log, err := NewLogger(&out, "info", "json")
	if err != nil {
		t.Fatal(err)
	}
	log.Info("done", slog.Duration("took", 1500*time.Microsecond))
	if !strings.Contains(out.String(), `"took_ms":1.5`) {
		t.Errorf("got %s", out.String())
	}
}

func TestBuildIsOneLine(t *testing.T) {
	b := Build{Version: "1.2", Revision: "0123456789abcdef", Modified: true, Go: "go1.26"}
	if got := b.String(); !strings.HasPrefix(got, "taut 1.2 (0123456789ab, modified) go1.26 ") || strings.Contains(got, "\n") {
		t.Errorf("got %q", got)
	}
}

func TestReadiness(t *testing.T) {
	var ready Readiness
	var broken error
	mux := http.NewServeMux()
	Handle(mux, NewRegistry(ReadBuild()), &ready, func(context.Context) error { return broken })
	status := func(path string) int {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Code
	}
	if got := status("/readyz"); got != 503 {
		t.Errorf("while starting: %d", got)
	}
	ready.Set(true)
	if got := status("/readyz"); got != 200 {
		t.Errorf("started: %d", got)
	}
	broken = errors.New("the disk is gone")
	if got := status("/readyz"); got != 503 {
		t.Errorf("broken: %d", got)
	}
	if got := status("/healthz"); got != 200 {
		t.Errorf("alive, though broken: %d", got)
	}
}
