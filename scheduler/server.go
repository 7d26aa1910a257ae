package scheduler

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/store"
)

// Options are what a Server works with.
type Options struct {
	Store    *store.Store
	Mentions chat.Mentioner
	// Links looks at the links of what was sent; nil: nobody does.
	Links chat.LinkLooker
	// PublicURL is where links to messages begin; "": there are none.
	PublicURL string
	Log       *slog.Logger
	Metrics   prometheus.Registerer
	// Look is how often what is due is looked for when nobody told of it: 5 s.
	Look time.Duration
}

// Server is the role.
type Server struct {
	store     *store.Store
	mentions  chat.Mentioner
	links     chat.LinkLooker
	publicURL string
	log       *slog.Logger
	metrics   *metrics
	look      time.Duration

	stop    context.CancelFunc
	running sync.WaitGroup
}

// Start begins to do what is due.
func Start(o Options) *Server {
	ctx, stop := context.WithCancel(context.Background())
	s := &Server{
		store: o.Store, mentions: o.Mentions, links: o.Links, publicURL: o.PublicURL, log: o.Log.With("component", "scheduler"),
		metrics: newMetrics(o.Metrics), look: cmp.Or(o.Look, 5*time.Second), stop: stop,
	}
	s.running.Go(func() { s.run(ctx) })
	return s
}

// Close finishes what is being done and ends.
func (s *Server) Close() {
	s.stop()
	s.running.Wait()
}

// afterFault is how long the scheduler rests when the store can't be asked, or
// could do nothing of what is due.
const afterFault = time.Second

func (s *Server) run(ctx context.Context) {
	for {
		done, err := s.round(ctx)
		if ctx.Err() != nil {
			return
		}
		pause := time.Duration(0)
		switch {
		case err != nil:
			s.log.Warn("what is due waits", slog.Any("err", err))
			pause = afterFault
		case done == 0:
			pause = s.untilNext(ctx)
		}
		if !s.rest(ctx, pause) {
			return
		}
	}
}

// untilNext is how long nothing will be due, but no more than look: other
// processes add things too.
func (s *Server) untilNext(ctx context.Context) time.Duration {
	next, err := s.store.NextDue(ctx)
	if err != nil || next == 0 {
		return s.look
	}
	return min(s.look, max(time.UnixMilli(next).Sub(chat.Now()), time.Millisecond))
}

// rest waits, less where something was added; false: it is over.
func (s *Server) rest(ctx context.Context, pause time.Duration) bool {
	if pause == 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
	case <-s.store.DueAdded():
	}
	return true
}
