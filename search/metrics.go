package search

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
)

type metrics struct {
	indexed, failures, renewals prometheus.Counter
	waiting                     prometheus.Gauge
	lag                         prometheus.Gauge
	complete                    prometheus.Gauge
	searches                    *prometheus.CounterVec
	seconds                     prometheus.Histogram
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		indexed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "taut_search_indexed_total", Help: "Messages and files written into the search index."}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "taut_search_failures_total", Help: "Errors of following the log."}),
		renewals: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "taut_search_rebuilds_total", Help: "Times that the search index was made anew."}),
		waiting: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "taut_search_waiting_streams", Help: "Streams that grew and are not indexed yet."}),
		lag: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "taut_search_lag_seconds", Help: "How old the oldest event of the last batch was; 0 once all is indexed."}),
		complete: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "taut_search_complete", Help: "1 once the index has had all of the log; 0 while it is built and answers are partial."}),
		searches: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "taut_search_searches_total", Help: "Searches, by outcome."}, []string{"outcome"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "taut_search_seconds", Help: "How long searches take, with their wait for a turn.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}}),
	}
	if r != nil {
		r.MustRegister(m.indexed, m.failures, m.renewals, m.waiting, m.lag, m.complete, m.searches, m.seconds)
	}
	return m
}

// behind says how many streams wait, and when the log took the oldest event of
// the batch before.
func (m *metrics) behind(streams int, committedMS int64) {
	m.waiting.Set(float64(streams))
	if committedMS > 0 {
		m.lag.Set(max(0, chat.Now().Sub(time.UnixMilli(committedMS)).Seconds()))
	}
}

func (m *metrics) caughtUp() {
	m.waiting.Set(0)
	m.lag.Set(0)
	m.complete.Set(1)
}

// searched counts a search.
func (m *metrics) searched(start time.Time, err error) {
	outcome := "ok"
	if err != nil {
		outcome = string(chat.CodeOf(err))
	}
	m.searches.WithLabelValues(outcome).Inc()
	m.seconds.Observe(time.Since(start).Seconds())
}
