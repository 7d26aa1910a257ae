package certs

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// lookTime is how often at most the files are looked at.
const lookTime = 5 * time.Second

// Identity is a node's: its names, its certificate and its cluster's authority. Files
// that are replaced are taken over within seconds, for connections that begin then; what
// can't be read, or names another node, is not. It may be used from several goroutines.
type Identity struct {
	Cluster, Node string

	files [3]string // ca, cert, key

	mu     sync.Mutex
	papers papers    // guarded by mu
	as     [3]stamp  // what was read; guarded by mu
	looked time.Time // guarded by mu
}

// papers are what the files hold.
type papers struct {
	certificate tls.Certificate
	authority   *x509.CertPool
}

// stamp tells one version of a file from the next.
type stamp struct {
	size int64
	at   time.Time
}

// Load reads a node's identity; the certificate says the names.
func Load(caFile, certFile, keyFile string) (*Identity, error) {
	i := &Identity{files: [3]string{caFile, certFile, keyFile}, looked: time.Now()}
	i.as, _ = i.stamps() // before they are read: a change in between is seen later
	var err error
	i.papers, i.Cluster, i.Node, err = i.read()
	if err != nil {
		return nil, err
	}
	return i, nil
}

func (i *Identity) read() (p papers, cluster, node string, err error) {
	ca, err := os.ReadFile(i.files[0])
	if err != nil {
		return p, "", "", err
	}
	p.authority = x509.NewCertPool()
	if !p.authority.AppendCertsFromPEM(ca) {
		return p, "", "", fmt.Errorf("%s holds no certificate", i.files[0])
	}
	if p.certificate, err = tls.LoadX509KeyPair(i.files[1], i.files[2]); err != nil {
		return p, "", "", err
	}
	if cluster, node, err = p.verify(p.certificate.Leaf, x509.ExtKeyUsageClientAuth); err != nil {
		return p, "", "", fmt.Errorf("%s: %w", i.files[1], err)
	}
	return p, cluster, node, nil
}

func (i *Identity) stamps() (as [3]stamp, err error) {
	for n, name := range i.files {
		info, err := os.Stat(name)
		if err != nil {
			return as, err
		}
		as[n] = stamp{info.Size(), info.ModTime()}
	}
	return as, nil
}

// now is what the files hold, as far as that is of any use.
func (i *Identity) now() papers {
	i.mu.Lock()
	defer i.mu.Unlock()
	if time.Since(i.looked) < lookTime {
		return i.papers
	}
	i.looked = time.Now()
	as, err := i.stamps()
	if err != nil || as == i.as {
		return i.papers
	}
	if p, cluster, node, err := i.read(); err == nil && cluster == i.Cluster && node == i.Node {
		i.papers, i.as = p, as
	}
	return i.papers
}

// Expires is when the node's certificate does.
func (i *Identity) Expires() time.Time { return i.now().certificate.Leaf.NotAfter }

func (i *Identity) serving(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p := i.now()
	return &p.certificate, nil
}

func (i *Identity) calling(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	p := i.now()
	return &p.certificate, nil
}

// Server is for a listener on which only nodes of the cluster are heard.
func (i *Identity) Server() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS13,
		GetCertificate: i.serving,
		ClientAuth:     tls.RequireAnyClientCert,
		NextProtos:     []string{"h2"},
		VerifyConnection: func(s tls.ConnectionState) error {
			return i.accept(s, "", x509.ExtKeyUsageClientAuth)
		},
	}
}

// Client is for connections to a node of the cluster.
func (i *Identity) Client(node string) *tls.Config {
	return &tls.Config{
		MinVersion:           tls.VersionTLS13,
		GetClientCertificate: i.calling,
		NextProtos:           []string{"h2"},
		// Hosts are not compared; VerifyConnection does all else, and more.
		InsecureSkipVerify: true,
		VerifyConnection: func(s tls.ConnectionState) error {
			return i.accept(s, node, x509.ExtKeyUsageServerAuth)
		},
	}
}

// Etcd is for etcd's clients, who look at the hosts in its certificate. Another
// authority than at first they take after a restart.
func (i *Identity) Etcd() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, GetClientCertificate: i.calling, RootCAs: i.now().authority}
}

// accept takes a peer of this cluster, and if one node is meant only that.
func (i *Identity) accept(s tls.ConnectionState, node string, usage x509.ExtKeyUsage) error {
	if len(s.PeerCertificates) == 0 {
		return errors.New("the other side has no certificate")
	}
	cluster, is, err := i.now().verify(s.PeerCertificates[0], usage)
	switch {
	case err != nil:
		return err
	case cluster != i.Cluster:
		return fmt.Errorf("the certificate is of the cluster %s, not of %s", cluster, i.Cluster)
	case node != "" && is != node:
		return fmt.Errorf("the certificate is of the node %s, not of %s", is, node)
	}
	return nil
}

// Peer is the node that a connection's certificate names; accept has verified it.
func Peer(s tls.ConnectionState) (string, error) {
	if len(s.PeerCertificates) == 0 {
		return "", errors.New("the other side has no certificate")
	}
	_, node, err := identity(s.PeerCertificates[0])
	return node, err
}

// verify tells what a certificate says, if the authority signed it.
func (p papers) verify(c *x509.Certificate, usage x509.ExtKeyUsage) (cluster, node string, err error) {
	_, err = c.Verify(x509.VerifyOptions{Roots: p.authority, KeyUsages: []x509.ExtKeyUsage{usage}})
	if err != nil {
		return "", "", fmt.Errorf("the certificate is not of this cluster: %w", err)
	}
	return identity(c)
}

// identity reads the URI.
func identity(c *x509.Certificate) (cluster, node string, err error) {
	if len(c.URIs) != 1 || c.URIs[0].Scheme != scheme {
		return "", "", errors.New("the certificate names no cluster: taut cert makes those that do")
	}
	return c.URIs[0].Host, strings.TrimPrefix(c.URIs[0].Path, "/"), nil
}
