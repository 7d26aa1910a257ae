package config

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"

	"taut/chat"
)

// Accounts says who may begin what, and how people are written to.
type Accounts struct {
	// CreateWorkspace is who may make a workspace over the web: "code", who has a
	// one-time code, or "anyone" who reaches the server.
	CreateWorkspace string `toml:"create_workspace"`
	// TrustedProxies are the addresses and networks whose X-Forwarded-For and
	// X-Forwarded-Proto are believed.
	TrustedProxies []string `toml:"trusted_proxies"`
}

// Mail is the SMTP server that sends invitations and resets of passwords; without
// one, links are shown to those who ask for them.
type Mail struct {
	Server       string `toml:"server"` // host:port; "": no mail
	From         string `toml:"from"`
	User         string `toml:"user"`
	PasswordFile string `toml:"password_file"`
	// TLS is "starttls", "tls" from the first byte, or "none" for a server beside
	// this one.
	TLS string `toml:"tls"`
}

func (a Accounts) validate() error {
	_, err := a.Proxies()
	return errors.Join(oneOf("accounts.create_workspace", cmp.Or(a.CreateWorkspace, "code"), "code", "anyone"), err)
}

// Proxies are the networks of TrustedProxies.
func (a Accounts) Proxies() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range a.TrustedProxies {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			addr, bad := netip.ParseAddr(text)
			if bad != nil {
				return nil, fmt.Errorf("accounts.trusted_proxies: %q is neither an address nor a network as 10.0.0.0/8", text)
			}
			p = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

func (m Mail) validate() error {
	if m.Server == "" {
		return wrong(m.From != "" || m.User != "" || m.PasswordFile != "", "mail.server: the other mail settings need it")
	}
	_, _, err := net.SplitHostPort(m.Server)
	return errors.Join(
		wrong(err != nil, "mail.server: host:port is needed, as smtp.example.com:587"),
		wrong(!chat.ValidEmail(m.From), "mail.from: an e-mail address is needed"),
		wrong((m.User == "") != (m.PasswordFile == ""), "mail.user and mail.password_file: give both, or neither"),
		wrong(m.User != "" && m.TLS == "none", "mail.tls: a password is not sent without TLS"),
		oneOf("mail.tls", m.TLS, "starttls", "tls", "none"),
		readable("mail.password_file", m.PasswordFile),
	)
}

// Password reads the file; "" where none is set.
func (m Mail) Password() (string, error) {
	if m.PasswordFile == "" {
		return "", nil
	}
	text, err := os.ReadFile(m.PasswordFile)
	if err != nil {
		return "", fmt.Errorf("mail.password_file: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}
