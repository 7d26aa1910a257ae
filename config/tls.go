package config

import (
	"errors"
	"net/url"
	"os"
	"strings"
)

// TLS says how the clients' listener speaks HTTPS: with a certificate from files,
// or with one that it gets and renews by itself (ACME); neither is plain HTTP.
type TLS struct {
	// CertFile and KeyFile are PEM; they are read again when they change.
	CertFile string `toml:"cert_file"`
	KeyFile  string `toml:"key_file"`
	// ACMEDomain is the name to get a certificate for.
	ACMEDomain string `toml:"acme_domain"`
	// ACMEEmail is where the authority writes to; "": nowhere.
	ACMEEmail string `toml:"acme_email"`
	// ACMEDirectory is the authority; "" is Let's Encrypt.
	ACMEDirectory string `toml:"acme_directory"`
	// ACMECAFile holds the certificates, PEM, by which an authority of one's own
	// is known; "": those that the system knows.
	ACMECAFile string `toml:"acme_ca_file"`
	// RedirectListen is where plain HTTP is sent to HTTPS, and where the ACME
	// authority may ask; "": nowhere.
	RedirectListen string `toml:"redirect_listen"`
}

// On tells whether the clients' listener speaks HTTPS.
func (t TLS) On() bool { return t.CertFile != "" || t.ACMEDomain != "" }

func (t TLS) validate() error {
	return errors.Join(
		wrong((t.CertFile == "") != (t.KeyFile == ""), "tls.cert_file and tls.key_file: give both, or neither"),
		wrong(t.CertFile != "" && t.ACMEDomain != "", "tls.acme_domain: a certificate comes from files or from ACME, not from both"),
		wrong(strings.ContainsAny(t.ACMEDomain, "/:* ") || t.ACMEDomain != "" && !strings.Contains(t.ACMEDomain, "."),
			"tls.acme_domain: a name as chat.example.com is needed"),
		wrong(t.ACMEDomain == "" && (t.ACMEEmail != "" || t.ACMEDirectory != "" || t.ACMECAFile != ""), "tls.acme_domain: the other acme settings need it"),
		wrong(!t.On() && t.RedirectListen != "", "tls.redirect_listen: there is no HTTPS to redirect to"),
		httpsURL("tls.acme_directory", t.ACMEDirectory),
		optionalAddress("tls.redirect_listen", t.RedirectListen),
		readable("tls.cert_file", t.CertFile),
		readable("tls.key_file", t.KeyFile),
		readable("tls.acme_ca_file", t.ACMECAFile),
	)
}

func httpsURL(setting, value string) error {
	if u, err := url.Parse(value); value != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
		return errors.New(setting + ": an https URL is needed")
	}
	return nil
}

func optionalAddress(setting, value string) error {
	if value == "" {
		return nil
	}
	return address(setting, value)
}

// readable finds a mistake in a file's name, or in its mode, before the start.
func readable(setting, path string) error {
	if path == "" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return errors.New(setting + ": " + err.Error())
	}
	return f.Close()
}
