package scheduler

import "github.com/prometheus/client_golang/prometheus"

// metrics count what was done, by kind; never by workspace.
type metrics struct {
	done, failed *prometheus.CounterVec
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		done: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "taut_scheduler_done_total", Help: "Things that were due and are done, by kind."}, []string{"kind"}),
		failed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "taut_scheduler_failures_total", Help: "Attempts at what was due that failed by a fault of the server, by kind."}, []string{"kind"}),
	}
	if reg != nil {
		reg.MustRegister(m.done, m.failed)
	}
	return m
}
