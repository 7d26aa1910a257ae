package edgecache

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/store"
)

// Options of a Server; the zero value is useful.
type Options struct {
	// Bytes are what all directories may take; one may take half. 0: 256 MiB.
	Bytes int64
	// Idle is how long a directory is held that nobody asks for; 0: 30 min.
	Idle time.Duration
	// Every is how often the heads are looked at; 0: 1 s.
	Every time.Duration
	// Patience is how long a search waits for a load: the store answers sooner than one
	// that is large, or that stands behind others. 0: 500 ms.
	Patience time.Duration
	Log      *slog.Logger
	Metrics  prometheus.Registerer
}

const (
	defaultBytes    = 256 << 20
	defaultIdle     = 30 * time.Minute
	defaultEvery    = time.Second
	defaultPatience = 500 * time.Millisecond
	// trustFor is how many looks a directory is believed that could not be looked at.
	trustFor = 3
	// loading is how many directories are read at once, and waiting how many more
	// may be about to be: beyond, the store answers.
	loading = 2
	waiting = 64
	// loadTime bounds one load, lookTime one look at the heads, and reachTime what one
	// directory may take of it.
	loadTime  = 30 * time.Second
	lookTime  = 5 * time.Second
	reachTime = time.Second
	// warnTime is between two lines of the log about the same.
	warnTime = time.Minute
	// failedFor is how long a load that failed is not tried again.
	failedFor = 5 * time.Second
	// tooLargeFor is how long one that was too large is not tried again.
	tooLargeFor = 10 * time.Minute
)

// Server is an edge cache. It implements chat.EdgeCache; what it cannot answer is
// Unavailable.
type Server struct {
	options Options
	store   *store.Store
	logs    Log
	log     *slog.Logger
	metrics *metrics
	places  chan struct{} // a token for each load that runs
	behind  chan struct{} // something is to be read
	told    *queue

	memberships memberships
	hints       *hints

	mu    sync.Mutex
	held  map[chat.WorkspaceID]*held // guarded by mu
	loads int                        // of them that load; guarded by mu

	life    context.Context
	end     context.CancelFunc
	running sync.WaitGroup
}

var _ chat.EdgeCache = (*Server)(nil)

// held is a workspace's place in the cache.
type held struct {
	directory *directory
	ready     chan struct{} // closed when the load is over
	err       error         // its error; set before ready is closed
	found     bool          // the workspace is there; likewise
	used      time.Time     // guarded by the Server's mu
	until     time.Time     // where there is an err: when it is tried again
}

// New makes a cache over a store and starts it.
func New(s *store.Store, o Options) *Server { return newServer(s, s, o) }

func newServer(s *store.Store, logs Log, o Options) *Server {
	o.Bytes, o.Idle = cmp.Or(o.Bytes, defaultBytes), cmp.Or(o.Idle, defaultIdle)
	o.Every, o.Patience = cmp.Or(o.Every, defaultEvery), cmp.Or(o.Patience, defaultPatience)
	c := &Server{
		options: o, store: s, logs: logs, log: o.Log,
		places: make(chan struct{}, loading), behind: make(chan struct{}, 1), told: newQueue(), held: map[chat.WorkspaceID]*held{},
		memberships: newMemberships(s), hints: newHints(hintBytes),
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.log = c.log.With("component", "edgecache")
	c.metrics = newMetrics(o.Metrics, c)
	c.life, c.end = context.WithCancel(context.Background())
	c.running.Go(c.run)
	c.running.Go(c.apply)
	return c
}

// Close ends what runs and waits for it.
func (s *Server) Close() {
	s.end()
	s.running.Wait()
}

// UsersByID are those that exist.
func (s *Server) UsersByID(ctx context.Context, w chat.WorkspaceID, ids []chat.UserID) ([]chat.User, error) {
	ids, err := bounded(ids)
	if err != nil {
		return nil, err
	}
	d, err := s.directory(ctx, w, 0) // the store has them at once
	if err != nil {
		return nil, err
	}
	return d.usersByID(ids), nil
}

// SearchUsers finds people and bots.
func (s *Server) SearchUsers(ctx context.Context, w chat.WorkspaceID, q chat.DirectoryQuery) (chat.FoundUsers, error) {
	d, err := s.directory(ctx, w, s.options.Patience)
	if err != nil {
		return chat.FoundUsers{}, err
	}
	return d.searchUsers(q), nil
}

// SearchChannels finds public channels.
func (s *Server) SearchChannels(ctx context.Context, w chat.WorkspaceID, q chat.DirectoryQuery) (chat.FoundChannels, error) {
	d, err := s.directory(ctx, w, s.options.Patience)
	if err != nil {
		return chat.FoundChannels{}, err
	}
	return d.searchChannels(q), nil
}

// directory is the workspace's. Where it is not held, its load is waited for a while.
func (s *Server) directory(ctx context.Context, w chat.WorkspaceID, patience time.Duration) (*directory, error) {
	h, err := s.place(w)
	if err != nil {
		s.metrics.misses.Inc()
		return nil, err
	}
	if h.over() {
		s.metrics.hits.Inc()
	} else {
		s.metrics.misses.Inc()
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		select {
		case <-h.ready:
		case <-ctx.Done():
			return nil, chat.NewError(chat.Unavailable, "directory")
		}
	}
	if h.err != nil {
		return nil, h.err
	}
	if s.told.has(w) {
		s.catchUp(w)
	}
	return h.directory, nil
}

// place finds the workspace's place, or makes one, which loads. One that can't be
// believed any more is Unavailable until it was looked at.
func (s *Server) place(w chat.WorkspaceID) (*held, error) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.held[w]
	if h != nil && h.over() && h.err != nil && !now.Before(h.until) {
		delete(s.held, w)
		h = nil
	}
	if h != nil && h.over() && h.err == nil {
		switch why := h.directory.state(s.logs.Incarnation(), now.Add(-trustFor*s.options.Every)); why {
		case "":
		case reasonStale:
			return nil, chat.NewError(chat.Unavailable, "directory")
		default:
			s.drop(w, why)
			h = nil
		}
	}
	if h == nil {
		if s.life.Err() != nil || s.loads >= loading+waiting {
			return nil, chat.NewError(chat.Unavailable, "directory")
		}
		h = &held{directory: newDirectory(w, s.logs.Incarnation()), ready: make(chan struct{})}
		s.held[w] = h
		s.loads++
		s.running.Go(func() { s.load(w, h) })
	}
	h.used = now
	return h, nil
}

// over tells whether the load is.
func (h *held) over() bool {
	select {
	case <-h.ready:
		return true
	default:
		return false
	}
}

// state says why the directory can't answer now; "" where it can.
func (d *directory) state(incarnation string, lately time.Time) string {
	if d.incarnation != incarnation {
		return reasonIncarnation
	}
	return d.health.state(lately)
}

// load fills the place. A workspace that isn't there leaves none, and a failure one
// that answers nothing for a while.
func (s *Server) load(w chat.WorkspaceID, h *held) {
	err := s.fill(h)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loads--
	h.err = err
	switch {
	case errors.Is(err, errTooLarge):
		s.metrics.loads.WithLabelValues(outcomeTooLarge).Inc()
		h.directory, h.until = nil, time.Now().Add(tooLargeFor)
	case err != nil:
		s.metrics.loads.WithLabelValues(outcomeFailed).Inc()
		s.log.Warn("a directory could not be read", "workspace", w, "err", err)
		h.err = chat.NewError(chat.Unavailable, "directory")
		h.directory, h.until = nil, time.Now().Add(failedFor)
	default:
		s.metrics.loads.WithLabelValues(outcomeLoaded).Inc()
		if !h.found {
			delete(s.held, w)
		}
	}
	close(h.ready)
	s.makeRoom()
}

func (s *Server) fill(h *held) (err error) {
	ctx, cancel := context.WithTimeout(s.life, loadTime)
	defer cancel()
	select {
	case s.places <- struct{}{}:
		defer func() { <-s.places }()
	case <-ctx.Done():
		return ctx.Err()
	}
	h.found, err = load(ctx, s.store, s.logs, h.directory, s.options.Bytes/2)
	return err
}

// drop is under mu.
func (s *Server) drop(w chat.WorkspaceID, reason string) {
	delete(s.held, w)
	s.metrics.dropped.WithLabelValues(reason).Inc()
}

// makeRoom drops the longest unused until the rest fits. It is under mu.
func (s *Server) makeRoom() {
	sum := int64(0)
	var all []chat.WorkspaceID
	for w, h := range s.held {
		if n := h.size(); n > 0 {
			sum += n
			all = append(all, w)
		}
	}
	if sum <= s.options.Bytes {
		return
	}
	slices.SortFunc(all, func(a, b chat.WorkspaceID) int { return s.held[a].used.Compare(s.held[b].used) })
	for _, w := range all {
		if sum <= s.options.Bytes {
			return
		}
		sum -= s.held[w].size()
		s.drop(w, reasonRoom)
	}
}

// size is 0 while it loads, and where nothing is held.
func (h *held) size() int64 {
	if !h.over() || h.err != nil {
		return 0
	}
	return h.directory.health.size()
}

func (s *Server) sizes() (bytes int64, workspaces int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.held {
		if n := h.size(); n > 0 {
			bytes += n
			workspaces++
		}
	}
	return bytes, workspaces
}
