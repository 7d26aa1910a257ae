package router

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	lost         prometheus.Counter
	failed       prometheus.Counter
	lostWhispers prometheus.Counter
	lostCopies   prometheus.Counter
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
		lost:         counter("router_publish_overflow_total", "Committed events for which there was no room or no channel server; the look at the heads brings them."),
		failed:       counter("router_publish_failed_total", "Calls that a channel server refused or didn't answer; they are tried again."),
		lostWhispers: counter("router_whisper_overflow_total", "Ephemeral events dropped for lack of room."),
		lostCopies:   counter("router_copies_lost_total", "Copies of events that their stream's former owner didn't get, for lack of room or as it didn't answer; gateways that have not followed yet hear of them later."),
	}
}
