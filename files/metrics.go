package files

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	uploads   *prometheus.CounterVec // by outcome
	received  prometheus.Counter
	served    *prometheus.CounterVec // by kind
	images    *prometheus.CounterVec // by outcome
	removed   prometheus.Counter
	sweepFail prometheus.Counter
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		uploads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "taut_files_uploads_total", Help: "Uploads by how they ended."}, []string{"outcome"}),
		received: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "taut_files_received_bytes_total", Help: "Bytes of files that were kept."}),
		served: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "taut_files_served_total", Help: "Requests for files, thumbs and pictures."}, []string{"kind", "outcome"}),
		images: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "taut_files_images_total", Help: "Images that smaller pictures were to be made of, by outcome."}, []string{"outcome"}),
		removed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "taut_files_removed_total", Help: "Files and pictures whose bytes were removed."}),
		sweepFail: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "taut_files_sweep_failures_total", Help: "Rounds of the sweeper that failed; the next one tries again."}),
	}
	for _, outcome := range []string{"ok", "refused", "cut", "failed", "busy"} {
		m.uploads.WithLabelValues(outcome)
	}
	for _, kind := range []string{"file", "thumb", "picture"} {
		m.served.WithLabelValues(kind, "ok")
		m.served.WithLabelValues(kind, "absent")
		m.served.WithLabelValues(kind, "limited")
	}
	for _, outcome := range []string{"ok", "too_large", "unreadable"} {
		m.images.WithLabelValues(outcome)
	}
	if reg != nil {
		reg.MustRegister(m.uploads, m.received, m.served, m.images, m.removed, m.sweepFail)
	}
	return m
}
