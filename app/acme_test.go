package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// authority is an ACME directory as far as one certificate needs it. It checks a
// challenge as a real one does, by asking the server, and no signature.
type authority struct {
	t         *testing.T
	url       string
	challenge string        // the only kind that it offers
	ask       func() string // asks the server; "": it answered right

	mu     sync.Mutex
	status string
	issued [][]byte // DER
	orders int
	key    *ecdsa.PrivateKey
	ca     *x509.Certificate
}

const acmeName = "chat.example.com"

func newAuthority(t *testing.T, challenge string) (*authority, string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true, NotAfter: time.Now().Add(time.Hour),
		Subject: pkix.Name{CommonName: "Test authority"}}
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if ca, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	y := &authority{t: t, challenge: challenge, status: "pending", key: key, ca: ca}
	server := httptest.NewTLSServer(y)
	t.Cleanup(server.Close)
	y.url = server.URL
	file := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return y, file
}

type fields map[string]any

func (y *authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Replay-Nonce", fmt.Sprint(time.Now().UnixNano()))
	var signed struct{ Payload string }
	body, _ := io.ReadAll(r.Body)
	json.Unmarshal(body, &signed)
	payload, _ := base64.RawURLEncoding.DecodeString(signed.Payload)
	switch r.URL.Path {
	case "/":
		y.answer(w, 200, fields{"newNonce": y.url + "/nonce", "newAccount": y.url + "/account", "newOrder": y.url + "/order"})
	case "/nonce":
	case "/account":
		w.Header().Set("Location", y.url+"/account/1")
		y.answer(w, 201, fields{"status": "valid"})
	case "/order":
		y.mu.Lock()
		y.orders++
		y.mu.Unlock()
		w.Header().Set("Location", y.url+"/order/1")
		y.answer(w, 201, y.order())
	case "/order/1":
		y.answer(w, 200, y.order())
	case "/authz":
		y.answer(w, 200, y.authorization())
	case "/challenge":
		why := y.ask()
		y.mu.Lock()
		y.status = "valid"
		if why != "" {
			y.t.Errorf("the challenge: %s", why)
			y.status = "invalid"
		}
		y.mu.Unlock()
		y.answer(w, 200, y.authorization()["challenges"].([]fields)[0])
	case "/finalize":
		y.issue(payload)
		w.Header().Set("Location", y.url+"/order/1")
		y.answer(w, 200, y.order())
	case "/cert":
		w.Header().Set("Content-Type", "application/pem-certificate-chain")
		y.mu.Lock()
		defer y.mu.Unlock()
		for _, der := range y.issued {
			pem.Encode(w, &pem.Block{Type: "CERTIFICATE", Bytes: der})
		}
	default:
		http.NotFound(w, r)
	}
}

func (y *authority) answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

func (y *authority) order() fields {
	y.mu.Lock()
	defer y.mu.Unlock()
	o := fields{"status": "pending", "finalize": y.url + "/finalize", "authorizations": []string{y.url + "/authz"},
		"identifiers": []fields{{"type": "dns", "value": acmeName}}}
	if y.status == "valid" {
		o["status"] = "ready"
	}
	if y.issued != nil {
		o["status"], o["certificate"] = "valid", y.url+"/cert"
	}
	return o
}

func (y *authority) authorization() fields {
	y.mu.Lock()
	defer y.mu.Unlock()
	return fields{"status": y.status, "identifier": fields{"type": "dns", "value": acmeName},
		"challenges": []fields{{"type": y.challenge, "url": y.url + "/challenge", "token": "tok", "status": y.status}}}
}

func (y *authority) issue(payload []byte) {
	var asked struct{ CSR string }
	json.Unmarshal(payload, &asked)
	der, _ := base64.RawURLEncoding.DecodeString(asked.CSR)
	request, err := x509.ParseCertificateRequest(der)
	if err != nil {
		y.t.Error(err)
		return
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), DNSNames: request.DNSNames, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(60 * 24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	made, err := x509.CreateCertificate(rand.Reader, leaf, y.ca, request.PublicKey, y.key)
	if err != nil {
		y.t.Error(err)
		return
	}
	y.mu.Lock()
	defer y.mu.Unlock()
	y.issued = [][]byte{made, y.ca.Raw}
}

// TestACME gets a certificate by each kind of challenge when the first client
// comes, keeps it over a restart, and refuses other names.
func TestACME(t *testing.T) {
	for _, challenge := range []string{"http-01", "tls-alpn-01"} {
		t.Run(challenge, func(t *testing.T) {
			y, ca := newAuthority(t, challenge)
			c := settings(t.TempDir())
			c.TLS.ACMEDomain, c.TLS.ACMEDirectory, c.TLS.ACMECAFile, c.TLS.RedirectListen = acmeName, y.url+"/", ca, "127.0.0.1:0"
			for range 2 {
				a, err := newStarted(t, c)
				if err != nil {
					t.Fatal(err)
				}
				y.ask = func() string { return asks(a, challenge) }
				if err := a.meets(y, acmeName); err != nil {
					t.Errorf("with %s: %v", challenge, err)
				}
				if err := a.meets(y, "other.example.com"); err == nil {
					t.Error("it has a certificate for another name")
				}
				if err := a.Stop(); err != nil {
					t.Error(err)
				}
			}
			if y.orders != 1 {
				t.Errorf("%d certificates were ordered", y.orders)
			}
		})
	}
}

// meets makes a handshake under the name.
func (a *App) meets(y *authority, name string) error {
	roots := x509.NewCertPool()
	roots.AddCert(y.ca)
	conn, err := tls.Dial("tcp", a.public.Addr().String(), &tls.Config{RootCAs: roots, ServerName: name})
	if err != nil {
		return err
	}
	return conn.Close()
}

// asks is what the authority asks the server; "": it answered right.
func asks(a *App, challenge string) string {
	if challenge == "tls-alpn-01" {
		conn, err := tls.Dial("tcp", a.public.Addr().String(), &tls.Config{
			InsecureSkipVerify: true, ServerName: acmeName, NextProtos: []string{"acme-tls/1"}})
		if err != nil {
			return err.Error()
		}
		defer conn.Close()
		leaf := conn.ConnectionState().PeerCertificates[0]
		if !slices.ContainsFunc(leaf.Extensions, func(e pkix.Extension) bool { return e.Id.String() == "1.3.6.1.5.5.7.1.31" }) {
			return "no acmeIdentifier"
		}
		return ""
	}
	r, err := http.NewRequest(http.MethodGet, "http://"+a.plain.Addr().String()+"/.well-known/acme-challenge/tok", nil)
	if err != nil {
		return err.Error()
	}
	r.Host = acmeName
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || !strings.HasPrefix(string(text), "tok.") {
		return fmt.Sprintf("%s, %v", text, err)
	}
	return ""
}
