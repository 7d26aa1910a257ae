package gateway

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
)

// metrics of one gateway, under the field's names where it has them.
type metrics struct {
	active          prometheus.Gauge
	deliveries      prometheus.Counter
	events          prometheus.Counter
	fanOut          [len(sizeBuckets) + 1]prometheus.Observer
	latency         prometheus.Observer
	reconnections   prometheus.Counter
	disconnects     [reasons]prometheus.Counter
	refused         prometheus.Counter
	gaps            prometheus.Counter
	overflows       prometheus.Counter
	handOffs        prometheus.Counter
	readErrors      prometheus.Counter
	whispersDropped prometheus.Counter
	limited         prometheus.Counter
}

// sizeBuckets are the upper bounds of the label channel_size_bucket.
var sizeBuckets = [...]int{10, 100, 1000, 10_000}

var sizeNames = [...]string{"1-10", "11-100", "101-1000", "1001-10000", "over 10000"}

func newMetrics(c Config) *metrics {
	reg := prometheus.WrapRegistererWith(prometheus.Labels{"region": c.Region, "gateway_id": c.Name}, c.Metrics)
	if c.Metrics == nil {
		reg = prometheus.NewRegistry()
	}
	counter := func(name, help string) prometheus.Counter {
		m := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
		reg.MustRegister(m)
		return m
	}
	m := &metrics{
		active:          prometheus.NewGauge(prometheus.GaugeOpts{Name: "ws_connections_active", Help: "Open WebSockets."}),
		deliveries:      counter("gateway_deliveries_total", "Events put into sockets' queues."),
		events:          counter("gateway_events_total", "Events taken by shards."),
		reconnections:   counter("reconnection_rate", "Sockets that resumed; its rate is the rate."),
		refused:         counter("gateway_deliveries_refused_total", "Deliveries that a full shard refused."),
		gaps:            counter("gateway_gaps_total", "Holes in a stream that the link was asked to close."),
		overflows:       counter("gateway_overflows_total", "Streams that began to lag since a socket's queue was full."),
		handOffs:        counter("gateway_slow_writes_total", "Writes that had to wait for the client."),
		readErrors:      counter("gateway_read_errors_total", "Pages of the log that could not be read."),
		limited:         counter("gateway_sockets_limited_total", "Sockets refused as their user or workspace asked for too much."),
		whispersDropped: counter("gateway_whispers_dropped_total", "Ephemeral events dropped."),
	}
	latency := prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "message_delivery_latency", Help: "Seconds from the commit of a message to its last socket's queue.",
		Buckets: []float64{.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 3, 10},
	})
	m.latency = latency
	fanOut := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "fan_out_ratio", Help: "Sockets of a shard that an event reached.",
		Buckets: []float64{1, 10, 100, 1000, 10_000},
	}, []string{"channel_size_bucket"})
	for i, name := range sizeNames {
		m.fanOut[i] = fanOut.WithLabelValues(name)
	}
	ended := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "gateway_disconnects_total", Help: "Sockets that ended, by reason.",
	}, []string{"reason"})
	for r := left; r < reasons; r++ {
		m.disconnects[r] = ended.WithLabelValues(r.String())
	}
	reg.MustRegister(m.active, latency, fanOut, ended)
	return m
}

// delivered counts one event in one shard.
func (m *metrics) delivered(ev *chat.Event, followers, given int) {
	m.events.Inc()
	m.deliveries.Add(float64(given))
	i := 0
	for i < len(sizeBuckets) && followers > sizeBuckets[i] {
		i++
	}
	m.fanOut[i].Observe(float64(given))
	if ev.Type == chat.TypeMessage && ev.CommittedMS > 0 {
		m.latency.Observe(max(0, chat.Now().Sub(time.UnixMilli(ev.CommittedMS)).Seconds()))
	}
}
