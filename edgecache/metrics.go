package edgecache

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	hits, misses     prometheus.Counter
	hinted, unhinted prometheus.Counter
	loads            *prometheus.CounterVec // by outcome
	dropped          *prometheus.CounterVec // by reason
}

// Outcomes of loads, and why a directory is dropped.
const (
	outcomeLoaded   = "ok"
	outcomeTooLarge = "too_large"
	outcomeFailed   = "failed"

	reasonRoom        = "room"
	reasonIdle        = "idle"
	reasonIncarnation = "incarnation"
	reasonBroken      = "broken"
)

// newMetrics registers the server's metrics; reg may be nil.
func newMetrics(reg prometheus.Registerer, s *Server) *metrics {
	m := &metrics{
		hits: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "flannel_cache_hits_total", Help: "Questions answered from a directory that was held. flannel_cache_hit_rate is their part of hits and misses.",
		}),
		misses: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "flannel_cache_misses_total", Help: "Questions that waited for a directory's load, or were left to the store.",
		}),
		hinted: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "flannel_hint_hits_total", Help: "Connecting clients whose channels were remembered from the last time.",
		}),
		unhinted: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "flannel_hint_misses_total", Help: "Connecting clients whose channels were not remembered: the database is asked twice for them.",
		}),
		loads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "flannel_snapshot_loads_total", Help: "Directories read from the store, by outcome.",
		}, []string{"outcome"}),
		dropped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "flannel_directories_dropped_total", Help: "Directories that are held no more, by reason.",
		}, []string{"reason"}),
	}
	for _, o := range []string{outcomeLoaded, outcomeTooLarge, outcomeFailed} {
		m.loads.WithLabelValues(o)
	}
	for _, r := range []string{reasonRoom, reasonIdle, reasonIncarnation, reasonBroken} {
		m.dropped.WithLabelValues(r)
	}
	bytes := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "flannel_cache_bytes", Help: "About what the directories take that are held.",
	}, func() float64 { b, _ := s.sizes(); return float64(b) })
	workspaces := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "flannel_cache_workspaces", Help: "Workspaces whose directory is held.",
	}, func() float64 { _, n := s.sizes(); return float64(n) })
	hints := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "flannel_hint_bytes", Help: "About what the remembered channels of people take.",
	}, func() float64 { return float64(s.hints.size()) })
	if reg != nil {
		reg.MustRegister(m.hits, m.misses, m.hinted, m.unhinted, m.loads, m.dropped, bytes, workspaces, hints)
	}
	return m
}
