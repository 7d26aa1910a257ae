//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"taut/internal/history"
)

// TestFullDisk: where there is no room, what can't be saved is refused by its name and what
// is there can be read; with room the server goes on by itself, and nothing that was
// acknowledged is lost, also not by a kill while it is full.
func TestFullDisk(t *testing.T) {
	s := newServer(t, "")
	smallDisk(t, s.data())
	r := load(s)
	s.start()
	readers := []*reader{r.read(0), r.read(1)}
	for i := range 4 {
		r.sendLong(4+i, time.Millisecond, pad, r.channels()...)
	}
	r.progress(200, readers...)

	free := fill(t, s.data())
	r.refused("while the disk is full")
	if found := s.caller(r.space.Users[2].Token).must(t, "conversations.history", "channel", r.channels()[0]).list("messages"); len(found) == 0 {
		t.Error("what is there cannot be read")
	}
	free()
	r.progress(200, readers...)

	free = fill(t, s.data())
	r.refused("while the disk is full again")
	s.kill()
	free()
	s.start()
	r.progress(200, readers...)
	r.settle()
	for _, c := range r.senders {
		for name := range c.troubles() {
			if name != "service_unavailable" {
				t.Errorf("a message was refused by %q", name)
			}
		}
	}
	r.searched()
	r.judge(strict)
}

// pad is what these messages are mostly made of.
var pad = fmt.Sprintf(" %01000d", 7)

// smallDisk makes a folder one with room for little.
func smallDisk(t *testing.T, folder string) {
	t.Helper()
	err := os.MkdirAll(folder, 0o700)
	if err == nil {
		err = unix.Mount("taut-e2e", folder, "tmpfs", 0, "size=48m,mode=700")
	}
	if err != nil {
		t.Fatalf("the test of a full disk makes a small one, for which it needs root, and of a container leave to mount: %v", err)
	}
	t.Cleanup(func() {
		// Away for good when the server, which ends after this, has let go of it.
		if err := unix.Unmount(folder, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

// fill takes all the room that there is in a folder, until it is freed.
func fill(t *testing.T, folder string) (free func()) {
	t.Helper()
	f, err := os.Create(filepath.Join(folder, "ballast"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for chunk := make([]byte, 64<<10); len(chunk) > 0; {
		if _, err = f.Write(chunk); err != nil {
			chunk = chunk[:len(chunk)/2]
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(f.Name()); err != nil {
			t.Fatal(err)
		}
	}
}

// refused waits until each sender is told that its message cannot be saved now.
func (r *run) refused(when string) {
	r.t.Helper()
	before := make([]int, len(r.senders))
	for i, c := range r.senders {
		before[i] = c.troubles()["service_unavailable"]
	}
	eventually(r.t, "refusals "+when, func() error {
		for i, c := range r.senders {
			if c.troubles()["service_unavailable"] == before[i] {
				return fmt.Errorf("%s is told nothing of the kind: %v", c.name, c.troubles())
			}
		}
		return nil
	})
}

// searched waits until the index, which had no room either, has a sender's last message.
func (r *run) searched() {
	r.t.Helper()
	last := ""
	for _, rec := range r.record.Records() {
		if rec.Kind == history.Ack {
			last = rec.Key
		}
	}
	api := r.server.caller(r.space.Users[2].Token)
	eventually(r.t, "the last message is found", func() error {
		found, err := api.call(r.t.Context(), "search.messages", form("query", `"`+last+`"`))
		if err == nil && len(found.list("messages", "matches")) == 0 {
			err = fmt.Errorf("%s is not found: %s", last, found)
		}
		return err
	})
}
