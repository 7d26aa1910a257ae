//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"taut/chat"
	"taut/store"
)

// TestBackupUnderLoad makes backups while people post, kills some on the way, and
// restores one: it holds each message that was acknowledged before it began, its
// logs have no hole, and the server noticed nothing.
func TestBackupUnderLoad(t *testing.T) {
	r := underLoad(t, "", "--messages", "3000")
	r.server.start()
	c := r.read(0)
	r.send(1, time.Millisecond, r.channels()...)
	r.progress(100, c)
	for i := range 8 {
		to := filepath.Join(r.server.dir, "killed")
		cmd := exec.Command(r.server.bin, "backup", "--data", r.server.data(), "--to", to)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Duration(5+i*15)*time.Millisecond, func() { cmd.Process.Kill() })
		whole := cmd.Wait() == nil
		if _, err := os.Stat(to); (err == nil) != whole {
			t.Errorf("killed backup %d: whole %v, but %v", i, whole, err)
		}
		if out, err := exec.Command(r.server.bin, "backup", "--verify", to+".partial").CombinedOutput(); err == nil {
			t.Errorf("what a kill left is taken for a backup: %s", out)
		}
		os.RemoveAll(to)
	}
	acked, to := r.acked(), filepath.Join(r.server.dir, "backup.tar.gz")
	r.server.taut("backup", "--data", r.server.data(), "--to", to)
	r.server.taut("backup", "--verify", to)
	r.progress(100, c)
	r.settle()

	fresh := filepath.Join(r.server.dir, "fresh")
	if err := os.Mkdir(fresh, 0o700); err != nil {
		t.Fatal(err)
	}
	r.server.taut("restore", "--data", fresh, "--from", to)
	if n := postedBy(t, fresh, r.space, r.space.Users[1].ID); n < acked+4*3000/12 {
		t.Errorf("the restored log has %d messages of the sender, %d were acknowledged before the backup", n, acked)
	}
	if out, err := exec.Command(r.server.bin, "restore", "--data", fresh, "--from", to+".partial").CombinedOutput(); err == nil || !strings.Contains(string(out), "partial") {
		t.Errorf("restore of a partial backup: %s", out)
	}
	r.judge(strict)
}

// postedBy counts a user's messages in the channels' logs, which must have no hole.
func postedBy(t *testing.T, data string, w workspace, user string) (n int64) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, c := range w.Channels {
		st := chat.WorkspaceID(w.ID).Channel(chat.ChannelID(c.ID))
		for after := int64(0); ; {
			p, err := s.Read(t.Context(), chat.ReadRequest{Stream: st, After: after, Limit: 1000})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range p.Events {
				if after++; e.Seq != after {
					t.Fatalf("event %d of %s is where %d should be", e.Seq, c.ID, after)
				}
				if e.Type == chat.TypeMessage && string(e.User) == user {
					n++
				}
			}
			if p.Next >= p.Head {
				break
			}
		}
	}
	return n
}
