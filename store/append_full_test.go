package store

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"taut/chat"
)

// lockedBuffer takes a log of several goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

// Where the disk is full all appends are Unavailable, and the log has one line.
func TestAppendsOnAFullDisk(t *testing.T) {
	var lines lockedBuffer
	s := openOptions(t, Options{Data: t.TempDir(), Log: slog.New(slog.NewTextHandler(&lines, nil))})
	tm := newTeam(t, s, "team")
	pages := func(n int) {
		tm.must(s.write(t.Context(), func(t *tx) error {
			var now int
			return t.queryRow("PRAGMA max_page_count = " + strings.Repeat("9", n)).Scan(&now)
		}))
	}
	big := func(t *turn) error {
		return t.emitObject("test", "", map[string]any{"text": strings.Repeat("x", 1<<20)})
	}
	pages(1)
	for range 3 {
		for _, err := range together(t, s, tm.id.Directory(), big, big, big) {
			if err = unavailable(err); chat.CodeOf(err) != chat.Unavailable {
				t.Errorf("got %v", err)
			}
		}
	}
	pages(8)
	if err := together(t, s, tm.id.Directory(), big)[0]; err != nil {
		t.Errorf("with room again: %v", err)
	}
	if n := strings.Count(lines.String(), "can't be written"); n != 1 || strings.Contains(lines.String(), "append failed") {
		t.Errorf("the log says it %d times:\n%s", n, lines.String())
	}
}
