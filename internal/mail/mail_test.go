package mail

import (
	"bufio"
	"log/slog"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
)

// server is an SMTP server that takes what it is sent, or refuses recipients.
type server struct {
	listener net.Listener
	refuse   bool
	received chan string // all that a connection said
	running  sync.WaitGroup
}

func serve(t *testing.T, refuse bool) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{listener: l, refuse: refuse, received: make(chan string, 10)}
	s.running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.received <- s.talk(conn)
		}
	})
	t.Cleanup(func() {
		l.Close()
		s.running.Wait()
	})
	return s
}

func (s *server) talk(conn net.Conn) string {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	var said strings.Builder
	say := func(line string) { conn.Write([]byte(line + "\r\n")) }
	say("220 test")
	lines := bufio.NewScanner(conn)
	data := false
	for lines.Scan() {
		line := lines.Text()
		said.WriteString(line + "\n")
		switch {
		case data:
			if line == "." {
				data = false
				say("250 taken")
			}
		case strings.HasPrefix(line, "EHLO"):
			say("250 test")
		case strings.HasPrefix(line, "RCPT") && s.refuse:
			say("550 no " + line)
		case line == "DATA":
			data = true
			say("354 go on")
		case line == "QUIT":
			say("221 bye")
			return said.String()
		default:
			say("250 fine")
		}
	}
	return said.String()
}

func sender(t *testing.T, s *server, log *strings.Builder) *Sender {
	t.Helper()
	m := Start(Options{
		Server: s.listener.Addr().String(), From: "taut@example.org", TLS: "none",
		Log: slog.New(slog.NewTextHandler(log, nil)), Metrics: prometheus.NewRegistry(),
	})
	t.Cleanup(m.Close)
	return m
}

func TestSend(t *testing.T) {
	s := serve(t, false)
	m := sender(t, s, &strings.Builder{})
	text := "Follow https://chat.example.com/invite#" + strings.Repeat("a", 90) + "\n.\nDone, Ünal.\n"
	if err := m.Send(t.Context(), chat.Mail{To: "ada@example.com", Subject: "Hello, Ünal", Text: text}); err != nil {
		t.Fatal(err)
	}
	said := <-s.received
	_, rest, _ := strings.Cut(said, "DATA\n")
	got, err := mail.ReadMessage(strings.NewReader(rest))
	if err != nil {
		t.Fatal(err)
	}
	if got.Header.Get("To") != "<ada@example.com>" || got.Header.Get("From") != "<taut@example.org>" ||
		!strings.Contains(got.Header.Get("Subject"), "=?utf-8?q?") || !strings.Contains(said, "RCPT TO:<ada@example.com>") {
		t.Errorf("the server heard %s", said)
	}
}

// What could be more than one mail to one person is none.
func TestSendRefusesInjection(t *testing.T) {
	s := serve(t, false)
	m := sender(t, s, &strings.Builder{})
	for _, bad := range []chat.Mail{
		{To: "a@example.com\r\nBcc: b@example.com", Subject: "x"},
		{To: "a@example.com,b@example.com", Subject: "x"},
		{To: "Ada <a@example.com>", Subject: "x"},
		{To: "", Subject: "x"},
		{To: "a@example.com", Subject: "x\r\nBcc: b@example.com"},
		{To: "a@example.com", Subject: "x\n\nbody"},
		{To: "a@example.com", Subject: "x", Text: strings.Repeat("x", maxText+1)},
	} {
		if err := m.Send(t.Context(), bad); chat.CodeOf(err) != chat.Invalid {
			t.Errorf("%.80q: %v", bad, err)
		}
	}
	if err := m.Send(t.Context(), chat.Mail{To: "good@example.com", Subject: "x", Text: "\r\n.\r\nQUIT\r\n"}); err != nil {
		t.Fatal(err)
	}
	if said := <-s.received; strings.Contains(said, "Bcc") || strings.Count(said, "RCPT") != 1 {
		t.Errorf("the server heard %s", said)
	}
}

// The queue is bounded, and its end doesn't wait for a server that refuses; the
// log names nobody.
func TestFullQueue(t *testing.T) {
	s := serve(t, true)
	var log strings.Builder
	m := sender(t, s, &log)
	limited := false
	for range queued + 2 {
		err := m.Send(t.Context(), chat.Mail{To: "ada@example.com", Subject: "x"})
		limited = limited || chat.CodeOf(err) == chat.Limited
	}
	if !limited {
		t.Error("the queue is endless")
	}
	<-s.received // the first try ended
	m.Close()
	if strings.Contains(log.String(), "ada") {
		t.Errorf("the log says %s", &log)
	}
}
