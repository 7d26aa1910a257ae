package mail

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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
	queued  = 1_000            // mails, with those that are to be tried again; beyond it Send is Limited
	timeout = 30 * time.Second // of one try
	maxText = 16 << 10
)

// pauses come before the second try and each further one. Together they outlast a
// restart of the mail server, and one that takes nobody's mail at first.
var pauses = []time.Duration{20 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute}

// Sender sends. It implements chat.Mailer.
type Sender struct {
	options       Options
	log           *slog.Logger
	pauses        []time.Duration
	queue         chan chat.Mail
	held          atomic.Int64 // mails in the queue, and those that are tried again
	sent, dropped prometheus.Counter

	life context.Context
	end  context.CancelFunc
	done sync.WaitGroup
}

// Start begins to send; Close stops it.
func Start(o Options) *Sender { return start(o, pauses) }

func start(o Options, pauses []time.Duration) *Sender {
	outcomes := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "taut_mails_total",
		Help: "Mails, by outcome.",
	}, []string{"outcome"})
	o.Metrics.MustRegister(outcomes)
	s := &Sender{
		options: o, log: o.Log.With("component", "mail"), pauses: pauses, queue: make(chan chat.Mail, queued),
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
	if s.held.Add(1) > queued {
		s.held.Add(-1)
		s.dropped.Inc()
		return chat.NewError(chat.Limited, "mail")
	}
	s.queue <- m // has room for all that are held
	return nil
}

// failed is a mail that was tried and not taken.
type failed struct {
	mail  chat.Mail
	tries int
	again time.Time
}

// run sends what is queued; what failed waits its time aside, and holds up nobody.
func (s *Sender) run() {
	var later []failed
	for {
		next, wake := -1, (<-chan time.Time)(nil)
		for i := range later {
			if next < 0 || later[i].again.Before(later[next].again) {
				next = i
			}
		}
		if next >= 0 {
			wake = time.After(time.Until(later[next].again))
		}
		var f failed
		select {
		case f.mail = <-s.queue:
		case <-wake:
			f = later[next]
			later = slices.Delete(later, next, next+1)
		case <-s.life.Done():
			return
		}
		if f, again := s.try(f); again {
			later = append(later, f)
		} else {
			s.held.Add(-1)
		}
	}
}

// try sends one mail, and tells whether it is to be tried again.
func (s *Sender) try(f failed) (failed, bool) {
	err := s.deliver(f.mail)
	if err == nil {
		s.sent.Inc()
		return f, false
	}
	if s.life.Err() != nil {
		return f, false // it was cut off
	}
	f.tries++
	again := f.tries <= len(s.pauses) && !final(err)
	s.log.Warn("a mail was not taken", slog.Int("try", f.tries), slog.Bool("tried_again", again), slog.String("why", s.why(f.mail, err)))
	if !again {
		s.dropped.Inc()
		return f, false
	}
	f.again = time.Now().Add(s.pauses[f.tries-1])
	return f, true
}
