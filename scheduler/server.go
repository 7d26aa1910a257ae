package scheduler

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
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

	room  chan struct{} // for the workspaces that are worked for
	busy  busy
	ready chan struct{} // tells that one of them is done with

	stop    context.CancelFunc
	running sync.WaitGroup // run, and what it began
}

// Start begins to do what is due.
func Start(o Options) *Server {
	ctx, stop := context.WithCancel(context.Background())
	s := &Server{
		store: o.Store, mentions: o.Mentions, links: o.Links, publicURL: o.PublicURL, log: o.Log.With("component", "scheduler"),
		metrics: newMetrics(o.Metrics), look: cmp.Or(o.Look, 5*time.Second), stop: stop,
		room: make(chan struct{}, parallel), busy: busy{is: map[chat.WorkspaceID]bool{}}, ready: make(chan struct{}, 1),
	}
	s.running.Go(func() { s.run(ctx) })
	return s
}

// Close finishes what is being done and ends.
func (s *Server) Close() {
	s.stop()
	s.running.Wait()
}

// afterFault is how long the scheduler rests when the store can't be asked, and
// from a workspace where something could not be done.
const afterFault = time.Second

func (s *Server) run(ctx context.Context) {
	for {
		began, err := s.round(ctx)
		if ctx.Err() != nil {
			return
		}
		switch {
		case err != nil:
			s.log.Warn("what is due waits", slog.Any("err", err))
			pause(ctx, afterFault)
		case began == 0:
			s.rest(ctx, s.untilNext(ctx))
		}
	}
}

// untilNext is how long nothing will be due, but no more than look: other
// processes add things too. What is due of busy workspaces is looked for when
// they are done with.
func (s *Server) untilNext(ctx context.Context) time.Duration {
	next, err := s.store.NextDue(ctx, s.busy.all())
	if err != nil || next == 0 {
		return s.look
	}
	return min(s.look, max(time.UnixMilli(next).Sub(chat.Now()), time.Millisecond))
}

// rest waits, less where something was added or a workspace is done with.
func (s *Server) rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-s.store.DueAdded():
	case <-s.ready:
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// busy are the workspaces that are worked for.
type busy struct {
	mu sync.Mutex
	is map[chat.WorkspaceID]bool
}

func (b *busy) add(w chat.WorkspaceID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.is[w] = true
}

func (b *busy) remove(w chat.WorkspaceID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.is, w)
}

func (b *busy) all() []chat.WorkspaceID {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Collect(maps.Keys(b.is))
}
