package doctor

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"taut/config"
	"taut/internal/certs"
)

// nodeOf are the settings of a node with all roles, one of three members of etcd.
func nodeOf(t *testing.T) config.Config {
	t.Helper()
	folder := t.TempDir()
	if err := errors.Join(certs.MakeAuthority(folder, "acme"), certs.MakeNode(folder, "a", []string{"127.0.0.1"}, false)); err != nil {
		t.Fatal(err)
	}
	c := config.Default()
	c.MySQLFile = "dsn"
	c.Cluster.Listen = "127.0.0.1:7400"
	c.Cluster.CAFile, c.Cluster.CertFile, c.Cluster.KeyFile = filepath.Join(folder, "ca.pem"), filepath.Join(folder, "a.pem"), filepath.Join(folder, "a.key")
	c.Cluster.EtcdMembers = []string{"a=127.0.0.1:1", "b=127.0.0.1:2", "c=127.0.0.1:3"}
	return c
}

// said are what findings say, a line each.
func said(t *testing.T, all []Finding) string {
	t.Helper()
	var lines []string
	for _, f := range all {
		lines = append(lines, string(f.Level)+" "+f.Check+": "+f.Says)
		if f.Level != OK && f.Remedy == "" {
			t.Errorf("%q has no remedy", f.Says)
		}
	}
	return strings.Join(lines, "\n")
}

// TestCluster: what is said of a cluster of three, of which one thing is amiss.
func TestCluster(t *testing.T) {
	all := config.Cluster{}.AllRoles()
	good := map[string]Node{}
	for _, name := range []string{"a", "b", "c"} {
		good[name] = Node{Roles: all, Slots: 5461, Version: "1", State: "there"}
	}
	with := func(name string, change func(*Node)) map[string]Node {
		nodes := maps.Clone(good)
		is := nodes[name]
		change(&is)
		nodes[name] = is
		return nodes
	}
	without := func(role string) map[string]Node {
		nodes := map[string]Node{}
		c := config.Cluster{}
		for _, r := range all {
			if r != role {
				c.Roles = append(c.Roles, r)
			}
		}
		for name, is := range good {
			is.Roles = c.Roles
			nodes[name] = is
		}
		return nodes
	}
	dead := maps.Clone(good)
	delete(dead, "c")
	absent := maps.Clone(good)
	delete(absent, "a")
	for name, c := range map[string]struct {
		nodes map[string]Node
		err   error
		worst Level
		says  string
	}{
		"all well":           {good, nil, OK, "ok nodes: a, b, c"},
		"etcd is silent":     {nil, errors.New("no answer"), Fail, "fail etcd: no answer"},
		"a member is gone":   {dead, nil, Warn, "warn nodes: c, a member of etcd by cluster.etcd_members, is not there"},
		"it left slots":      {with("c", func(n *Node) { *n = Node{Slots: 7, State: "gone"} }), nil, Fail, "fail nodes: c is gone, and has 7 slots yet"},
		"this one is absent": {absent, nil, Fail, "fail this node: a is not in the cluster"},
		"this one is empty":  {with("a", func(n *Node) { n.State = "drained" }), nil, Warn, "warn this node: a is drained"},
		"other roles":        {with("a", func(n *Node) { n.Roles = all[:2] }), nil, Warn, "warn this node: a has the roles"},
		"two versions":       {with("b", func(n *Node) { n.Version = "2" }), nil, Warn, "warn nodes: they are of the versions 1, 2"},
		"no search":          {without("search"), nil, Warn, "warn roles: no node has search"},
		"no relay":           {without("relay"), nil, Warn, "warn roles: no node has relay"},
		"no ring":            {without("ring"), nil, Warn, "warn roles: no node has ring"},
		"no API":             {without("webapi"), nil, Warn, "warn roles: no node has webapi"},
		"no owner":           {without("channelserver"), nil, Fail, "fail roles: no node has channelserver"},
		"no slots": {map[string]Node{"a": {Roles: all, State: "there"}, "b": {Roles: all, State: "there"}, "c": {Roles: all, State: "there"}}, nil, Fail,
			"fail ring: no channel server owns anything"},
	} {
		t.Run(name, func(t *testing.T) {
			p := Patient{Config: nodeOf(t), Nodes: func(ctx context.Context) (map[string]Node, error) {
				if end, bounded := ctx.Deadline(); !bounded || time.Until(end) > registryTime {
					t.Error("the registry is waited for too long")
				}
				return c.nodes, c.err
			}}
			n := &notes{}
			p.cluster(t.Context(), n)
			if got := said(t, n.findings); Worst(n.findings) != c.worst || !strings.Contains(got, c.says) {
				t.Errorf("it says\n%s\nwant %s, and %q", got, c.worst, c.says)
			}
		})
	}
}

// certificateFor writes one that is good for so long yet.
func certificateFor(t *testing.T, left time.Duration) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour * 9000), NotAfter: time.Now().Add(left)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "node.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestNodesPapers: certificates that end, that can't be read, or are of another cluster.
func TestNodesPapers(t *testing.T) {
	for left, want := range map[time.Duration]Level{-time.Minute: Fail, 29 * 24 * time.Hour: Warn, 31 * 24 * time.Hour: OK} {
		n := &notes{}
		good := expiry("certificate", "renew it", certificateFor(t, left), n)
		if said(t, n.findings); Worst(n.findings) != want || good != (want != Fail) {
			t.Errorf("%s before its end: %v, good %v", left, n.findings, good)
		}
	}
	foreign := nodeOf(t)
	foreign.Cluster.CAFile = nodeOf(t).Cluster.CAFile
	lost := nodeOf(t)
	lost.Cluster.CertFile += ".old"
	for want, c := range map[string]config.Config{"not of this cluster": foreign, "no such file": lost} {
		n := &notes{}
		p := Patient{Config: c, Nodes: func(context.Context) (map[string]Node, error) {
			t.Error("etcd is asked with papers that are no good")
			return nil, nil
		}}
		p.cluster(t.Context(), n)
		if got := said(t, n.findings); Worst(n.findings) != Fail || !strings.Contains(got, want) {
			t.Errorf("it says\n%s\nwant %q", got, want)
		}
	}
}

// TestBackupsElsewhere: where the log is in MySQL no daily taut backup is asked for as if
// it had the log.
func TestBackupsElsewhere(t *testing.T) {
	node, bucket, files := nodeOf(t), config.Default(), config.Default()
	bucket.MySQLFile, bucket.Files.S3.Endpoint = "dsn", "https://s3.example.com"
	files.MySQLFile = "dsn"
	for _, c := range []struct {
		of    config.Config
		worst Level
		says  string
	}{
		{node, OK, "ca.key"},
		{bucket, OK, "let the bucket keep versions"},
		{files, Warn, "dump the database with its own tools"},
	} {
		c.of.Data = t.TempDir()
		n := &notes{}
		Patient{Config: c.of}.backups(t.Context(), n)
		f := n.findings[0]
		if f.Level != c.worst || !strings.Contains(f.Says+f.Remedy, c.says) {
			t.Errorf("%+v, want %s and %q", f, c.worst, c.says)
		}
	}
}
