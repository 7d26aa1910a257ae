package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"taut/internal/wholefile"
)

const (
	authorityYears = 20
	nodeYears      = 2
	scheme         = "taut"
)

// MakeAuthority writes ca.pem and ca.key, the cluster's own authority, into the
// folder. One that is there is never replaced: all nodes would have to be.
func MakeAuthority(folder, cluster string) error {
	if !valid(cluster) {
		return fmt.Errorf("%q is no cluster's name: letters, digits and dashes", cluster)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	template := newTemplate(authorityYears, cluster+" authority")
	template.URIs = []*url.URL{{Scheme: scheme, Host: cluster}}
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	return write(filepath.Join(folder, "ca"), template, template, key, key, false)
}

// MakeNode writes NODE.pem and NODE.key, signed by the authority in the folder, for
// a node that others reach under the hosts, names or addresses. Those that are there
// are replaced if they are to be renewed only.
func MakeNode(folder, node string, hosts []string, renew bool) error {
	if !valid(node) {
		return fmt.Errorf("%q is no node's name: letters, digits and dashes", node)
	}
	authority, err := tls.LoadX509KeyPair(filepath.Join(folder, "ca.pem"), filepath.Join(folder, "ca.key"))
	if err != nil {
		return fmt.Errorf("the cluster's authority: %w", err)
	}
	cluster, _, err := identity(authority.Leaf)
	if err != nil {
		return err
	}
	template := newTemplate(nodeYears, node)
	template.URIs = []*url.URL{{Scheme: scheme, Host: cluster, Path: "/" + node}}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, h)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	return write(filepath.Join(folder, node), template, authority.Leaf, key, authority.PrivateKey, renew)
}

// valid names are parts of a URL, a file's name and a registry's key.
func valid(name string) bool {
	return name != "" && name != "ca" && len(name) <= 63 &&
		strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && !strings.HasPrefix(name, "-")
}

func newTemplate(years int, name string) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		// An hour for clocks that differ.
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(years, 0, 0),
	}
}

// write makes the two files; those that are there stay, or are replaced.
func write(path string, template, parent *x509.Certificate, private *ecdsa.PrivateKey, signer crypto.PrivateKey, replace bool) error {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, private.Public(), signer)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	key, certificate := path+".key", path+".pem"
	if !replace {
		if err := writePEM(key, "PRIVATE KEY", secret, 0o600); err != nil {
			return err
		}
		return writePEM(certificate, "CERTIFICATE", der, 0o644)
	}
	// Both are on the disk before either takes its place: one without the other is none.
	for _, old := range []string{key + ".new", certificate + ".new"} {
		if err := os.Remove(old); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	if err := writePEM(key+".new", "PRIVATE KEY", secret, 0o600); err != nil {
		return err
	}
	if err := writePEM(certificate+".new", "CERTIFICATE", der, 0o644); err != nil {
		return err
	}
	if err := wholefile.Place(key+".new", key); err != nil {
		return err
	}
	return wholefile.Place(certificate+".new", certificate)
}

func writePEM(path, kind string, der []byte, mode os.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	return errors.Join(pem.Encode(f, &pem.Block{Type: kind, Bytes: der}), f.Sync(), f.Close())
}
