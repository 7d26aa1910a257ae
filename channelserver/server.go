package channelserver

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/ring"
	"taut/store"
)

// Log is what a channel server asks of the store.
type Log interface {
	Read(ctx context.Context, r chat.ReadRequest) (chat.Page, error)
	// Heads leaves out streams that have no event.
	Heads(ctx context.Context, streams []chat.Stream) ([]chat.Head, error)
	// TouchedHeads are the heads of the streams that grew since the mark, and
	// the mark of now; since the zero mark none are told.
	TouchedHeads(ctx context.Context, since store.Mark) ([]chat.Head, store.Mark, error)
	// GrownSince are the heads of the streams that grew since a mark that any node
	// took; false where that can't be told, or are more than the limit.
	GrownSince(ctx context.Context, since store.Mark, limit int) (heads []chat.Head, all bool, err error)
}

// Options of a Server; the zero value is useful.
type Options struct {
	// Self is the server's name in a ring, whose slots Own gives it for as long as
	// Hold says; "": it owns every stream.
	Self    string
	Log     *slog.Logger
	Metrics prometheus.Registerer
}

const (
	shards = 256
	// gapWait is how long a hole may take to be closed by a publish that was
	// overtaken, before the log is read.
	gapWait = 20 * time.Millisecond
	// maxWait bounds the time between attempts that fail.
	maxWait = 640 * time.Millisecond
	// lookEvery is the time between looks at the heads, and between heartbeats.
	lookEvery = time.Second
	// linger is how long a stream's recent events are kept after the last one,
	// and the stream itself after its last subscriber left.
	linger = time.Minute
	// beatFor is how long heartbeats tell of a stream after it moved.
	beatFor = 5 * time.Second
	// readTimeout bounds a question to the log.
	readTimeout = 5 * time.Second
	pageLimit   = 200
	headsLimit  = 500
	workers     = 8
)

// Server is a channel server. It implements chat.ChannelServer.
type Server struct {
	source  Log
	log     *slog.Logger
	metrics *metrics
	shards  [shards]shard
	repairs *schedule
	heat    heat
	began   time.Time
	// recentBytes is what all streams' recent events take.
	recentBytes atomic.Int64
	// whole is the mark of the last look at the heads: what was committed before is
	// delivered, save to streams that are late.
	whole atomic.Pointer[chat.Mark]
	grown grown

	tenure tenure

	mu    sync.Mutex
	links map[string]*link // by gateway; guarded by mu

	stop    context.CancelFunc
	running sync.WaitGroup
}

// shard is a part of the streams with the mutex that guards them.
type shard struct {
	mu      sync.Mutex
	streams map[chat.Stream]*state
	// active holds the streams that moved lately or have no subscriber: those
	// of which the heartbeat has something to tell or to drop.
	active map[*state]struct{}
	// late has the streams that lack something, or whose subscribers do, each with a
	// mark before which nothing lacks.
	late map[*state]chat.Mark
}

// New makes a channel server and starts it. ctx bounds
// the first question to the log, not the server's life.
func New(ctx context.Context, source Log, o Options) (*Server, error) {
	s := &Server{
		source:  source,
		log:     o.Log,
		metrics: newMetrics(o.Metrics),
		repairs: newSchedule(),
		began:   time.Now(),
		links:   make(map[string]*link),
	}
	s.tenure.self, s.heat.last = o.Self, s.began
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.log = s.log.With("component", "channelserver")
	for i := range s.shards {
		s.shards[i].streams = make(map[chat.Stream]*state)
		s.shards[i].active = make(map[*state]struct{})
		s.shards[i].late = make(map[*state]chat.Mark)
	}
	// The mark comes before the first subscription, so that no publish is lost
	// unnoticed between them.
	_, mark, err := source.TouchedHeads(ctx, store.Mark{})
	if err != nil {
		return nil, fmt.Errorf("mark the log: %w", err)
	}
	place := mark.Place()
	s.whole.Store(&place)
	s.grown.of = place.Of
	life, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.running.Go(func() { s.lookAtHeads(life, mark) })
	s.running.Go(func() { s.beat(life) })
	if o.Self != "" {
		s.running.Go(func() { s.guard(life) })
	}
	s.running.Go(func() { s.repairs.run(life, workers, s.repair) })
	return s, nil
}

// now is the time since the server began, which takes a third of a time.Time.
func (s *Server) now() time.Duration { return time.Since(s.began) }

// Close ends all links and waits for what is running.
func (s *Server) Close() {
	for _, l := range s.allLinks() {
		l.Close()
	}
	s.stop()
	s.running.Wait()
}

// Publish takes committed events: the next ones go out at once, those ahead of
// a hole wait for it to close, those that were seen are dropped. Those of streams
// that have moved reach whoever still subscribes here.
func (s *Server) Publish(_ context.Context, events []chat.Event) (err error) {
	if !s.tenure.held() {
		return chat.NewError(chat.Moved, "lease")
	}
	s.metrics.published.Add(float64(len(events)))
	for _, of := range byStream(events) {
		if s.tenure.owns(of[0].Stream) {
			s.heat.add(of[0].Stream, len(of))
		} else { // a copy of what has moved is another's work
			err = chat.NewError(chat.Moved, "stream")
		}
		s.publish(of)
	}
	return err
}

func (s *Server) publish(events []chat.Event) {
	sh := s.shard(events[0].Stream)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	st := sh.streams[events[0].Stream]
	if st == nil { // nobody listens yet
		last := events[len(events)-1]
		s.grown.note(chat.Head{Stream: last.Stream, Seq: last.Seq})
		return
	}
	if st.tail.Started() && events[len(events)-1].Seq <= st.tail.Seq() {
		s.metrics.duplicates.Add(float64(len(events)))
		return
	}
	from := st.tail.Seq()
	s.advance(sh, st, from, st.tail.Offer(events))
	if st.tail.Behind() {
		s.metrics.gaps.Inc()
		s.later(st)
	}
}

// Whisper passes an ephemeral event on to those who listen now.
func (s *Server) Whisper(_ context.Context, e chat.Ephemeral) {
	s.metrics.whispers.Inc()
	sh := s.shard(e.Stream)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if st := sh.streams[e.Stream]; st != nil {
		for _, sub := range st.subs {
			sub.link.sink.Whisper(e)
		}
	}
}

func (s *Server) shard(id chat.Stream) *shard {
	return &s.shards[ring.Hash(id)>>32%shards]
}

// byStream splits events into runs of one stream each, keeping the order within
// each stream.
func byStream(events []chat.Event) [][]chat.Event {
	if len(events) == 0 {
		return nil
	}
	if len(events) > 1 && !sameStream(events) {
		events = slices.Clone(events)
		slices.SortStableFunc(events, compareStreams)
	}
	var runs [][]chat.Event
	start := 0
	for i := range events {
		if events[i].Stream != events[start].Stream {
			runs = append(runs, events[start:i:i])
			start = i
		}
	}
	return append(runs, events[start:])
}

func sameStream(events []chat.Event) bool {
	for i := range events {
		if events[i].Stream != events[0].Stream {
			return false
		}
	}
	return true
}

func compareStreams(a, b chat.Event) int {
	if c := strings.Compare(string(a.Stream.ID), string(b.Stream.ID)); c != 0 {
		return c
	}
	return strings.Compare(string(a.Stream.Workspace), string(b.Stream.Workspace))
}
