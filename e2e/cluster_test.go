//go:build e2e && mariadb

package e2e

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/history"
	"taut/internal/testenv/mariadb"
	"taut/store"
)

// nodes is a cluster of real processes on loopback: three with gateway, webapi and
// the ring's managers, each with a member of etcd, two channel servers, and one that
// is a gateway alone, without a database.
type nodes struct {
	t      *testing.T
	dsn    string
	certs  string
	gates  []*server
	owners []*server
	door   *server
}

func newNodes(t *testing.T) *nodes {
	t.Helper()
	n := database(t)
	for range 2 {
		n.owners = append(n.owners, newServer(t, ""))
	}
	n.door = newServer(t, "")
	members, etcd := n.gateways("gate", `"webapi", "gateway", "ring"`)
	n.configure(n.door, "door", `"gateway"`, members, etcd, "")
	for i, s := range n.owners {
		n.configure(s, fmt.Sprint("owner-", i), `"channelserver"`, members, etcd, "")
	}
	return n
}

// database is a cluster that has no node yet.
func database(t *testing.T) *nodes {
	t.Helper()
	db, err := mariadb.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Remove)
	n := &nodes{t: t, certs: filepath.Join(t.TempDir(), "certs")}
	if n.dsn, err = db.NewDatabase(); err != nil {
		t.Fatal(err)
	}
	return n
}

// gateways adds three nodes with gateways and members of etcd.
func (n *nodes) gateways(name, roles string) (members, etcd []string) {
	n.t.Helper()
	for i := range 3 {
		n.gates = append(n.gates, newServer(n.t, ""))
		members = append(members, fmt.Sprintf("%s-%d=%s", name, i, freeAddress(n.t)))
		etcd = append(etcd, freeAddress(n.t))
	}
	n.gates[0].taut("cert", "authority", "--folder", n.certs, "--cluster", "acme")
	for i, s := range n.gates {
		n.configure(s, fmt.Sprint(name, "-", i), roles, members, etcd, etcd[i])
	}
	return members, etcd
}

// configure writes a node's settings and certificate.
func (n *nodes) configure(s *server, name, roles string, members, etcd []string, etcdListen string) {
	n.t.Helper()
	s.taut("cert", "node", "--folder", n.certs, "--node", name, "--hosts", "127.0.0.1,localhost")
	list := func(of []string) string { return `"` + strings.Join(of, `", "`) + `"` }
	dsn := ""
	if s != n.door {
		dsn = filepath.Join(s.dir, "dsn")
		write(n.t, dsn, n.dsn)
	}
	write(n.t, s.config(), fmt.Sprintf(`
data = %q
listen = %q
ops_listen = %q
mysql_dsn_file = %q
drain = "2s"
[cluster]
roles = [%s]
listen = %q
ca_file = %q
cert_file = %q
key_file = %q
etcd = [%s]
etcd_members = [%s]
etcd_listen = %q
`, s.data(), s.listen, s.ops, dsn, roles, freeAddress(n.t), filepath.Join(n.certs, "ca.pem"),
		filepath.Join(n.certs, name+".pem"), filepath.Join(n.certs, name+".key"), list(etcd), list(members), etcdListen))
	s.args = []string{"--config", s.config()}
}

func (s *server) config() string { return filepath.Join(s.dir, "taut.toml") }

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// start starts all nodes at once: none is ready before most of etcd is there.
func (n *nodes) start() {
	n.t.Helper()
	all := slices.Concat(n.gates, n.owners)
	if n.door != nil {
		all = append(all, n.door)
	}
	for _, s := range all {
		s.launch()
	}
	for _, s := range all {
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

// owned waits until the nodes own so many slots.
func (n *nodes) owned(slots map[string]int) {
	n.t.Helper()
	eventually(n.t, "the ring is "+fmt.Sprint(slots), func() error {
		r := n.ring()
		for name, want := range slots {
			if got := r.Nodes[name].Slots; got != want {
				return fmt.Errorf("%s owns %d slots of epoch %d", name, got, r.Epoch)
			}
		}
		return nil
	})
}

// seed makes the workspace, before the nodes start.
func (n *nodes) seed() workspace {
	n.t.Helper()
	s := n.gates[0]
	return s.seed("acme", "--config", s.config(), "--users", "12", "--bots", "0", "--channels", "16")
}

// online waits until each other gateway says that the first user, who is connected to the
// first one, is active.
func (n *nodes) online(w workspace) {
	n.t.Helper()
	for _, s := range n.gates[1:] {
		eventually(n.t, "a user on one gateway is active to another", func() error {
			answer, err := s.caller(w.Users[1].Token).call(n.t.Context(), "users.getPresence", form("user", w.Users[0].ID))
			if err == nil && answer.text("presence") != "active" {
				err = fmt.Errorf("%v", answer)
			}
			return err
		})
	}
}

// TestChannelServersDieAndStop has clients on three gateways talk over two channel
// servers, of which one is killed, comes back, the other is stopped for longer than
// its lease and goes on, and one is drained: nothing is lost, seen twice or out of
// order, on any gateway.
func TestChannelServersDieAndStop(t *testing.T) {
	n := newNodes(t)
	r := &run{t: t, server: n.gates[0], record: &history.Recorder{}}
	r.space = n.seed()
	n.start()
	n.owned(map[string]int{"owner-0": 8192, "owner-1": 8192})
	for i := range 6 {
		u := r.space.Users[i]
		r.readers = append(r.readers, read(t, n.gates[i%3], r.record, fmt.Sprint("reader-", i), u.ID, u.Token, r.channels()...))
	}
	u := r.space.Users[10]
	r.readers = append(r.readers, readAt(t, n.door, n.gates[0], r.record, "reader-door", u.ID, u.Token, r.channels()...))
	if err := within(patience, func() error {
		_, err := (&socket{n.door, u.Token}).post(t.Context(), r.channels()[0], "door-0")
		return err
	}); err != nil {
		t.Fatalf("a message over the socket of a gateway alone: %v", err)
	}
	for i := range 4 {
		u := r.space.Users[6+i]
		r.senders = append(r.senders, sending(t, n.gates[i%3], r.record, fmt.Sprint("sender-", i), u.ID, u.Token, 4*time.Millisecond, "", r.channels()...))
	}
	r.progress(200, r.readers...)
	n.online(r.space)

	var faults []fault
	during := func(name string, do func()) {
		begin := time.Now().UnixMilli()
		do()
		r.progress(150, r.readers...)
		faults = append(faults, fault{name, begin, time.Now().UnixMilli()})
	}
	during("a channel server is killed", func() {
		n.owners[0].kill()
		n.owned(map[string]int{"owner-0": 0, "owner-1": 16384})
	})
	during("it comes back", func() {
		n.owners[0].start()
		n.owned(map[string]int{"owner-0": 8192, "owner-1": 8192})
	})
	n.online(r.space)
	r.record.Add(history.Record{Kind: history.Pause})
	during("a node with gateway, API, etcd and perhaps the manager is killed and comes back", func() {
		n.gates[2].kill()
		n.gates[2].start()
	})
	r.record.Add(history.Record{Kind: history.Go})
	// Longer than its lease: what it owned is another's, and it doesn't know.
	r.record.Add(history.Record{Kind: history.Pause})
	during("the other one is stopped for 10 s", func() {
		begin := time.Now()
		n.owners[1].cmd.Process.Signal(syscall.SIGSTOP)
		n.owned(map[string]int{"owner-0": 16384})
		<-time.After(time.Until(begin.Add(10 * time.Second)))
		n.owners[1].cmd.Process.Signal(syscall.SIGCONT)
		n.owned(map[string]int{"owner-0": 8192, "owner-1": 8192})
	})
	r.record.Add(history.Record{Kind: history.Go})
	during("the first is drained", func() {
		n.gates[0].taut("drain", "owner-0", "--config", n.gates[0].config())
		n.owned(map[string]int{"owner-0": 0, "owner-1": 16384})
	})
	during("and stops", func() { n.owners[0].stop() })
	r.settle()
	for _, c := range r.readers {
		c.close()
		c.check(t)
		t.Log(c.summary())
	}
	stopAll(append(slices.Concat([]*server{n.door}, n.gates), n.owners[1]))
	stamp(r.record, r.readers[0].held(), "")
	options := store.Options{Data: t.TempDir(), MySQL: n.dsn, Log: slog.New(slog.DiscardHandler)}
	truthIn(t, options, r.record, r.space, streams(r.record)...)
	judge(t, r.record, strict)
	t.Logf("%d messages acknowledged", r.acked())
	for _, f := range faults {
		t.Log(f.pause(r.record))
	}
}

// TestNodesThatDoEverything has three equal nodes, of which one after another is killed
// under load and comes back: whatever it was, others are it meanwhile.
func TestNodesThatDoEverything(t *testing.T) {
	n := database(t)
	n.gateways("node", "")
	r := &run{t: t, server: n.gates[0], record: &history.Recorder{}}
	r.space = n.seed()
	n.start()
	thirds := map[string]int{"node-0": 5461, "node-1": 5461, "node-2": 5461} // and one of them one more
	n.ownedAbout(thirds)
	for i := range 3 {
		u := r.space.Users[i]
		r.readers = append(r.readers, read(t, n.gates[i], r.record, fmt.Sprint("reader-", i), u.ID, u.Token, r.channels()...))
		u = r.space.Users[6+i]
		r.senders = append(r.senders, sending(t, n.gates[i], r.record, fmt.Sprint("sender-", i), u.ID, u.Token, 4*time.Millisecond, "", r.channels()...))
	}
	r.progress(150, r.readers...)
	// Its clients stay away with the node, and an election of etcd may have to be awaited.
	r.record.Add(history.Record{Kind: history.Pause})
	for i, s := range n.gates {
		s.kill()
		r.progress(100, r.readers[(i+1)%3], r.readers[(i+2)%3])
		s.start()
		n.ownedAbout(thirds)
		r.progress(50, r.readers...)
	}
	r.record.Add(history.Record{Kind: history.Go})
	r.settle()
	for _, c := range r.readers {
		c.close()
		c.check(t)
		t.Log(c.summary())
	}
	stopAll(n.gates)
	stamp(r.record, r.readers[0].held(), "")
	options := store.Options{Data: t.TempDir(), MySQL: n.dsn, Log: slog.New(slog.DiscardHandler)}
	truthIn(t, options, r.record, r.space, streams(r.record)...)
	judge(t, r.record, strict)
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

// fault is a time in which something was wrong.
type fault struct {
	name       string
	begin, end int64
}

// pause tells how late readers saw what was committed in the time.
func (f fault) pause(record *history.Recorder) string {
	type place struct {
		stream chat.StreamID
		seq    int64
	}
	committed := map[place]int64{}
	for _, rec := range record.Records() {
		if rec.Kind == history.Event && f.begin <= rec.CommittedMS && rec.CommittedMS <= f.end {
			committed[place{rec.Stream, rec.Seq}] = rec.CommittedMS
		}
	}
	var late []int64
	for _, rec := range record.Records() {
		if at, ok := committed[place{rec.Stream, rec.Seq}]; ok && rec.Kind == history.See {
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
