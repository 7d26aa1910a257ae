package channelserver

import "github.com/prometheus/client_golang/prometheus"

// metrics of one Server. Tenants are no labels.
type metrics struct {
	streams      prometheus.Gauge
	links        prometheus.Gauge
	recentBytes  prometheus.Gauge
	published    prometheus.Counter
	duplicates   prometheus.Counter
	delivered    prometheus.Counter
	refused      prometheus.Counter
	whispers     prometheus.Counter
	gaps         prometheus.Counter
	repaired     prometheus.Counter
	gapReads     prometheus.Counter
	catchUpReads prometheus.Counter
	recentReads  prometheus.Counter
	logReads     prometheus.Counter
	takeovers    prometheus.Counter
	takenOver    prometheus.Counter
	epoch        prometheus.Gauge
	fenced       prometheus.Counter
}

// newMetrics registers with reg, which may be nil.
func newMetrics(reg prometheus.Registerer) *metrics {
	if reg == nil {
		reg = prometheus.NewRegistry()
	}
	gauge := func(name, help string) prometheus.Gauge {
		g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
		reg.MustRegister(g)
		return g
	}
	counter := func(name, help string) prometheus.Counter {
		c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
		reg.MustRegister(c)
		return c
	}
	return &metrics{
		streams:      gauge("channel_server_channels_per_host", "Streams in memory."),
		links:        gauge("channel_server_gateways", "Gateways that are attached."),
		recentBytes:  gauge("channel_server_recent_bytes", "Memory that recent events take."),
		published:    counter("channel_server_published_total", "Events published to this channel server."),
		duplicates:   counter("channel_server_duplicates_total", "Published events that were seen before."),
		delivered:    counter("channel_server_delivered_total", "Copies of events handed to gateways."),
		refused:      counter("channel_server_refused_total", "Deliveries for which a gateway had no room."),
		whispers:     counter("channel_server_whispers_total", "Ephemeral events passed on."),
		gaps:         counter("channel_server_gaps_total", "Publishes that came ahead of a hole."),
		repaired:     counter("channel_server_repaired_total", "Streams found behind their head by the look at the heads."),
		gapReads:     counter("channel_server_gap_reads_total", "Pages read from the log to close a hole."),
		catchUpReads: counter("channel_server_catch_up_reads_total", "Pages read from the log for a gateway that was behind."),
		recentReads:  counter("channel_server_recent_reads_total", "Pages served to gateways from memory."),
		takeovers:    counter("channel_server_takeovers_total", "Questions to the log which streams have grown since a gateway had everything."),
		takenOver:    counter("channel_server_taken_over_total", "Streams taken over from another channel server without a question of their own."),
		epoch:        gauge("channel_server_ring_epoch", "The assignment of slots by which it owns; 0: it is no member of a ring."),
		fenced:       counter("channel_server_fenced_total", "Times its lease ended and it let go of all."),
		logReads:     counter("channel_server_log_reads_total", "Pages served to gateways from the log."),
	}
}
