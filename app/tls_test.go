package app

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"taut/config"
	"taut/internal/admin"
)

// certificate writes a self-signed one, with the serial number, and its key.
func certificate(t *testing.T, folder string, serial int64) (c config.TLS, roots *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	c = config.TLS{CertFile: filepath.Join(folder, "cert.pem"), KeyFile: filepath.Join(folder, "key.pem")}
	for path, block := range map[string]*pem.Block{c.CertFile: {Type: "CERTIFICATE", Bytes: der}, c.KeyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots = x509.NewCertPool()
	roots.AddCert(leaf)
	return c, roots
}

// startWith is start with settings changed.
func startWith(t *testing.T, c config.Config) *App {
	t.Helper()
	a, err := newStarted(t, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// newStarted is a server that the caller stops.
func newStarted(t *testing.T, c config.Config) (*App, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	a, err := New(t.Context(), Options{Config: c, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	return a, a.Start(t.Context())
}

// TestTLS: the API speaks HTTP/2, sockets upgrade all the same, plain HTTP is
// redirected, and old protocols are refused.
func TestTLS(t *testing.T) {
	c := settings(t.TempDir())
	var roots *x509.CertPool
	c.TLS, roots = certificate(t, t.TempDir(), 1)
	c.TLS.RedirectListen = "127.0.0.1:0"
	a := startWith(t, c)
	url := strings.Replace(a.config.URL(a.public.Addr()), "127.0.0.1", "localhost", 1)
	if !strings.HasPrefix(url, "https://localhost:") {
		t.Fatalf("the URL is %s", url)
	}
	owner, err := door(t, a).CreateWorkspace(t.Context(), admin.NewWorkspace{Domain: "acme"})
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots}}}
	defer client.CloseIdleConnections()
	r, err := client.Get(url + "/api/api.test")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	r.Body.Close()
	if r.ProtoMajor != 2 || !strings.Contains(string(body), `"ok":true`) || err != nil {
		t.Errorf("%s answered %s, %v", r.Proto, body, err)
	}

	dialer := websocket.Dialer{TLSClientConfig: &tls.Config{RootCAs: roots}}
	socket, _, err := dialer.DialContext(t.Context(), "wss"+strings.TrimPrefix(url, "https")+"/websocket?token="+owner.Token, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	if _, frame, err := socket.ReadMessage(); err != nil || !strings.Contains(string(frame), "hello") {
		t.Errorf("the socket said %s, %v", frame, err)
	}

	old := tls.Config{RootCAs: roots, MaxVersion: tls.VersionTLS11}
	if conn, err := tls.Dial("tcp", a.public.Addr().String(), &old); err == nil {
		conn.Close()
		t.Error("TLS 1.1 is spoken")
	}
	wantRedirected(t, "http://"+a.plain.Addr().String(), a.config.URL(a.public.Addr()))
}

func wantRedirected(t *testing.T, plain, url string) {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	r, err := client.Get(plain + "/archives/C1?x=1")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusMovedPermanently || r.Header.Get("Location") != url+"/archives/C1?x=1" {
		t.Errorf("redirected with %s to %s", r.Status, r.Header.Get("Location"))
	}
	r, err = client.Post(plain+"/api/auth.test", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusForbidden {
		t.Errorf("a post over plain HTTP: %s", r.Status)
	}
}

// TestCertificateIsReadAgain when its files change; files that don't fit, as while
// they are being replaced, leave the one of before.
func TestCertificateIsReadAgain(t *testing.T) {
	folder := t.TempDir()
	c, _ := certificate(t, folder, 1)
	f := &certFiles{cert: c.CertFile, key: c.KeyFile, log: slog.New(slog.DiscardHandler)}
	begin := time.Now()
	if err := f.load(begin); err != nil {
		t.Fatal(err)
	}
	serial := func() int64 {
		got, err := f.get(nil)
		if err != nil {
			t.Fatal(err)
		}
		return got.Leaf.SerialNumber.Int64()
	}
	key, err := os.ReadFile(c.KeyFile)
	if err != nil {
		t.Fatal(err)
	}
	certificate(t, folder, 22)
	newKey, err := os.ReadFile(c.KeyFile)
	if err != nil {
		t.Fatal(err)
	}
	if n := serial(); n != 1 {
		t.Errorf("it looked at once: serial %d", n)
	}
	for _, step := range []struct {
		key  []byte
		want int64
	}{{key, 1}, {append([]byte("\n"), newKey...), 22}} {
		if err := os.WriteFile(c.KeyFile, step.key, 0o600); err != nil {
			t.Fatal(err)
		}
		f.looked = begin.Add(-time.Minute)
		if n := serial(); n != step.want {
			t.Errorf("serial %d, want %d", n, step.want)
		}
	}
	if err := os.Remove(c.CertFile); err != nil {
		t.Fatal(err)
	}
	f.looked = begin.Add(-time.Minute)
	if n := serial(); n != 22 {
		t.Errorf("without the file, serial %d", n)
	}
}

func TestBadCertificateStopsTheStart(t *testing.T) {
	c := settings(t.TempDir())
	c.TLS, _ = certificate(t, t.TempDir(), 1)
	if err := os.WriteFile(c.TLS.KeyFile, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), Options{Config: c, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(context.WithoutCancel(t.Context())); err == nil || !strings.Contains(err.Error(), "tls.cert_file") {
		t.Errorf("with a bad key: %v", err)
	}
}
