package search

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"taut/internal/fair"
	"taut/store"
)

// Config is what a Server is built of.
type Config struct {
	Store   *store.Store
	Folder  string // where the index lies
	Log     *slog.Logger
	Metrics prometheus.Registerer
}

// Server keeps an index and searches it.
type Server struct {
	store   *store.Store
	folder  string
	log     *slog.Logger
	metrics *metrics
	gate    *fair.Gate
	life    context.Context
	end     context.CancelFunc
	done    sync.WaitGroup

	wake   chan struct{}
	broken chan struct{}

	mu   sync.Mutex
	told told

	// open is held while the index is used by a search; the follower alone
	// replaces it.
	open sync.RWMutex
	x    *index
	log0 string // the incarnation that it is of
	lost bool   // it is closed, and there is no new one yet

	partial atomic.Bool // it is being filled
}

// New opens the index, or begins one, and follows the log from there. Close ends
// it.
func New(ctx context.Context, c Config) (*Server, error) {
	s := &Server{
		store: c.Store, folder: c.Folder, log: c.Log.With("component", "search"), metrics: newMetrics(c.Metrics), gate: newGate(c.Metrics),
		wake: make(chan struct{}, 1), broken: make(chan struct{}, 1), told: newTold(),
	}
	if err := s.openIndex(ctx); err != nil {
		return nil, err
	}
	s.life, s.end = context.WithCancel(context.Background())
	s.done.Go(func() { s.follow(s.life) })
	return s, nil
}

// Close ends the follower and closes the index.
func (s *Server) Close() error {
	s.end()
	s.done.Wait()
	s.open.Lock()
	defer s.open.Unlock()
	return s.x.close()
}

// openIndex opens the index of the log's incarnation.
func (s *Server) openIndex(ctx context.Context) error {
	incarnation := s.store.Incarnation()
	x, err := openIndex(ctx, s.folder, incarnation)
	if err != nil {
		return err
	}
	s.x, s.log0 = x, incarnation
	s.partial.Store(true)
	if x.fresh {
		s.metrics.renewals.Inc()
		s.log.Info("the search index is made; until it is complete, searches find part of what there is", slog.String("why", x.reason))
	}
	return nil
}

// renew makes the index anew. It is the follower's.
func (s *Server) renew(ctx context.Context) error {
	s.open.Lock()
	defer s.open.Unlock()
	s.metrics.complete.Set(0)
	s.lost = true
	if err := s.x.close(); err != nil {
		s.log.Warn("close the search index", "err", err)
	}
	if err := removeIndex(s.x.path); err != nil {
		return err
	}
	if err := s.openIndex(ctx); err != nil {
		return fmt.Errorf("make the search index anew: %w", err)
	}
	s.lost = false
	return nil
}

// index is the present one; for the follower.
func (s *Server) index() *index { return s.x }

// incarnation is the log's that the index is of; for the follower.
func (s *Server) incarnation() string { return s.log0 }

// caughtUp notes that everything is indexed.
func (s *Server) caughtUp() {
	s.metrics.caughtUp()
	if s.partial.CompareAndSwap(true, false) {
		s.log.Info("the search index is complete")
	}
}

// damaged tells the follower that the file is broken.
func (s *Server) damaged() {
	select {
	case s.broken <- struct{}{}:
	default: // it was told
	}
}
