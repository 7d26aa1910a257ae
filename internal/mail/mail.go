package mail

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
)

// Options say how mail leaves.
type Options struct {
	Server   string // host:port
	From     string
	User     string
	Password string
	TLS      string // "starttls", "tls" or "none"
	Log      *slog.Logger
	Metrics  prometheus.Registerer
}

const (
	queued  = 1_000 // mails; beyond it Send is Limited
	tries   = 3
	timeout = 30 * time.Second // of one try
	pause   = 20 * time.Second // between tries
	maxText = 16 << 10
)

// Sender sends. It implements chat.Mailer.
type Sender struct {
	options       Options
	log           *slog.Logger
	queue         chan chat.Mail
	sent, dropped prometheus.Counter

	life context.Context
	end  context.CancelFunc
	done sync.WaitGroup
}

// Start begins to send; Close stops it.
func Start(o Options) *Sender {
	outcomes := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "taut_mails_total",
		Help: "Mails, by outcome.",
	}, []string{"outcome"})
	o.Metrics.MustRegister(outcomes)
	s := &Sender{
		options: o, log: o.Log.With("component", "mail"), queue: make(chan chat.Mail, queued),
		sent: outcomes.WithLabelValues("sent"), dropped: outcomes.WithLabelValues("dropped"),
	}
	s.life, s.end = context.WithCancel(context.Background())
	s.done.Go(s.run)
	return s
}

// Close stops: what waits is dropped.
func (s *Sender) Close() {
	s.end()
	s.done.Wait()
}

// Send puts a mail into the queue. Invalid for what would not be one mail to one
// person, Limited where too much waits.
func (s *Sender) Send(_ context.Context, m chat.Mail) error {
	if !chat.ValidEmail(m.To) || strings.ContainsAny(m.Subject, "\r\n\x00") || len(m.Text) > maxText {
		return chat.NewError(chat.Invalid, "mail")
	}
	select {
	case s.queue <- m:
		return nil
	default:
		s.dropped.Inc()
		return chat.NewError(chat.Limited, "mail")
	}
}

func (s *Sender) run() {
	for {
		select {
		case m := <-s.queue:
			s.try(m)
		case <-s.life.Done():
			return
		}
	}
}

// try sends one mail, more than once if need be.
func (s *Sender) try(m chat.Mail) {
	for n := 1; ; n++ {
		err := s.deliver(m)
		if err == nil {
			s.sent.Inc()
			return
		}
		s.log.Warn("a mail was not taken", slog.Int("try", n), slog.String("why", why(err)))
		if n == tries {
			s.dropped.Inc()
			return
		}
		select {
		case <-time.After(pause):
		case <-s.life.Done():
			return
		}
	}
}
