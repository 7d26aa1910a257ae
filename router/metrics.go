package router

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	lost         prometheus.Counter
	lostWhispers prometheus.Counter
}

// newMetrics registers with reg, which may be nil.
func newMetrics(reg prometheus.Registerer) *metrics {
	if reg == nil {
		reg = prometheus.NewRegistry()
	}
	counter := func(name, help string) prometheus.Counter {
		c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
		reg.MustRegister(c)
		return c
	}
	return &metrics{
		lost:         counter("router_publish_overflow_total", "Committed events for which the queue had no room; the look at the heads brings them."),
		lostWhispers: counter("router_whisper_overflow_total", "Ephemeral events dropped for lack of room."),
	}
}
