//go:build e2e && mariadb

package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/history"
	"taut/internal/testenv/loopback"
	"taut/wire"
)

// TestRestoreOfACluster follows the operator's guide: the database is dumped while people
// talk, and they go on; then the nodes are stopped, and the dump is put back. All that was
// acknowledged before the dump is there, who was connected learns that what came after it is
// not, and talk goes on.
func TestRestoreOfACluster(t *testing.T) {
	n := database(t)
	n.pair()
	r := &run{t: t, server: n.gates[0], record: &history.Recorder{}, space: n.seed()}
	n.start()
	for i, s := range n.gates {
		u := r.space.Users[i]
		r.readers = append(r.readers, read(t, s, r.record, fmt.Sprint("reader-", i), u.ID, u.Token, r.channels()...))
	}
	r.send(6, 2*time.Millisecond, r.channels()...)
	r.progress(100, r.readers...)
	quiet := r.space.Users[len(r.space.Users)-1]
	if _, err := n.gates[0].caller(quiet.Token).post(t.Context(), r.space.Channels[0].ID, "beforehand"); err != nil {
		t.Fatal(err)
	}
	kept := acknowledged(r.record)
	dump := filepath.Join(t.TempDir(), "dump.sql")
	n.client(dump, os.O_CREATE|os.O_WRONLY, "mariadb-dump", "--single-transaction", n.schema())
	r.progress(100, r.readers...)
	r.settle()
	stopAll(n.gates)
	before := r.readers[0].held()
	n.truth(r)

	if err := n.db.Exec("DROP DATABASE "+n.schema(), "CREATE DATABASE "+n.schema()); err != nil {
		t.Fatal(err)
	}
	n.client(dump, os.O_RDONLY, "mariadb", n.schema())
	for _, s := range n.gates {
		for _, made := range []string{"database-term", "search.db", "etcd"} {
			if err := os.RemoveAll(filepath.Join(s.data(), made)); err != nil {
				t.Fatal(err)
			}
		}
	}
	n.gates[0].taut("restore", "--config", n.gates[0].config(), "--in-place")
	n.start()
	n.gates[0].taut("doctor", "--config", n.gates[0].config())

	n.finds(quiet.ID, quiet.Token, "beforehand", n.gates...)
	last := r.send(7, 2*time.Millisecond, r.channels()...)
	r.progress(100, r.readers...)
	r.settle()
	now := r.readers[0].held()
	if now == before {
		t.Error("the incarnation is the old one")
	}
	for _, c := range r.readers {
		if c.reasons[wire.ReasonIncarnation] == 0 {
			t.Errorf("%s was told of %v, want a discontinuity by the incarnation", c.name, c.reasons)
		}
	}
	stamp(r.record, now, last.name)
	stamp(r.record, before, "")
	n.judged(r)
	restored := map[chat.TS]bool{}
	for _, rec := range r.record.Records() {
		if rec.Kind == history.Event && rec.Incarnation == now {
			restored[rec.TS] = true
		}
	}
	for _, ts := range kept {
		if !restored[ts] {
			t.Errorf("%s was acknowledged before the dump, and is not in it", ts)
		}
	}
	t.Logf("%d messages were acknowledged before the dump", len(kept))
}

// pair makes the cluster two nodes that do everything, the first with etcd in it.
func (n *nodes) pair() {
	n.t.Helper()
	n.gates = []*server{newServer(n.t, ""), newServer(n.t, "")}
	n.members, n.etcd = []string{"node-0=" + loopback.FreeFor(n.t)}, []string{loopback.FreeFor(n.t)}
	n.gates[0].taut("cert", "authority", "--folder", n.certs, "--cluster", "acme")
	n.configure(n.gates[0], "node-0", n.etcd[0])
	n.configure(n.gates[1], "node-1", "")
}

// client runs a program of the database's with a file as what it reads or writes.
func (n *nodes) client(path string, mode int, program string, args ...string) {
	n.t.Helper()
	file, err := os.OpenFile(path, mode, 0o600)
	if err != nil {
		n.t.Fatal(err)
	}
	defer file.Close()
	host, port, err := net.SplitHostPort(n.db.Address())
	if err != nil {
		n.t.Fatal(err)
	}
	cmd := exec.Command(program, append([]string{"--no-defaults", "--protocol=tcp", "--host=" + host, "--port=" + port, "--user=root"}, args...)...)
	var said lines
	cmd.Stderr = &said
	if mode == os.O_RDONLY {
		cmd.Stdin = file
	} else {
		cmd.Stdout = file
	}
	if err := cmd.Run(); err != nil {
		n.t.Fatalf("%s: %v\n%s", program, err, said.String())
	}
}

// acknowledged is what senders were told is saved.
func acknowledged(r *history.Recorder) (all []chat.TS) {
	for _, rec := range r.Records() {
		if rec.Kind == history.Ack {
			all = append(all, rec.TS)
		}
	}
	return all
}
