package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"taut/internal/admin"
)

// output is what a command prints while it runs.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// demoServer runs taut serve --demo until it serves, and gives what it printed.
func demoServer(t *testing.T, data string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out output
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, stdio{&out, &output{}}, []string{"serve", "--demo", "--data", data, "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"})
	}()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if door, err := admin.ReadDoor(data); err == nil && admin.NewClient(door).Alive(ctx) {
			cancel()
			err := <-done
			return out.String(), err
		}
		select {
		case <-tick.C:
		case err := <-done:
			return out.String(), err
		}
	}
}

// TestDemo begins with a fresh folder, goes on with its own, and leaves others.
func TestDemo(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	said, err := demoServer(t, data)
	if err != nil || !strings.Contains(said, "maren@crumb.example") || !strings.Contains(said, "password") {
		t.Errorf("it says %q, %v", said, err)
	}
	if again, err := demoServer(t, data); err != nil || strings.Contains(again, "@") || !strings.Contains(again, "taut user password") {
		t.Errorf("a second time it says %q, %v", again, err)
	}
	other := filepath.Join(t.TempDir(), "data")
	must(t, "workspace", "create", "--data", other, "--domain", "acme")
	if _, err := demoServer(t, other); err == nil || !strings.Contains(err.Error(), "folder of its own") {
		t.Errorf("in another's folder: %v", err)
	}
}
