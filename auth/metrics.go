package auth

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	hits, misses, malformed prometheus.Counter
	tickets, refused        prometheus.Counter
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
	reg.MustRegister(lookups, tickets)
	return &metrics{
		hits:      lookups.WithLabelValues("cache"),
		misses:    lookups.WithLabelValues("store"),
		malformed: lookups.WithLabelValues("malformed"),
		tickets:   tickets.WithLabelValues("redeemed"),
		refused:   tickets.WithLabelValues("refused"),
	}
}
