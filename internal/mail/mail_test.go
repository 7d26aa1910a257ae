package mail

import (
	"bufio"
	"log/slog"
	"net"
	"net/mail"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
)

// server is an SMTP server that takes what it is sent, or refuses some recipients:
// refuse answers a line of RCPT, "" to take it.
type server struct {
	listener net.Listener
	refuse   func(line string) string
	received chan string // all that a connection said
	running  sync.WaitGroup
}

func takeAll(string) string { return "" }

func serve(t *testing.T, refuse func(line string) string) *server {
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
			said := s.talk(conn)
			select {
			case s.received <- said:
			case <-t.Context().Done(): // nobody wants to know
			}
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
	conn.SetDeadline(time.Now().Add(30 * time.Second))
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
		case strings.HasPrefix(line, "RCPT") && s.refuse(line) != "":
			say(s.refuse(line))
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

// sender pauses for moments where nothing else is said.
func sender(t *testing.T, s *server, log *strings.Builder, pauses ...time.Duration) *Sender {
	t.Helper()
	if len(pauses) == 0 {
		pauses = []time.Duration{10 * time.Millisecond, 10 * time.Millisecond}
	}
	m := start(Options{
		Server: s.listener.Addr().String(), From: "taut@example.org", TLS: "none",
		Log: slog.New(slog.NewTextHandler(log, nil)), Metrics: prometheus.NewRegistry(),
	}, pauses)
	t.Cleanup(m.Close)
	return m
}

func TestSend(t *testing.T) {
	s := serve(t, takeAll)
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
	s := serve(t, takeAll)
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

// A mail that was taken is sent, though the connection is closed with the answer to
// QUIT, and it is sent once.
func TestTakenOnce(t *testing.T) {
	s := serve(t, takeAll)
	var log strings.Builder
	m := sender(t, s, &log)
	for _, to := range []string{"ada@example.com", "bob@example.com", "cy@example.com"} {
		if err := m.Send(t.Context(), chat.Mail{To: to, Subject: "x"}); err != nil {
			t.Fatal(err)
		}
		if said := <-s.received; !strings.Contains(said, to) {
			t.Errorf("for %s the server heard %s", to, said)
		}
	}
	m.Close()
	if log.Len() != 0 || len(s.received) != 0 {
		t.Errorf("%d more came, and the log says %s", len(s.received), &log)
	}
}

// A mail that isn't taken lets others pass.
func TestStuckMailHoldsUpNobody(t *testing.T) {
	s := serve(t, func(line string) string {
		if strings.Contains(line, "ada@") {
			return "451 try later"
		}
		return ""
	})
	var log strings.Builder
	m := sender(t, s, &log, time.Hour)
	for _, to := range []string{"ada@example.com", "bob@example.com"} {
		if err := m.Send(t.Context(), chat.Mail{To: to, Subject: "x"}); err != nil {
			t.Fatal(err)
		}
		if said := <-s.received; !strings.Contains(said, to) {
			t.Errorf("for %s the server heard %s", to, said)
		}
	}
}

// A mail that isn't taken is tried again, and then dropped; one that is refused for
// good is dropped at once. The log tells why.
func TestStuckMail(t *testing.T) {
	s := serve(t, func(line string) string {
		switch {
		case strings.Contains(line, "ada@"):
			return "451 4.7.1 try later, ada, <ada@example.com> s3cret-Word"
		case strings.Contains(line, "gone@"):
			return "550 5.1.1 no such mailbox"
		}
		return ""
	})
	var log strings.Builder
	m := sender(t, s, &log)
	m.options.Password = "s3cret-Word"
	for _, to := range []string{"ada@example.com", "gone@example.com", "bob@example.com"} {
		if err := m.Send(t.Context(), chat.Mail{To: to, Subject: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	times := map[string]int{}
	for range 5 { // ada's three tries, and one of each other
		said := <-s.received
		for _, who := range []string{"ada@", "gone@", "bob@"} {
			times[who] += strings.Count(said, "RCPT TO:<"+who)
		}
	}
	for m.held.Load() != 0 {
		runtime.Gosched()
	}
	m.Close()
	if times["ada@"] != 3 || times["gone@"] != 1 || times["bob@"] != 1 {
		t.Errorf("tried %v", times)
	}
	said := log.String()
	for _, want := range []string{"recipient: 451", "4.7.1 try later", "recipient: 550", "5.1.1 no such mailbox"} {
		if !strings.Contains(said, want) {
			t.Errorf("the log says %s", said)
		}
	}
	for _, bad := range []string{"ada", "example.com", "s3cret"} {
		if strings.Contains(said, bad) {
			t.Errorf("the log says %q: %s", bad, said)
		}
	}
}

// The queue is bounded, and its end doesn't wait for a server that refuses; the
// log names nobody.
func TestFullQueue(t *testing.T) {
	s := serve(t, func(line string) string { return "450 not now: " + line })
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
