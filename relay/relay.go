// Package relay gives the log on MySQL one order for all of it: it notes which
// streams grew, and up to where, in a log of its own, whose position is a cursor
// for those who follow everything, as the search does.
//
// Flow: every node with the role runs a Server; the first one writes, and the
// database's term keeps all others out, however long a former writer slept. It looks
// at the heads that were touched lately, and slowly, round and round, at all of
// them. When it dies, another one takes over within seconds and goes on where it
// was; what is noted late delays those who follow, never the delivery of messages.
//
// Goroutines: a Server has one, which Close ends and awaits. On SQLite, where the
// log's own position is such a cursor, there is no relay.
package relay

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/store"
)

const (
	// lookTime is how often the log is looked at.
	lookTime = 200 * time.Millisecond
	// turnTime is how often a node that doesn't write asks whether it may, and the
	// pause after an error.
	turnTime = time.Second
	// trimTime is how often what is old is forgotten, piece by piece.
	trimTime = time.Hour
)

// Server is a node's relay, whether it writes or waits for its turn.
type Server struct {
	store   *store.Store
	log     *slog.Logger
	metrics *metrics
	end     context.CancelFunc
	done    sync.WaitGroup
}

type metrics struct {
	writing prometheus.Gauge
	noted   prometheus.Counter
}

// New starts the relay of a store that is on MySQL. Close ends it.
func New(s *store.Store, log *slog.Logger, r prometheus.Registerer) *Server {
	server := &Server{store: s, log: log.With("component", "relay"), metrics: &metrics{
		writing: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "taut_relay_writing", Help: "1 where this node writes the relay's log."}),
		noted: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "taut_relay_noted_total", Help: "Times that a stream's growth was noted."}),
	}}
	if r != nil {
		r.MustRegister(server.metrics.writing, server.metrics.noted)
	}
	var life context.Context
	life, server.end = context.WithCancel(context.Background())
	server.done.Go(func() { server.run(life) })
	return server
}

// Close lets another node write.
func (s *Server) Close() {
	s.end()
	s.done.Wait()
}

// run writes whenever it may.
func (s *Server) run(ctx context.Context) {
	for ctx.Err() == nil {
		w, err := s.store.TakeRelay(ctx)
		if err == nil && w != nil {
			err = s.write(ctx, w)
		}
		if err != nil && ctx.Err() == nil {
			s.log.Warn("the relay's log was not written", "err", err)
		}
		pause(ctx, turnTime)
	}
}

// write writes until the end or an error. It trims from the beginning, as writers may
// follow each other often, and a piece at a time, so that it is not late meanwhile.
func (s *Server) write(ctx context.Context, w *store.RelayWriter) error {
	s.log.Info("this node writes the relay's log")
	s.metrics.writing.Set(1)
	defer s.metrics.writing.Set(0)
	var trimmed time.Time // when there was nothing old left
	for ctx.Err() == nil {
		n, more, err := w.Advance(ctx)
		if err == nil && time.Since(trimmed) > trimTime {
			var old bool
			if old, err = w.Trim(ctx); !old {
				trimmed = time.Now()
			}
		}
		if err != nil {
			return errors.Join(err, s.release(ctx, w))
		}
		s.metrics.noted.Add(float64(n))
		if !more {
			pause(ctx, lookTime)
		}
	}
	return s.release(ctx, w)
}

// release is tried once: without it, the next writer waits for the lease's end.
func (s *Server) release(ctx context.Context, w *store.RelayWriter) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), turnTime)
	defer cancel()
	return w.Release(ctx)
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
