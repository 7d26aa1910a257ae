package store

import "github.com/prometheus/client_golang/prometheus"

// metrics of the commit pipeline and of what works in the background.
type metrics struct {
	latency prometheus.Histogram
	batch   prometheus.Histogram
	events  prometheus.Counter
	split   prometheus.Counter
	refused prometheus.Counter
	retried prometheus.Counter
	queries prometheus.Counter

	carryFailed prometheus.Counter
	markFailed  prometheus.Counter

	// of SQLite
	logPages         prometheus.Gauge
	commitsMoved     prometheus.Counter
	checkpointFailed prometheus.Counter
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		latency: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "message_persist_latency",
			Help:    "Seconds from an append's arrival in the queue to its durable commit.",
			Buckets: []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5},
		}),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "store_batch_changes",
			Help:    "Changes that shared a transaction.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 9),
		}),
		events: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "store_events_committed_total", Help: "Events committed to the log.",
		}),
		split: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "store_batches_split_total", Help: "Transactions that failed and were run again one change at a time.",
		}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "store_changes_refused_total", Help: "Changes refused because a queue was full.",
		}),
		retried: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "store_transactions_retried_total", Help: "Transactions run again after a deadlock, a busy head or a lost connection.",
		}),
		queries: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "store_queries_total", Help: "Queries that read outside of commits.",
		}),
		carryFailed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "store_carries_failed_total", Help: "Attempts of the carrier to bring a fact to its target that failed and will be made again.",
		}),
		logPages: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "store_sqlite_log_pages", Help: "Pages, of 4 KiB, that SQLite's write-ahead log holds.",
		}),
		commitsMoved: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "store_sqlite_commits_moved_pages_total", Help: "Pages of SQLite's write-ahead log that were moved into the database while commits waited for it.",
		}),
		checkpointFailed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "store_sqlite_checkpoints_failed_total", Help: "Attempts to move SQLite's write-ahead log into the database that failed and will be made again.",
		}),
		markFailed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "store_marks_failed_total", Help: "Attempts to write read marks that failed and will be made again.",
		}),
	}
	if reg != nil {
		reg.MustRegister(m.latency, m.batch, m.events, m.split, m.refused, m.retried, m.queries, m.carryFailed, m.markFailed, m.logPages, m.commitsMoved, m.checkpointFailed)
	}
	return m
}
