package certs

import (
	"crypto/tls"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func cluster(t *testing.T, name string, nodes ...string) string {
	t.Helper()
	dir := t.TempDir()
	if err := MakeAuthority(dir, name); err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		if err := MakeNode(dir, n, []string{"127.0.0.1", "localhost"}, false); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func load(t *testing.T, dir, node string) *Identity {
	t.Helper()
	i, err := Load(filepath.Join(dir, "ca.pem"), filepath.Join(dir, node+".pem"), filepath.Join(dir, node+".key"))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// shake lets two ends meet and tells what each says.
func shake(server, client *tls.Config) (serverErr, clientErr error) {
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	done := make(chan error, 1)
	go func() {
		s := tls.Server(a, server)
		err := s.Handshake()
		a.Close()
		done <- err
	}()
	c := tls.Client(b, client)
	if clientErr = c.Handshake(); clientErr == nil {
		c.Read(make([]byte, 1)) // the server's verdict comes after the client's
	}
	b.Close()
	return <-done, clientErr
}

func TestNodesKnowEachOther(t *testing.T) {
	dir := cluster(t, "acme", "one", "two")
	one, two := load(t, dir, "one"), load(t, dir, "two")
	if one.Cluster != "acme" || one.Node != "one" {
		t.Errorf("the identity is %s/%s", one.Cluster, one.Node)
	}
	if s, c := shake(one.Server(), two.Client("one")); s != nil || c != nil {
		t.Errorf("server %v, client %v", s, c)
	}
}

func TestStrangersAreRefused(t *testing.T) {
	dir := cluster(t, "acme", "one", "two")
	one, two := load(t, dir, "one"), load(t, dir, "two")
	other := load(t, cluster(t, "acme", "one"), "one") // the same names, another authority
	if _, err := shake(one.Server(), two.Client("three")); err == nil || !strings.Contains(err.Error(), `the node one, not of three`) {
		t.Errorf("another node than the one that is meant: %v", err)
	}
	if _, err := shake(other.Server(), two.Client("one")); err == nil || !strings.Contains(err.Error(), "not of this cluster") {
		t.Errorf("a server of another authority: %v", err)
	}
	trusting := other.Client("one")
	trusting.VerifyConnection = nil
	if err, _ := shake(one.Server(), trusting); err == nil || !strings.Contains(err.Error(), "not of this cluster") {
		t.Errorf("a client of another authority: %v", err)
	}
	bare := two.Client("one")
	bare.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &tls.Certificate{}, nil }
	if err, _ := shake(one.Server(), bare); err == nil {
		t.Error("a client without a certificate is heard")
	}
}

func TestOneAuthorityOfTwoClusters(t *testing.T) {
	dir := cluster(t, "acme", "one")
	one, imposter := load(t, dir, "one"), load(t, dir, "one")
	imposter.Cluster = "rival"
	if _, err := shake(one.Server(), imposter.Client("one")); err == nil || !strings.Contains(err.Error(), `the cluster acme, not of rival`) {
		t.Errorf("another cluster's node: %v", err)
	}
}

func TestNothingIsReplaced(t *testing.T) {
	dir := cluster(t, "acme", "one")
	if err := MakeAuthority(dir, "acme"); !os.IsExist(err) {
		t.Errorf("a second authority: %v", err)
	}
	if err := MakeNode(dir, "one", nil, false); !os.IsExist(err) {
		t.Errorf("a second certificate: %v", err)
	}
	for _, name := range []string{"", "ca", "a/b", "A", "-x", strings.Repeat("x", 64)} {
		if MakeNode(dir, name, nil, false) == nil {
			t.Errorf("%q is taken for a node's name", name)
		}
	}
	if info, err := os.Stat(filepath.Join(dir, "one.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's mode: %v %v", info.Mode(), err)
	}
}

// later lets the identity look at its files again.
func (i *Identity) later() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.looked = i.looked.Add(-lookTime)
}

// A certificate that is replaced is taken over by a node that runs; one that can't be
// read or names another node is not.
func TestReplacedFilesAreRead(t *testing.T) {
	dir := cluster(t, "acme", "one", "two")
	one, two := load(t, dir, "one"), load(t, dir, "two")
	server, client := one.Server(), two.Client("one")
	shown := func() string {
		t.Helper()
		one.later()
		if s, c := shake(server, client); s != nil || c != nil {
			t.Fatalf("server %v, client %v", s, c)
		}
		c, err := server.GetCertificate(nil)
		if err != nil {
			t.Fatal(err)
		}
		return c.Leaf.SerialNumber.String()
	}
	first := shown()
	if err := MakeNode(dir, "one", []string{"127.0.0.1"}, true); err != nil {
		t.Fatal(err)
	}
	second := shown()
	if second == first {
		t.Error("the new certificate is not shown")
	}
	for name, from := range map[string]string{"of another node": "two.pem", "without its key": "ca.pem"} {
		text, err := os.ReadFile(filepath.Join(dir, from))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "one.pem"), text, 0o600); err != nil {
			t.Fatal(err)
		}
		if shown() != second {
			t.Errorf("a certificate %s is taken over", name)
		}
	}
	if err := os.Remove(filepath.Join(dir, "one.key")); err != nil {
		t.Fatal(err)
	}
	if shown() != second {
		t.Error("what is gone is not what is shown")
	}
}
