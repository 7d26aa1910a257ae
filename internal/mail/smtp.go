package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/smtp"
	"strings"
	"time"

	"taut/chat"
)

// deliver takes one mail to the server, within the time. Once the server has taken
// it nothing is an error any more: it would be sent twice.
func (s *Sender) deliver(m chat.Mail) error {
	ctx, cancel := context.WithTimeout(s.life, timeout)
	defer cancel()
	c, err := s.dial(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }() // closed already after a Quit that went well
	if err := c.Mail(s.options.From); err != nil {
		return fmt.Errorf("sender: %w", err)
	}
	if err := c.Rcpt(m.To); err != nil {
		return fmt.Errorf("recipient: %w", refused(err))
	}
	w, err := c.Data()
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	if _, err := w.Write(s.compose(m, chat.Now())); err != nil {
		return fmt.Errorf("text: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("text: %w", refused(err))
	}
	_ = c.Quit()
	return nil
}

// dial connects, with TLS as set, and says who sends.
func (s *Sender) dial(ctx context.Context) (*smtp.Client, error) {
	host, _, err := net.SplitHostPort(s.options.Server)
	if err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	config := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.options.Server)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	context.AfterFunc(ctx, func() { conn.SetDeadline(time.Now()) }) // a Close in between cuts it off
	if s.options.TLS == "tls" {
		conn = tls.Client(conn, config)
	}
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("greeting: %w", err), conn.Close())
	}
	if err := s.enter(c, host, config); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (s *Sender) enter(c *smtp.Client, host string, config *tls.Config) error {
	if s.options.TLS == "starttls" {
		if err := c.StartTLS(config); err != nil {
			return fmt.Errorf("starttls: %w", err)
		}
	}
	if s.options.User == "" {
		return nil
	}
	if err := c.Auth(smtp.PlainAuth("", s.options.User, s.options.Password, host)); err != nil {
		return fmt.Errorf("authentication: %w", err)
	}
	return nil
}

// compose writes the mail. What of it came from people was checked to hold no
// line's end, and is encoded besides: it can end no header.
func (s *Sender) compose(m chat.Mail, now time.Time) []byte {
	var b bytes.Buffer
	_, domain, _ := strings.Cut(s.options.From, "@")
	for _, h := range [][2]string{
		{"From", "<" + s.options.From + ">"},
		{"To", "<" + m.To + ">"},
		{"Subject", mime.QEncoding.Encode("utf-8", m.Subject)},
		{"Date", now.Format(time.RFC1123Z)},
		{"Message-ID", "<" + chat.NewSecret(32) + "@" + domain + ">"},
		{"Auto-Submitted", "auto-generated"},
		{"MIME-Version", "1.0"},
		{"Content-Type", `text/plain; charset="utf-8"`},
		{"Content-Transfer-Encoding", "quoted-printable"},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n")
	text := quotedprintable.NewWriter(&b)
	fmt.Fprint(text, strings.ReplaceAll(m.Text, "\n", "\r\n"))
	if err := text.Close(); err != nil {
		panic(err) // a buffer takes all
	}
	return b.Bytes()
}
