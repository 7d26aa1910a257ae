package presence

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	changes prometheus.Counter
}

// newMetrics registers the server's metrics; reg may be nil.
func newMetrics(reg prometheus.Registerer, s *Server) *metrics {
	m := &metrics{changes: prometheus.NewCounter(prometheus.CounterOpts{
		Name: "taut_presence_changes_total",
		Help: "Changes between active and away that somebody watched.",
	})}
	devices := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "taut_presence_devices",
		Help: "Devices with a lease, those in their grace included.",
	}, func() float64 { return float64(s.devices.Load()) })
	users := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "taut_presence_users",
		Help: "Users with a device, a watcher or a fresh manual away.",
	}, func() float64 { return float64(s.Users()) })
	if reg != nil {
		reg.MustRegister(m.changes, devices, users)
	}
	return m
}
