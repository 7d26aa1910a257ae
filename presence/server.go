package presence

import (
	"cmp"
	"context"
	"hash/maphash"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
)

const shardCount = 64

// Options tune a server; the zero value of each means the product's own value.
type Options struct {
	Lease    time.Duration // a device's life without renewal: 30 s
	Grace    time.Duration // from a socket's close to its device's end: 2 s
	AutoAway time.Duration // from the person's last act to away: 10 min
	Sweep    time.Duration // how often due ends are looked for: 500 ms

	MaxDevices int // of the whole server: 1,000,000; more are not counted
	MaxPerUser int // devices of one user: 100; more are not counted
	MaxWatched int // users of a workspace that one gateway watches: 50,000; more are not watched

	Metrics prometheus.Registerer
}

func (o Options) withDefaults() Options {
	o.Lease = cmp.Or(o.Lease, 30*time.Second)
	o.Grace = cmp.Or(o.Grace, 2*time.Second)
	o.AutoAway = cmp.Or(o.AutoAway, 10*time.Minute)
	o.Sweep = cmp.Or(o.Sweep, 500*time.Millisecond)
	o.MaxDevices = cmp.Or(o.MaxDevices, 1_000_000)
	o.MaxPerUser = cmp.Or(o.MaxPerUser, 100)
	o.MaxWatched = cmp.Or(o.MaxWatched, 50_000)
	return o
}

// Server is the role. It implements chat.Presence.
type Server struct {
	options Options
	metrics *metrics
	seed    maphash.Seed
	shards  [shardCount]shard

	// version is the last one given out. It is not below the clock's microseconds,
	// so that a server's versions are above those of the one before it, also of the
	// one that a user was at before.
	version atomic.Int64
	devices atomic.Int64

	stop    context.CancelFunc
	sweeper sync.WaitGroup
}

var _ chat.Presence = (*Server)(nil)

// New starts a server; Close ends it.
func New(o Options) *Server {
	s := &Server{options: o.withDefaults(), seed: maphash.MakeSeed()}
	s.metrics = newMetrics(o.Metrics, s)
	s.version.Store(time.Now().UnixMicro())
	for i := range s.shards {
		s.shards[i].users = map[userKey]*user{}
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	s.sweeper.Go(func() { s.sweep(ctx) })
	return s
}

// Close stops the sweeper. Nothing is told of any more; calls still answer.
func (s *Server) Close() {
	s.stop()
	s.sweeper.Wait()
}

// Attach opens a gateway's link. The gateway's name serves its own logs only:
// devices outlive the link that started them until their leases end.
func (s *Server) Attach(_ context.Context, _ string, sink chat.PresenceSink) (chat.PresenceLink, error) {
	return &link{server: s, sink: sink, ended: make(chan struct{}), watched: map[chat.WorkspaceID]map[chat.UserID]struct{}{}}, nil
}

// SetAway sets or clears a manual away. It is remembered for a minute even of a
// user without a device: a socket that opens at the same moment may have read
// the durable copy before it changed.
func (s *Server) SetAway(_ context.Context, w chat.WorkspaceID, u chat.UserID, away bool) error {
	now := time.Now()
	return s.change(userKey{w, u}, now, func(_ *shard, u *user) {
		u.manualAway, u.awayKnownUntil = away, now.Add(time.Minute)
	})
}

// Get answers for any user; one who was never seen is away.
func (s *Server) Get(_ context.Context, w chat.WorkspaceID, id chat.UserID) (chat.PresenceState, error) {
	key := userKey{w, id}
	sh := s.shard(key)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return s.snapshot(sh, key), nil
}

// snapshot is a user's state now. Called with the shard locked.
func (s *Server) snapshot(sh *shard, key userKey) chat.PresenceState {
	u, ok := sh.users[key]
	if !ok {
		return chat.PresenceState{User: key.user, Version: s.nextVersion()}
	}
	state := u.state(time.Now(), s.options)
	state.Version = u.told.Version
	return state
}

// change runs f on a user, makes them if need be, and tells the watchers what
// became of it.
func (s *Server) change(key userKey, now time.Time, f func(*shard, *user)) error {
	sh := s.shard(key)
	sh.mu.Lock()
	u := sh.user(key, s.nextVersion())
	f(sh, u)
	news := s.settle(sh, u, now)
	sh.mu.Unlock()
	news.tell()
	return nil
}

// settle brings what was told of a user up to date, puts them in the heap
// where they belong, or forgets them. Called with the shard locked; the news is
// told once it is not.
func (s *Server) settle(sh *shard, u *user, now time.Time) news {
	s.devices.Add(-int64(u.dropEnded(now)))
	state := u.state(now, s.options)
	changed := state.Active != u.told.Active
	state.Version = u.told.Version
	if changed || state.ManualAway != u.told.ManualAway || state.AutoAway != u.told.AutoAway || state.Online != u.told.Online {
		state.Version = s.nextVersion()
	}
	u.told = state
	sh.schedule(u, u.nextDue(now, s.options))
	sh.forgetIfIdle(u, now)
	if !changed || len(u.watchers) == 0 {
		return news{}
	}
	s.metrics.changes.Inc()
	return news{u.key.workspace, state, slices.Clone(u.watchers)}
}

func (s *Server) nextVersion() int64 {
	for {
		last := s.version.Load()
		next := max(last+1, time.Now().UnixMicro())
		if s.version.CompareAndSwap(last, next) {
			return next
		}
	}
}

func (s *Server) shard(key userKey) *shard {
	return &s.shards[maphash.Comparable(s.seed, key)%shardCount]
}

// news is a change and who is to hear of it.
type news struct {
	workspace chat.WorkspaceID
	state     chat.PresenceState
	links     []*link
}

func (n news) tell() {
	for _, l := range n.links {
		l.tell(n.workspace, n.state)
	}
}

// Users is how many users the server holds state of.
func (s *Server) Users() (n int) {
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		n += len(sh.users)
		sh.mu.Unlock()
	}
	return n
}
