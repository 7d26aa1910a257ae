package gateway

import (
	"context"
	"sync"
	"time"

	"taut/chat"
)

const (
	// shortLived is a link whose end is not acted on at once: the next may end so too.
	shortLived = time.Second
	endedPause = 100 * time.Millisecond

	subscribeBatch   = 500
	subscribeTimeout = 10 * time.Second
	maxRetryDelay    = time.Second
)

// links are the gateway's links to the channel servers. It knows which shards
// follow which stream, and has one subscription for all of them.
type links struct {
	server *Server

	mu     sync.RWMutex
	shards map[chat.Stream]uint64 // bit i: shard i follows
	lanes  map[chat.ChannelServer]*lane
	moved  chan struct{} // closed and replaced when streams may have other owners
	closed bool
}

// lane is what concerns one channel server, so that one which fails keeps no other
// waiting. It has at most one change for each stream and shard: what it has to do is
// bounded by what the shards follow and what is subscribed.
type lane struct {
	links *links
	owner chat.ChannelServer // nil: of streams that belong to none for now

	attaching sync.Mutex // one Attach at a time

	// Guarded by links.mu.
	line    *attachment // nil: none is open
	todo    map[place]change
	running bool
}

// place is a stream in a shard.
type place struct {
	stream chat.Stream
	shard  int
}

// change is what a shard wants of a stream.
type change struct {
	kind   changeKind
	stream chat.Stream
	shard  *shard
	after  int64
	known  chat.Mark
	from   *lane // where it was subscribed before; nil: nowhere else
	// began: the shard's join had begun before what waits here, so that there may be a
	// subscription to let go of.
	began bool
}

type changeKind byte

const (
	join changeKind = iota
	leave
	behind
	moved // another lane has subscribed what this one had
)

func newLinks(s *Server) *links {
	return &links{server: s, shards: map[chat.Stream]uint64{}, lanes: map[chat.ChannelServer]*lane{}, moved: make(chan struct{})}
}

// join, leave and behind tell the lane that the stream is in now.
func (l *links) join(s chat.Stream, sh *shard) *lane {
	return l.add(change{kind: join, stream: s, shard: sh, after: -1})
}

func (l *links) behind(s chat.Subscription, sh *shard) *lane {
	return l.add(change{kind: behind, stream: s.Stream, shard: sh, after: s.After, known: s.Known})
}

// leave tells the lane that it was joined in, too: streams move. The shard follows no
// more from now on; a lane may come to it when the shard has joined again elsewhere.
func (l *links) leave(s chat.Stream, sh *shard, joined *lane) {
	l.mu.Lock()
	defer l.mu.Unlock()
	bit := uint64(1) << sh.index
	c := change{kind: leave, stream: s, shard: sh, began: l.shards[s]&bit != 0}
	if l.shards[s] &^= bit; l.shards[s] == 0 {
		delete(l.shards, s)
	}
	if n := l.lane(s); n != joined && joined != nil {
		n.add(c)
	}
	joined.add(c)
}

// relieve lets lanes go of what is subscribed elsewhere by now. What came back to
// them stays, if somebody still follows it.
func (l *links) relieve(sh *shard, all []former) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range all {
		if !f.lane.needs(f.stream) {
			f.lane.add(change{kind: moved, stream: f.stream, shard: sh})
		}
	}
}

// needs tells whether the lane is that of a stream which any shard follows. Called with
// links.mu.
func (n *lane) needs(s chat.Stream) bool {
	return n.links.shards[s] != 0 && n.links.lane(s) == n
}

// move subscribes in the lane of now what was subscribed in another one, which lets
// go of it some time after that. Without a position yet it is a join.
func (l *links) move(s chat.Subscription, sh *shard, from *lane) *lane {
	c := change{kind: behind, stream: s.Stream, shard: sh, after: s.After, known: s.Known, from: from}
	if s.After < 0 {
		c.kind = join
	}
	return l.add(c)
}

func (l *links) add(c change) *lane {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.lane(c.stream)
	n.add(c)
	return n
}

// add replaces what was to be done for the shard's place in the stream. Called with
// links.mu.
func (n *lane) add(c change) {
	l := n.links
	at := place{c.stream, c.shard.index}
	old, waits := n.todo[at]
	c.began = c.began || old.began
	switch {
	case c.kind == leave && !c.began:
		delete(n.todo, at)
		if waits && old.from != nil {
			old.from.add(c) // nor where it was before
		}
		return
	case c.kind == behind && waits && old.kind == join:
		return // the join's answer says so too
	case c.kind == moved && waits:
		return // it came back, or left
	}
	if waits && old.from != nil {
		c = old.handOn(c)
	}
	n.todo[at] = c
	if !n.running && l.server.ctx.Err() == nil {
		n.running = true
		l.server.wg.Go(n.run)
	}
}

// handOn keeps what a move owes the lane that it came from, when a newer change takes
// its place. Called with links.mu.
func (old change) handOn(c change) change {
	if c.kind != leave && (c.from == nil || c.from == old.from) {
		c.from = old.from
		return c
	}
	if old.from != old.from.links.lane(c.stream) { // what came back stays
		old.from.add(change{kind: moved, stream: c.stream, shard: c.shard})
	}
	return c
}

// lane is that of the stream's channel server. Called with mu.
func (l *links) lane(s chat.Stream) *lane {
	owner := l.server.cfg.Owner(s)
	n := l.lanes[owner]
	if n == nil {
		n = &lane{links: l, owner: owner, todo: map[place]change{}}
		l.lanes[owner] = n
	}
	return n
}

// laneOf is lane for those who don't hold mu.
func (l *links) laneOf(s chat.Stream) *lane {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lane(s)
}

// followers are the shards that follow a stream.
func (l *links) followers(s chat.Stream) uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.shards[s]
}

// of is the link to the stream's channel server, opened when first needed.
func (l *links) of(ctx context.Context, s chat.Stream) (chat.Link, error) {
	line, err := l.laneOf(s).attach(ctx)
	if err != nil {
		return nil, err
	}
	return line.link, nil
}

func (n *lane) attach(ctx context.Context) (*attachment, error) {
	if line := n.opened(); line != nil {
		return line, nil
	}
	n.attaching.Lock()
	defer n.attaching.Unlock()
	if line := n.opened(); line != nil {
		return line, nil
	}
	if n.owner == nil {
		return nil, chat.NewError(chat.Unavailable, "no channel server")
	}
	line := newAttachment(n.links.server)
	var err error
	if line.link, err = n.owner.Attach(ctx, n.links.server.cfg.Name, line); err != nil {
		return nil, err
	}
	if !n.keep(line) {
		line.link.Close()
		return nil, chat.NewError(chat.Unavailable, "gateway")
	}
	opened := time.Now()
	n.links.server.wg.Go(func() { n.watch(line, opened) })
	return line, nil
}

// keep notes an open link, unless all are closed already.
func (n *lane) keep(line *attachment) bool {
	n.links.mu.Lock()
	defer n.links.mu.Unlock()
	if !n.links.closed {
		n.line = line
	}
	return !n.links.closed
}

func (n *lane) opened() *attachment {
	n.links.mu.RLock()
	defer n.links.mu.RUnlock()
	return n.line
}

// close ends all links; the shards get nothing more.
func (l *links) close() {
	var open []chat.Link
	l.mu.Lock()
	l.closed = true
	for _, n := range l.lanes {
		if n.line != nil {
			open = append(open, n.line.link)
			n.line = nil
		}
	}
	l.mu.Unlock()
	for _, link := range open {
		link.Close()
	}
}
