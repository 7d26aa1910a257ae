package auth

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	hits, misses, malformed prometheus.Counter
	tickets, refused        prometheus.Counter
	hashed                  prometheus.Counter
	signedIn, signInFailed  prometheus.Counter
	usesLost                prometheus.Counter
}

func newMetrics(reg prometheus.Registerer) *metrics {
	lookups := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "taut_auth_tokens_total",
		Help: "Tokens presented, by where the answer came from.",
	}, []string{"source"})
	tickets := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "taut_auth_tickets_total",
		Help: "Tickets presented, by outcome.",
	}, []string{"outcome"})
	hashed := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "taut_auth_passwords_hashed_total",
		Help: "Passwords hashed, to be kept or compared.",
	})
	signIns := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "taut_auth_sign_ins_total",
		Help: "Attempts to sign in, by outcome.",
	}, []string{"outcome"})
	usesLost := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "taut_auth_session_uses_lost_total",
		Help: "Uses of sessions that could not be written down: the sessions seem to be used less lately than they are.",
	})
	reg.MustRegister(lookups, tickets, hashed, signIns, usesLost)
	return &metrics{
		hits:      lookups.WithLabelValues("cache"),
		misses:    lookups.WithLabelValues("store"),
		malformed: lookups.WithLabelValues("malformed"),
		tickets:   tickets.WithLabelValues("redeemed"),
		refused:   tickets.WithLabelValues("refused"),
		hashed:    hashed,

		signedIn:     signIns.WithLabelValues("signed in"),
		signInFailed: signIns.WithLabelValues("refused"),
		usesLost:     usesLost,
	}
}
