package app

import (
	"bufio"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"taut/config"
	"taut/internal/obs"
)

// TestOpsListenerStaysOpen: the operator's pages are there while the database is waited
// for, and who comes between that and the start is not refused but waits.
func TestOpsListenerStaysOpen(t *testing.T) {
	a := &App{log: slog.New(slog.DiscardHandler), reg: obs.NewRegistry(obs.ReadBuild()), config: config.Default()}
	a.config.OpsListen = "127.0.0.1:0"
	defer a.life.stop()
	never := errors.New("the database never came")
	for _, end := range []error{nil, never} {
		err := a.whileWaiting(func() error {
			if got := pageStatus(t, dialOps(t, a), "/healthz"); got != http.StatusOK {
				t.Errorf("it lives: %d", got)
			}
			if got := pageStatus(t, dialOps(t, a), "/readyz"); got != http.StatusServiceUnavailable {
				t.Errorf("it is ready: %d", got)
			}
			return end
		})
		if !errors.Is(err, end) {
			t.Fatalf("it ended with %v, want %v", err, end)
		}
	}
	early := dialOps(t, a)
	if err := a.listenOps(); err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.NotFoundHandler()}
	defer server.Close()
	go server.Serve(a.ops)
	if got := pageStatus(t, early, "/"); got != http.StatusNotFound {
		t.Errorf("who came early is answered %d", got)
	}
}

func dialOps(t *testing.T, a *App) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", a.ops.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	return conn
}

func pageStatus(t *testing.T, conn net.Conn, path string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://ops"+path, nil)
	if err == nil {
		err = r.Write(conn)
	}
	if err != nil {
		t.Fatal(err)
	}
	got, err := http.ReadResponse(bufio.NewReader(conn), r)
	if err != nil {
		t.Fatal(err)
	}
	got.Body.Close()
	return got.StatusCode
}
