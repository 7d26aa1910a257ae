//go:build e2e && mariadb && s3

package e2e

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"taut/internal/testenv/mariadb"
	"taut/internal/testenv/s3"
)

// cluster is one of real processes, each a host of its own: three gateways without a
// database, three nodes with the API, a member of etcd and all else that there is, and
// two channel servers, which are the presence servers too.
type cluster struct {
	t         *testing.T
	net       *network
	db        *mariadb.Pair
	bucket    *s3.Server
	dsn       string // names both of its servers, which are forwarded to each node's loopback
	certs     string
	gates     []*server
	apis      []*server
	owners    []*server
	databases map[*server][]*forward // primary and replica
	primary   int                    // of the database's servers
	next      string                 // the binary of another version
}

const nextVersion = "next"

// Where each node listens. Clients come to its loopback: they are not the network
// that has faults.
const (
	publicAt = "127.0.0.1:8000"
	opsAt    = "127.0.0.1:8001"
)

func newCluster(t *testing.T) *cluster {
	t.Helper()
	db, err := mariadb.StartPair()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Remove)
	c := &cluster{t: t, db: db, certs: filepath.Join(t.TempDir(), "certs"), databases: map[*server][]*forward{}, next: binaryOf(t, "clockshift", nextVersion)}
	if c.dsn, err = db.NewDatabase(); err != nil {
		t.Fatal(err)
	}
	if c.bucket, err = s3.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.bucket.Remove() })
	c.net = newNetwork(t, 8)
	hosts := c.net.hosts
	add := func(name string, n int) (nodes []*server) {
		for i := range n {
			s := newServer(t, "clockshift")
			s.name, s.host, s.listen, s.ops = fmt.Sprint(name, "-", i), hosts[0], publicAt, opsAt
			hosts = hosts[1:]
			nodes = append(nodes, s)
		}
		return nodes
	}
	c.apis, c.gates, c.owners = add("api", 3), add("gate", 3), add("owner", 2)
	c.apis[0].taut("cert", "authority", "--folder", c.certs, "--cluster", "acme")
	for _, s := range c.all() {
		c.configure(s)
		for at := range strings.SplitSeq(c.dsn[strings.Index(c.dsn, "(")+1:strings.Index(c.dsn, ")")], ",") {
			c.databases[s] = append(c.databases[s], s.host.forward(t, at, at))
		}
		at := strings.TrimPrefix(c.bucket.Endpoint(), "http://")
		s.host.forward(t, at, at)
	}
	return c
}

func (c *cluster) all() []*server { return slices.Concat(c.apis, c.gates, c.owners) }

// configure writes a node's settings and certificate.
func (c *cluster) configure(s *server) {
	c.t.Helper()
	files, err := c.bucket.Settings(s.dir)
	if err != nil {
		c.t.Fatal(err)
	}
	j := joining{certs: c.certs, hosts: s.host.ip(), listen: s.host.ip() + ":7400", more: files}
	for _, api := range c.apis {
		j.members = append(j.members, api.name+"="+api.host.ip()+":7402")
		j.etcd = append(j.etcd, api.host.ip()+":7401")
	}
	switch {
	case slices.Contains(c.apis, s):
		j.roles, j.dsn, j.etcdListen = []string{"webapi", "ring", "relay", "search", "edgecache"}, c.dsn, s.host.ip()+":7401"
	case slices.Contains(c.owners, s):
		j.roles, j.dsn = []string{"channelserver"}, c.dsn
	default:
		j.roles = []string{"gateway"}
	}
	s.join(j)
}

// start starts all nodes at once: none is ready before most of etcd is there.
func (c *cluster) start() {
	c.t.Helper()
	for _, s := range c.all() {
		s.launch()
	}
	for _, s := range c.all() {
		s.await()
	}
	c.balanced()
}

// stop stops all nodes.
func (c *cluster) stop() { stopAll(c.all()) }

// ring asks the nodes one after another: any of them may be the one that is gone.
func (c *cluster) ring() (r ringState, err error) {
	for _, s := range c.apis {
		var out string
		if out, err = s.try("ring", "--config", s.config(), "--json"); err == nil {
			return readRing(out)
		}
	}
	return r, err
}

// owned waits until the nodes own so many slots.
func (c *cluster) owned(slots map[string]int) {
	c.t.Helper()
	eventually(c.t, fmt.Sprint("the ring is ", slots), func() error {
		r, err := c.ring()
		if err != nil {
			return err
		}
		for name, want := range slots {
			if got := r.Nodes[name].Slots; got != want {
				return fmt.Errorf("%s owns %d slots of epoch %d", name, got, r.Epoch)
			}
		}
		return nil
	})
}

// balanced waits until both channel servers own a half, and alone until one has all.
func (c *cluster) balanced() {
	c.t.Helper()
	c.owned(map[string]int{"owner-0": 8192, "owner-1": 8192})
}

func (c *cluster) alone(owner string) {
	c.t.Helper()
	c.owned(map[string]int{owner: 16384})
}

// manager is the node that makes the ring.
func (c *cluster) manager() (leads *server) {
	c.t.Helper()
	eventually(c.t, "a node makes the ring", func() error {
		r, err := c.ring()
		if err != nil {
			return err
		}
		for _, s := range c.apis {
			if s.name == r.Manager {
				leads = s
				return nil
			}
		}
		return fmt.Errorf("%q makes it", r.Manager)
	})
	return leads
}

// suspend stops a process without telling it, and resume lets it go on.
func (s *server) suspend() { s.tell(syscall.SIGSTOP) }
func (s *server) resume()  { s.tell(syscall.SIGCONT) }

func (s *server) tell(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatalf("%s: %s: %v", s.name, sig, err)
	}
}
