package doctor

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// client asks without following redirects: where one is, is a finding.
var client = &http.Client{
	Timeout:       10 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

const (
	soonExpired = 21 * 24 * time.Hour
	nowExpired  = 3 * 24 * time.Hour
)

// certificate looks at the one that the server has.
func (p Patient) certificate(_ context.Context, n *notes) {
	const check = "certificate"
	t := p.Config.TLS
	path, name, remedy := t.CertFile, hostOf(p.Config.PublicURL), "renew it: the server reads the files again when they change"
	if t.ACMEDomain != "" {
		path, name, remedy = filepath.Join(p.Config.Data, "acme", t.ACMEDomain), t.ACMEDomain, "the server renews it by itself; its log says why it could not"
	}
	if path == "" {
		return
	}
	leaf, err := leafOf(path)
	if t.ACMEDomain != "" && errors.Is(err, fs.ErrNotExist) {
		n.warn(check, "the server gets one when the first client comes by "+name, "there is none yet")
		return
	}
	if err != nil {
		n.fail(check, "put the certificate there as PEM, readable for the server's user", "%v", err)
		return
	}
	left := time.Until(leaf.NotAfter)
	if name != "" && net.ParseIP(name) == nil && leaf.VerifyHostname(name) != nil {
		n.fail(check, "get one for that name", "it is not for %s, the name of public_url", name)
	}
	says := fmt.Sprintf("it expires at %s, in %d days", leaf.NotAfter.Format(time.DateOnly), int(left.Hours()/24))
	switch {
	case left < nowExpired:
		n.fail(check, remedy, "%s", says)
	case left < soonExpired:
		n.warn(check, remedy, "%s", says)
	default:
		n.ok(check, "%s", says)
	}
}

// leafOf is the first certificate of a PEM file.
func leafOf(path string) (*x509.Certificate, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			return x509.ParseCertificate(block.Bytes)
		}
	}
	return nil, fmt.Errorf("%s has no certificate in PEM", path)
}

func hostOf(publicURL string) string {
	u, err := url.Parse(publicURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// public takes the way that clients take: through the proxy, where there is one.
func (p Patient) public(ctx context.Context, n *notes) {
	const check = "public URL"
	base := strings.TrimRight(p.Config.PublicURL, "/")
	switch {
	case base == "":
		if !loopback(p.Config.Listen) {
			n.warn(check, "set public_url", "it is not set: URLs of webhooks and in links name the host by which each client asked")
		}
		return
	case p.Offline || p.Server == nil:
		return
	}
	if strings.HasPrefix(base, "http://") && !loopback(hostOf(base)+":80") {
		n.warn(check, "set up HTTPS: docs/install.md", "%s is plain HTTP: tokens and messages can be read on the way", base)
	}
	body, status, err := ask(ctx, base+"/api/api.test")
	var answer struct {
		OK bool `json:"ok"`
	}
	switch {
	case err != nil:
		n.fail(check, "is the name right, the proxy running, the port open?", "%v", err)
		return
	case json.Unmarshal(body, &answer) != nil || !answer.OK:
		n.fail(check, "let the proxy pass /api/ through to listen", "%s/api/api.test answers %s, and not as Taut does", base, status)
		return
	}
	n.ok(check, "%s reaches a server of Taut's", base)
	p.socket(ctx, base, n)
}

func ask(ctx context.Context, at string) (body []byte, status string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, "", err
	}
	response, err := client.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	body, err = io.ReadAll(io.LimitReader(response.Body, 64<<10))
	return body, response.Status, err
}

// socket asks for a WebSocket, without a token: the server takes it, to say no.
func (p Patient) socket(ctx context.Context, base string, n *notes) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/websocket", nil)
	if err != nil {
		return
	}
	for name, value := range map[string]string{"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGF1dCBkb2N0b3IgYXNrcw=="} {
		r.Header.Set(name, value)
	}
	response, err := (&http.Transport{TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}}).RoundTrip(r)
	if err != nil {
		n.fail("sockets", "let the proxy pass WebSockets through: docs/install.md", "%v", err)
		return
	}
	response.Body.Close()
	if response.StatusCode != http.StatusSwitchingProtocols {
		n.fail("sockets", "let the proxy pass WebSockets through: docs/install.md", "a WebSocket by the public URL is answered with %s", response.Status)
		return
	}
	n.ok("sockets", "WebSockets come through")
}

func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// mail looks whether somebody there speaks SMTP.
func (p Patient) mail(ctx context.Context, n *notes) {
	const check = "mail"
	m := p.Config.Mail
	if m.Server == "" {
		n.ok(check, "not set up: links of invitations are shown to who makes them")
		return
	}
	if p.Offline {
		return
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", m.Server)
	if err == nil && m.TLS == "tls" {
		host, _, _ := net.SplitHostPort(m.Server)
		conn = tls.Client(conn, &tls.Config{ServerName: host})
	}
	if err != nil {
		n.fail(check, "is mail.server right, and may this machine reach it?", "%v", err)
		return
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	line, err := bufio.NewReader(io.LimitReader(conn, 1<<10)).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "220") {
		n.fail(check, "is mail.tls right for that port?", "%s does not greet as a mail server does: %q %v", m.Server, strings.TrimSpace(line), err)
		return
	}
	n.ok(check, "%s answers", m.Server)
}
