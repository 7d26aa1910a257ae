package config

import (
	"strings"
	"testing"
)

// Without the server's own URL, links in mails would lead to any host that the
// asker names.
func TestMailNeedsThePublicURL(t *testing.T) {
	c := Default()
	c.Mail.Server, c.Mail.From, c.Mail.TLS = "smtp.example.com:587", "a@example.com", "starttls"
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "public_url: [mail] needs it") {
		t.Errorf("mail without a public URL: %v", err)
	}
	c.PublicURL = "https://chat.example.com"
	if err := c.Validate(); err != nil {
		t.Errorf("with one: %v", err)
	}
}
