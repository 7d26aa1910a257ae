package app

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"taut/config"
)

// secured is how the clients' listener speaks HTTPS.
type secured struct {
	config *tls.Config
	// plain answers what comes over plain HTTP.
	plain http.Handler
}

// secure reads the settings; nil where the listener speaks plain HTTP. publicURL is
// where plain HTTP is redirected to.
func secure(c config.Config, publicURL string, log *slog.Logger) (*secured, error) {
	switch {
	case c.TLS.ACMEDomain != "":
		return acmeSecured(c, publicURL)
	case c.TLS.CertFile != "":
		files := &certFiles{cert: c.TLS.CertFile, key: c.TLS.KeyFile, log: log}
		if err := files.load(time.Now()); err != nil {
			return nil, fmt.Errorf("tls.cert_file: %w", err)
		}
		return &secured{tlsConfig(files.get), redirect(publicURL)}, nil
	}
	return nil, nil
}

// serveClients serves the clients' listener, and beside it the one for plain HTTP,
// where there is one.
func (a *App) serveClients(url string) error {
	s, err := secure(a.config, url, a.log)
	if err != nil {
		return err
	}
	if at := a.config.TLS.RedirectListen; at != "" {
		if a.plain, err = net.Listen("tcp", at); err != nil {
			return fmt.Errorf("tls.redirect_listen: %w", err)
		}
		a.life.onStop("plain listener", stopLimit, a.closeListener(&a.plain))
		server := a.server("plain", s.plain, 30*time.Second)
		server.ConnState = a.visitors.note
		a.serveBeside("plain listener", a.plain, server)
	}
	return a.servePublic(s)
}

// tlsConfig: HTTP/2 for the API; a client that wants a WebSocket asks for HTTP/1.1.
func tlsConfig(get func(*tls.ClientHelloInfo) (*tls.Certificate, error)) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: get, NextProtos: []string{"h2", "http/1.1"}}
}

// acmeTimeout bounds one exchange with the authority.
const acmeTimeout = 30 * time.Second

// acmeSecured gets and renews a certificate by itself, when a client asks by its
// name. It is kept in the data folder, so that a restart asks the authority nothing.
func acmeSecured(c config.Config, publicURL string) (*secured, error) {
	roots, err := rootsOf(c.TLS.ACMECAFile)
	if err != nil {
		return nil, err
	}
	m := &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      autocert.DirCache(filepath.Join(c.Data, "acme")),
		HostPolicy: autocert.HostWhitelist(c.TLS.ACMEDomain),
		Email:      c.TLS.ACMEEmail,
		Client: &acme.Client{
			DirectoryURL: c.TLS.ACMEDirectory,
			UserAgent:    "taut",
			HTTPClient: &http.Client{Timeout: acmeTimeout, Transport: &http.Transport{
				Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{RootCAs: roots},
			}},
		},
	}
	if m.Client.DirectoryURL == "" {
		m.Client.DirectoryURL = autocert.DefaultACMEDirectory
	}
	s := &secured{tlsConfig(m.GetCertificate), m.HTTPHandler(redirect(publicURL))}
	s.config.NextProtos = append(s.config.NextProtos, acme.ALPNProto)
	return s, nil
}

// rootsOf are a file's certificates; nil, the system's, where none is named.
func rootsOf(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("tls.acme_ca_file: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("tls.acme_ca_file: %s has no certificate in PEM", path)
	}
	return roots, nil
}

// redirect sends what a browser asks for to HTTPS. A program that sends more than a
// question, a token perhaps, is told instead: it has to be mended, not led on.
func redirect(publicURL string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead || r.Header.Get("Authorization") != "" {
			http.Error(w, "use "+publicURL, http.StatusForbidden)
			return
		}
		http.Redirect(w, r, publicURL+r.URL.RequestURI(), http.StatusMovedPermanently)
	})
}

// certFiles is a certificate from files, read again when they change.
type certFiles struct {
	cert, key string
	log       *slog.Logger

	mu      sync.Mutex
	current *tls.Certificate // guarded by mu, as are those below
	stamp   [2]fileStamp     // of what current was read from
	looked  time.Time
}

// fileStamp tells one content of a file from the next.
type fileStamp struct {
	changed time.Time
	size    int64
}

// lookEvery is how often a handshake looks whether the files have changed.
const lookEvery = 5 * time.Second

func (f *certFiles) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	now := time.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	if now.Sub(f.looked) >= lookEvery || now.Before(f.looked) {
		if err := f.look(now); err != nil {
			f.log.Error("the certificate's files cannot be used; the one of before goes on", slog.Any("err", err))
		}
	}
	return f.current, nil
}

func (f *certFiles) load(now time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.look(now)
}

// look reads the files where they have changed. One of the two may be written a
// moment after the other: then they don't fit, and the next look takes them.
func (f *certFiles) look(now time.Time) error {
	f.looked = now
	var stamp [2]fileStamp
	for i, path := range []string{f.cert, f.key} {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		stamp[i] = fileStamp{info.ModTime(), info.Size()}
	}
	if f.current != nil && stamp == f.stamp {
		return nil
	}
	c, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return err
	}
	if f.current != nil {
		f.log.Info("a new certificate", slog.Time("expires", c.Leaf.NotAfter))
	}
	f.current, f.stamp = &c, stamp
	return nil
}
