package webapi

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	requests *prometheus.CounterVec   // family, outcome
	latency  *prometheus.HistogramVec // family
	persist  prometheus.Histogram
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "webapi_requests_total",
			Help: "Requests by family of methods and outcome.",
		}, []string{"family", "outcome"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "webapi_request_seconds",
			Help:    "Time from a request's arrival to its answer, by family of methods.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 15),
		}, []string{"family"}),
		persist: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "message_persist_latency",
			Help:    "Seconds from a message's hand-over to the store until it is durable.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 15),
		}),
	}
	if reg != nil {
		reg.MustRegister(m.requests, m.latency, m.persist)
	}
	return m
}

// request counts one. Outcomes are coarse: a label for each of Slack's error
// names in each family would be a thousand series.
func (m *metrics) request(of *method, outcome string, took time.Duration) {
	switch outcome {
	case "ok", "ratelimited", "internal_error", "service_unavailable":
	default:
		outcome = "refused"
	}
	m.requests.WithLabelValues(of.family(), outcome).Inc()
	m.latency.WithLabelValues(of.family()).Observe(took.Seconds())
}
