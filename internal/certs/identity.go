package certs

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"
)

// Identity is a node's: its names, its certificate and its cluster's authority.
type Identity struct {
	Cluster, Node string

	certificate tls.Certificate
	authority   *x509.CertPool
}

// Load reads a node's identity; the certificate says the names.
func Load(caFile, certFile, keyFile string) (*Identity, error) {
	ca, err := os.ReadFile(caFile)
	if err != nil {
		return nil, err
	}
	i := &Identity{authority: x509.NewCertPool()}
	if !i.authority.AppendCertsFromPEM(ca) {
		return nil, fmt.Errorf("%s holds no certificate", caFile)
	}
	if i.certificate, err = tls.LoadX509KeyPair(certFile, keyFile); err != nil {
		return nil, err
	}
	if i.Cluster, i.Node, err = i.verify(i.certificate.Leaf, x509.ExtKeyUsageClientAuth); err != nil {
		return nil, fmt.Errorf("%s: %w", certFile, err)
	}
	return i, nil
}

// Server is for a listener on which only nodes of the cluster are heard.
func (i *Identity) Server() *tls.Config {
	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{i.certificate},
		ClientAuth:   tls.RequireAnyClientCert,
		NextProtos:   []string{"h2"},
		VerifyConnection: func(s tls.ConnectionState) error {
			return i.accept(s, "", x509.ExtKeyUsageClientAuth)
		},
	}
}

// Client is for connections to a node of the cluster.
func (i *Identity) Client(node string) *tls.Config {
	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{i.certificate},
		NextProtos:   []string{"h2"},
		// Hosts are not compared; VerifyConnection does all else, and more.
		InsecureSkipVerify: true,
		VerifyConnection: func(s tls.ConnectionState) error {
			return i.accept(s, node, x509.ExtKeyUsageServerAuth)
		},
	}
}

// Etcd is for etcd's clients, who look at the hosts in its certificate.
func (i *Identity) Etcd() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{i.certificate}, RootCAs: i.authority}
}

// accept takes a peer of this cluster, and if one node is meant only that.
func (i *Identity) accept(s tls.ConnectionState, node string, usage x509.ExtKeyUsage) error {
	if len(s.PeerCertificates) == 0 {
		return errors.New("the other side has no certificate")
	}
	cluster, is, err := i.verify(s.PeerCertificates[0], usage)
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
func (i *Identity) verify(c *x509.Certificate, usage x509.ExtKeyUsage) (cluster, node string, err error) {
	_, err = c.Verify(x509.VerifyOptions{Roots: i.authority, KeyUsages: []x509.ExtKeyUsage{usage}})
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
