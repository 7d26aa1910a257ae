//go:build e2e && mariadb

package e2e

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/history"
	"taut/internal/testenv/loopback"
	"taut/internal/testenv/mariadb"
	"taut/ring"
	"taut/store"
)

// nodes is a cluster of equal nodes on loopback, which do everything.
type nodes struct {
	t     *testing.T
	db    *mariadb.Server
	dsn   string
	certs string
	gates []*server

	members, etcd []string // what the settings say of etcd
}

// database is a cluster that has no node yet.
func database(t *testing.T) *nodes {
	t.Helper()
	db, err := mariadb.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Remove)
	n := &nodes{t: t, db: db, certs: filepath.Join(t.TempDir(), "certs")}
	if n.dsn, err = db.NewDatabase(); err != nil {
		t.Fatal(err)
	}
	return n
}

// gateways adds three nodes with the roles (none: all), each with a member of etcd.
func (n *nodes) gateways(name string, roles ...string) {
	n.t.Helper()
	for i := range 3 {
		n.gates = append(n.gates, newServer(n.t, ""))
		n.members = append(n.members, fmt.Sprintf("%s-%d=%s", name, i, loopback.FreeFor(n.t)))
		n.etcd = append(n.etcd, loopback.FreeFor(n.t))
	}
	n.gates[0].taut("cert", "authority", "--folder", n.certs, "--cluster", "acme")
	for i, s := range n.gates {
		n.configure(s, fmt.Sprint(name, "-", i), n.etcd[i], roles...)
	}
}

// configure writes a node's settings and certificate.
func (n *nodes) configure(s *server, name, etcdListen string, roles ...string) {
	n.t.Helper()
	s.name = name
	s.join(joining{
		certs: n.certs, hosts: "127.0.0.1,localhost", dsn: n.dsn, roles: roles, listen: loopback.FreeFor(n.t),
		members: n.members, etcd: n.etcd, etcdListen: etcdListen,
	})
}

// start starts all nodes at once: none is ready before most of etcd is there.
func (n *nodes) start() {
	n.t.Helper()
	for _, s := range n.gates {
		s.launch()
	}
	for _, s := range n.gates {
		s.await()
	}
}

// stopAll stops all at once.
func stopAll(all []*server) {
	for _, s := range all {
		s.cmd.Process.Signal(syscall.SIGTERM)
	}
	for _, s := range all {
		s.ended()
	}
}

// ringState is what taut ring --json prints.
type ringState struct {
	Epoch   int64
	Manager string
	Nodes   map[string]struct {
		Slots   int
		State   string
		Version string
		Heat    *ring.Heat
	}
}

func readRing(text string) (r ringState, err error) {
	err = json.Unmarshal([]byte(text), &r)
	return r, err
}

func (n *nodes) ring() ringState {
	n.t.Helper()
	r, err := readRing(n.gates[0].taut("ring", "--config", n.gates[0].config(), "--json"))
	if err != nil {
		n.t.Fatal(err)
	}
	return r
}

// seed makes the workspace, before the nodes start.
func (n *nodes) seed() workspace {
	n.t.Helper()
	s := n.gates[0]
	return s.seed("acme", "--config", s.config(), "--users", "12", "--bots", "0", "--channels", "16")
}

// talking starts the three nodes and lets a reader and a sender at each of them talk.
func (n *nodes) talking() *run {
	n.t.Helper()
	r := &run{t: n.t, server: n.gates[0], record: &history.Recorder{}}
	r.space = n.seed()
	n.start()
	n.ownedAbout(thirds)
	for i, s := range n.gates {
		u := r.space.Users[i]
		r.readers = append(r.readers, read(n.t, s, r.record, fmt.Sprint("reader-", i), u.ID, u.Token, r.channels()...))
		u = r.space.Users[6+i]
		r.senders = append(r.senders, sending(n.t, s, r.record, fmt.Sprint("sender-", i), u.ID, u.Token, 4*time.Millisecond, "", r.channels()...))
	}
	r.progress(150, r.readers...)
	return r
}

// thirds is the ring of three nodes; one of them has one more.
var thirds = map[string]int{"node-0": 5461, "node-1": 5461, "node-2": 5461}

// judged ends the talk, stops the nodes, and holds what was seen against the log.
func (n *nodes) judged(r *run) {
	n.t.Helper()
	r.settle()
	for _, c := range r.readers {
		c.close()
		c.check(n.t)
		n.t.Log(c.summary())
	}
	stopAll(n.gates)
	stamp(r.record, r.readers[0].held(), "")
	n.truth(r)
	judge(n.t, r.record, strict)
}

// truth adds to the record what the stopped nodes' log holds.
func (n *nodes) truth(r *run) {
	n.t.Helper()
	options := store.Options{Data: n.t.TempDir(), MySQL: n.dsn, Log: slog.New(slog.DiscardHandler)}
	truthIn(n.t, options, r.record, r.space, streams(r.record)...)
}

// TestNodesThatDoEverything has three equal nodes, of which one after another is killed
// under load and comes back: whatever it was, others are it meanwhile, and find what was
// said; one that has lost its index too makes another.
func TestNodesThatDoEverything(t *testing.T) {
	n := database(t)
	n.gateways("node")
	r := n.talking()
	// Its clients stay away with the node, and an election of etcd may have to be awaited.
	r.record.Add(history.Record{Kind: history.Pause})
	quiet, room := r.space.Users[len(r.space.Users)-1], r.space.Channels[0].ID
	for i, s := range n.gates {
		s.kill()
		one, another := n.gates[(i+1)%3], n.gates[(i+2)%3]
		r.progress(100, r.readers[(i+1)%3], r.readers[(i+2)%3])
		word := fmt.Sprint("unheard", i) // by the index of who is dead
		if _, err := one.caller(quiet.Token).post(t.Context(), room, word); err != nil {
			t.Fatal(err)
		}
		n.finds(quiet.ID, quiet.Token, word, one, another)
		if i == 0 {
			s.forgetIndex()
		}
		s.start()
		n.ownedAbout(thirds)
		n.finds(quiet.ID, quiet.Token, word, s)
		r.progress(50, r.readers...)
	}
	t.Logf("a socket ended within %s of when its token was revoked at another node", cutAfter(t, n.gates[1], n.gates[2], quiet.Token))
	n.hot()
	r.record.Add(history.Record{Kind: history.Go})
	n.judged(r)
}

// ownedAbout waits until the nodes own so many slots, or one more.
func (n *nodes) ownedAbout(slots map[string]int) {
	n.t.Helper()
	eventually(n.t, "the ring is about "+fmt.Sprint(slots), func() error {
		r := n.ring()
		for name, want := range slots {
			if got := r.Nodes[name].Slots; got != want && got != want+1 {
				return fmt.Errorf("%s owns %d slots of epoch %d", name, got, r.Epoch)
			}
		}
		return nil
	})
}

// hot waits until each node says that there are channels here, and events for them.
func (n *nodes) hot() {
	n.t.Helper()
	eventually(n.t, "all nodes tell of their heat", func() error {
		for name, node := range n.ring().Nodes {
			if h := node.Heat; h == nil || h.Channels == 0 || h.Events == 0 || len(h.Hottest) == 0 {
				return fmt.Errorf("%s tells of %+v", name, h)
			}
		}
		return nil
	})
}

// fault is a time in which something was wrong.
type fault struct {
	name       string
	begin, end int64
}

// pause tells how late readers saw what was committed in the time.
func (f fault) pause(record *history.Recorder) string {
	type event struct {
		stream chat.StreamID
		seq    int64
	}
	committed := map[event]int64{}
	for _, rec := range record.Records() {
		if rec.Kind == history.Event && f.begin <= rec.CommittedMS && rec.CommittedMS <= f.end {
			committed[event{rec.Stream, rec.Seq}] = rec.CommittedMS
		}
	}
	var late []int64
	for _, rec := range record.Records() {
		if at, ok := committed[event{rec.Stream, rec.Seq}]; ok && rec.Kind == history.See {
			late = append(late, rec.AtMS-at)
		}
	}
	if len(late) == 0 {
		return f.name + ": nothing was seen"
	}
	slices.Sort(late)
	return fmt.Sprintf("%s (%.1f s): %d deliveries, after %d ms (median), %d ms (p99), %d ms at most", f.name,
		float64(f.end-f.begin)/1000, len(late), late[len(late)/2], late[len(late)*99/100], late[len(late)-1])
}
