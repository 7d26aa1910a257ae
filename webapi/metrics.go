package webapi

import (
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	requests *prometheus.CounterVec   // family, outcome
	latency  *prometheus.HistogramVec // family
	// tooMuch are the series of refused requests, by family: looking them up would
	// cost as much as the refusal.
	tooMuch map[string]refusals
}

// refusals are a family's.
type refusals struct {
	count prometheus.Counter
	took  prometheus.Observer
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
	}
	if reg != nil {
		reg.MustRegister(m.requests, m.latency)
	}
	return m
}

// outcomes are coarse: a label for each of Slack's error names in each family
// would be a thousand series.
var outcomes = []string{"ok", "refused", ratelimited, "internal_error", "service_unavailable"}

// prepare makes every series before its first request.
func (m *metrics) prepare(table map[string]*method) {
	m.tooMuch = map[string]refusals{}
	for _, of := range table {
		for _, outcome := range outcomes {
			m.requests.WithLabelValues(of.family(), outcome)
		}
		m.tooMuch[of.family()] = refusals{m.requests.WithLabelValues(of.family(), ratelimited), m.latency.WithLabelValues(of.family())}
	}
}

func (m *metrics) request(of *method, outcome string, took time.Duration) {
	if !slices.Contains(outcomes, outcome) {
		outcome = "refused"
	}
	m.requests.WithLabelValues(of.family(), outcome).Inc()
	m.latency.WithLabelValues(of.family()).Observe(took.Seconds())
}

// refusal is request for one that was refused as too much.
func (m *metrics) refusal(of *method, took time.Duration) {
	family := m.tooMuch[of.family()]
	family.count.Inc()
	family.took.Observe(took.Seconds())
}
