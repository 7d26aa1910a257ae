package store

import "github.com/prometheus/client_golang/prometheus"

// newChanges counts changes of the primary.
func newChanges() prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{
		Name: "taut_database_primary_changes_total", Help: "Times that another server of the database, or the same one in a new term, became the primary.",
	})
}

// register lets the primary's metrics be seen.
func (p *primary) register(r prometheus.Registerer) {
	if r == nil {
		return
	}
	r.MustRegister(p.changes, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "taut_database_term", Help: "The term of the database's primary; 0 while none is known.",
	}, func() float64 {
		if r := p.now.Load(); r != nil {
			return float64(r.term)
		}
		return 0
	}))
}
