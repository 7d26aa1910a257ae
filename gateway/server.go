package gateway

import (
	"cmp"
	"context"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/internal/fair"
	"taut/internal/limit"
)

// Config is what a gateway needs. Only the first block has no defaults.
type Config struct {
	Authenticator chat.Authenticator
	Conversations chat.Conversations
	// Owner is the channel server that a stream belongs to now, equal for equal ones;
	// nil while it belongs to none. When it may answer otherwise Moved is called.
	Owner    func(chat.Stream) chat.ChannelServer
	Presence chat.Presence  // nil: nobody's presence is known
	Limits   *limit.Limiter // a socket counts as a request; nil: there are none

	Log     *slog.Logger
	Metrics prometheus.Registerer
	Name    string // of this gateway, to channel servers and in hello
	Region  string // a label of metrics

	Shards            int           // at most 64; GOMAXPROCS
	MaxSockets        int           // beyond it a client is told to come back; 1,000,000
	MaxOfOneWorkspace int           // of those; three of four
	MaxSocketsPerUser int           // beyond it a client is told to stop; 1,000
	QueueBytes        int           // of one socket; beyond it its streams lag; 256 KiB
	InboxEvents       int           // of one shard; beyond it the channel server waits; 16,384
	MaxReads          int           // pages that a shard reads at a time; 16
	MaxPosts          int           // messages that sockets post at a time, half of them of one workspace; 1,024
	MaxOpenings       int           // sockets that open at a time, likewise; 2,048: what they ask for is read for many at once
	OpenTimeout       time.Duration // from the upgrade to hello; 10 s
	PostTimeout       time.Duration // of a message; 15 s
	IdleTimeout       time.Duration // without a byte from the client; 2 min; pinged at half of it
	WriteTimeout      time.Duration // of a socket that takes nothing; 30 s
	DrainSpread       time.Duration // over which Drain closes the sockets; 5 s
}

func (c Config) withDefaults() Config {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Name == "" {
		c.Name = "gateway-1"
	}
	c.Shards = min(cmp.Or(c.Shards, runtime.GOMAXPROCS(0)), maxShards)
	c.MaxSockets = cmp.Or(c.MaxSockets, 1_000_000)
	c.MaxOfOneWorkspace = cmp.Or(c.MaxOfOneWorkspace, c.MaxSockets-c.MaxSockets/4)
	c.MaxSocketsPerUser = cmp.Or(c.MaxSocketsPerUser, 1000)
	c.QueueBytes = cmp.Or(c.QueueBytes, 256<<10)
	c.InboxEvents = cmp.Or(c.InboxEvents, 16_384)
	c.MaxReads = cmp.Or(c.MaxReads, 16)
	c.MaxPosts = cmp.Or(c.MaxPosts, 1024)
	c.MaxOpenings = cmp.Or(c.MaxOpenings, 2048)
	c.OpenTimeout = cmp.Or(c.OpenTimeout, 10*time.Second)
	c.PostTimeout = cmp.Or(c.PostTimeout, 15*time.Second)
	c.IdleTimeout = cmp.Or(c.IdleTimeout, 2*time.Minute)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, 30*time.Second)
	c.DrainSpread = cmp.Or(c.DrainSpread, 5*time.Second)
	return c
}

// maxWaitingOpenings bounds the clients of one workspace that wait to open a
// socket: all who come back at once are to find a place.
const maxWaitingOpenings = 32_768

// Server is a gateway.
type Server struct {
	cfg     Config
	log     *slog.Logger
	metrics *metrics
	known   map[string]bool // event types that every client understands

	shards   []*shard
	links    *links
	presence *presence
	whispers *whispers
	posts    *fair.Gate // of messages being posted
	openings *fair.Gate // of sockets on their way to hello
	sockets  *sockets
	refusals chan struct{} // a token for each that is told why not
	next     atomic.Uint64 // spreads the sessions over the shards

	ctx    context.Context // the server's lifetime
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

// New starts a gateway; Close stops it.
func New(c Config) *Server {
	c = c.withDefaults()
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{
		cfg: c, log: c.Log.With("component", "gateway"), metrics: newMetrics(c),
		known:    slackEventTypes(),
		whispers: newWhispers(),
		posts:    fair.New("posts", fair.Limits{All: c.MaxPosts, Each: max(1, c.MaxPosts/2), Waiting: c.MaxSockets}, c.Metrics),
		openings: fair.New("openings", fair.Limits{All: c.MaxOpenings, Each: max(1, c.MaxOpenings/2), Waiting: maxWaitingOpenings}, c.Metrics),
		refusals: make(chan struct{}, maxRefusals),
		sockets:  newSockets(c.MaxSockets, c.MaxOfOneWorkspace, c.MaxSocketsPerUser),
		ctx:      ctx, cancel: cancel,
	}
	s.links = newLinks(s)
	s.presence = newPresence(s)
	for i := range c.Shards {
		sh := newShard(s, i)
		s.shards = append(s.shards, sh)
		s.wg.Go(sh.run)
	}
	s.wg.Go(s.presence.run)
	s.wg.Go(s.whisper)
	return s
}

// Open is how many sockets are.
func (s *Server) Open() int { return s.sockets.open() }

// Close ends all sockets at once and waits for every goroutine. Drain first to
// let clients go in peace.
func (s *Server) Close() {
	s.sockets.refuse()
	s.links.close()
	s.cancel()
	s.sockets.opening.Wait() // they may start a reader yet
	s.wg.Wait()
}
