package gateway

import (
	"context"
	"sync"
	"time"

	"taut/chat"
)

const (
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
	closed bool
}

// lane is what concerns one channel server, so that one which fails keeps no other
// waiting. It has at most one change for each stream and shard: what it has to do is
// bounded by what the shards follow and what is subscribed.
type lane struct {
	links *links
	owner chat.ChannelServer

	attaching sync.Mutex // one Attach at a time

	// Guarded by links.mu.
	link    chat.Link
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
}

type changeKind byte

const (
	join changeKind = iota
	leave
	behind
)

func newLinks(s *Server) *links {
	return &links{server: s, shards: map[chat.Stream]uint64{}, lanes: map[chat.ChannelServer]*lane{}}
}

func (l *links) join(s chat.Stream, sh *shard)                { l.add(change{join, s, sh, -1}) }
func (l *links) leave(s chat.Stream, sh *shard)               { l.add(change{leave, s, sh, 0}) }
func (l *links) behind(s chat.Stream, after int64, sh *shard) { l.add(change{behind, s, sh, after}) }

// add replaces what was to be done for the shard's place in the stream.
func (l *links) add(c change) {
	n := l.lane(c.stream)
	l.mu.Lock()
	defer l.mu.Unlock()
	at := place{c.stream, c.shard.index}
	old, waits := n.todo[at]
	switch {
	case c.kind == leave && l.shards[c.stream]&(1<<c.shard.index) == 0:
		delete(n.todo, at) // its join has not begun
		return
	case c.kind == behind && waits && old.kind == join:
		return // the join's answer says so too
	}
	n.todo[at] = c
	if !n.running && l.server.ctx.Err() == nil {
		n.running = true
		l.server.wg.Go(n.run)
	}
}

// lane is that of the stream's channel server.
func (l *links) lane(s chat.Stream) *lane {
	owner := l.server.cfg.Owner(s)
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.lanes[owner]
	if n == nil {
		n = &lane{links: l, owner: owner, todo: map[place]change{}}
		l.lanes[owner] = n
	}
	return n
}

// followers are the shards that follow a stream.
func (l *links) followers(s chat.Stream) uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.shards[s]
}

// of is the link to the stream's channel server, opened when first needed.
func (l *links) of(ctx context.Context, s chat.Stream) (chat.Link, error) {
	return l.lane(s).attach(ctx)
}

func (n *lane) attach(ctx context.Context) (chat.Link, error) {
	if link := n.opened(); link != nil {
		return link, nil
	}
	n.attaching.Lock()
	defer n.attaching.Unlock()
	if link := n.opened(); link != nil {
		return link, nil
	}
	link, err := n.owner.Attach(ctx, n.links.server.cfg.Name, n.links.server)
	if err != nil {
		return nil, err
	}
	if !n.keep(link) {
		link.Close()
		return nil, chat.NewError(chat.Unavailable, "gateway")
	}
	return link, nil
}

// keep notes an open link, unless all are closed already.
func (n *lane) keep(link chat.Link) bool {
	n.links.mu.Lock()
	defer n.links.mu.Unlock()
	if !n.links.closed {
		n.link = link
	}
	return !n.links.closed
}

func (n *lane) opened() chat.Link {
	n.links.mu.RLock()
	defer n.links.mu.RUnlock()
	return n.link
}

// close ends all links; the shards get nothing more.
func (l *links) close() {
	var open []chat.Link
	l.mu.Lock()
	l.closed = true
	for _, n := range l.lanes {
		if n.link != nil {
			open = append(open, n.link)
			n.link = nil
		}
	}
	l.mu.Unlock()
	for _, link := range open {
		link.Close()
	}
}
