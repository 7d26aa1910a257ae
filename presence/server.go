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

	// Epoch is that of the ring by which the user is this server's now; 0 while they
	// are not. nil: the server is the only one. It is called with locks held.
	Epoch func(chat.WorkspaceID, chat.UserID) int64

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

	tick    atomic.Int64 // see nextVersion
	devices atomic.Int64

	stop    context.CancelFunc
	sweeper sync.WaitGroup
}

var _ chat.Presence = (*Server)(nil)

// New starts a server; Close ends it.
func New(o Options) *Server {
	s := &Server{options: o.withDefaults(), seed: maphash.MakeSeed()}
	s.metrics = newMetrics(o.Metrics, s)
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
		return chat.PresenceState{User: key.user, Version: s.nextVersion(key)}
	}
	// What was told when the user was here before, another server has told since.
	if u.told.Version>>tickBits < s.epoch(key) {
		u.told.Version = s.nextVersion(key)
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
	u := s.user(sh, key)
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
		state.Version = s.nextVersion(u.key)
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

// A version is an epoch and, in the lower tickBits, a tick: what the server that has a
// user by a later ring says goes before what former ones say, whatever their clocks. A
// tick is at least the clock's quarters of a millisecond, so that those of a server that
// was started anew, under the same ring, go on above those of before; they last until
// 2069.
const (
	tickBits = 43
	tickTime = 250 * time.Microsecond
)

var tickZero = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// nextVersion is for what has changed: more than four of them in a millisecond, for
// long, would run ahead of the clock.
func (s *Server) nextVersion(of userKey) int64 {
	for {
		last := s.tick.Load()
		next := max(last+1, int64(time.Since(tickZero)/tickTime))
		if s.tick.CompareAndSwap(last, next) {
			return s.epoch(of)<<tickBits | next
		}
	}
}

func (s *Server) epoch(of userKey) int64 {
	if s.options.Epoch == nil {
		return 0
	}
	return s.options.Epoch(of.workspace, of.user)
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
