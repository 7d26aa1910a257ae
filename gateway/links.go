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
// follow which stream, and has one subscription for all of them. What it has
// to do is bounded by the shards' subscriptions.
type links struct {
	server *Server
	wake   chan struct{}

	attaching sync.Mutex // one Attach at a time

	mu     sync.RWMutex
	shards map[chat.Stream]uint64 // bit i: shard i follows
	todo   []change
	open   map[chat.ChannelServer]chat.Link
	closed bool
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
	return &links{
		server: s, wake: make(chan struct{}, 1),
		shards: map[chat.Stream]uint64{}, open: map[chat.ChannelServer]chat.Link{},
	}
}

func (l *links) join(s chat.Stream, sh *shard)                { l.add(change{join, s, sh, -1}) }
func (l *links) leave(s chat.Stream, sh *shard)               { l.add(change{leave, s, sh, 0}) }
func (l *links) behind(s chat.Stream, after int64, sh *shard) { l.add(change{behind, s, sh, after}) }

func (l *links) add(c change) {
	l.mu.Lock()
	l.todo = append(l.todo, c)
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// followers are the shards that follow a stream.
func (l *links) followers(s chat.Stream) uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.shards[s]
}

// of is the link to the stream's channel server, opened when first needed.
func (l *links) of(ctx context.Context, s chat.Stream) (chat.Link, error) {
	owner := l.server.cfg.Owner(s)
	if link := l.opened(owner); link != nil {
		return link, nil
	}
	l.attaching.Lock()
	defer l.attaching.Unlock()
	if link := l.opened(owner); link != nil {
		return link, nil
	}
	link, err := owner.Attach(ctx, l.server.cfg.Name, l.server)
	if err != nil {
		return nil, err
	}
	if !l.keep(owner, link) {
		link.Close()
		return nil, chat.NewError(chat.Unavailable, "gateway")
	}
	return link, nil
}

// keep notes an open link, unless all are closed already.
func (l *links) keep(owner chat.ChannelServer, link chat.Link) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.open[owner] = link
	}
	return !l.closed
}

func (l *links) opened(owner chat.ChannelServer) chat.Link {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.open[owner]
}

// close ends all links; the shards get nothing more.
func (l *links) close() {
	l.mu.Lock()
	l.closed = true
	open := l.open
	l.open = map[chat.ChannelServer]chat.Link{}
	l.mu.Unlock()
	for _, link := range open {
		link.Close()
	}
}

func (l *links) run() {
	for {
		select {
		case <-l.server.ctx.Done():
			return
		case <-l.wake:
		}
		l.mu.Lock()
		todo := l.todo
		l.todo = nil
		l.mu.Unlock()
		for len(todo) > 0 {
			todo = l.step(todo)
		}
	}
}

// step does the first of the changes, with those of the same kind after it that
// can share a call; it returns the rest.
func (l *links) step(todo []change) []change {
	n := 1
	for n < len(todo) && n < subscribeBatch && (todo[n].kind == leave) == (todo[0].kind == leave) {
		n++
	}
	if todo[0].kind == leave {
		l.unsubscribe(todo[:n])
	} else {
		l.subscribe(todo[:n])
	}
	return todo[n:]
}

func (l *links) unsubscribe(todo []change) {
	byLink := map[chat.Link][]chat.Stream{}
	l.mu.Lock()
	for _, c := range todo {
		left := l.shards[c.stream] &^ (1 << c.shard.index)
		if left != 0 {
			l.shards[c.stream] = left
			continue
		}
		delete(l.shards, c.stream)
		if link := l.open[l.server.cfg.Owner(c.stream)]; link != nil {
			byLink[link] = append(byLink[link], c.stream)
		}
	}
	l.mu.Unlock()
	for link, streams := range byLink {
		link.Unsubscribe(streams)
	}
}

// subscribe asks until it has an answer for all.
func (l *links) subscribe(todo []change) {
	l.mu.Lock()
	for _, c := range todo {
		if c.kind == join { // first, so that no event passes by between the answer and this
			l.shards[c.stream] |= 1 << c.shard.index
		}
	}
	l.mu.Unlock()
	byOwner := map[chat.ChannelServer][]change{}
	for _, c := range todo {
		owner := l.server.cfg.Owner(c.stream)
		byOwner[owner] = append(byOwner[owner], c)
	}
	for _, changes := range byOwner {
		for delay := 50 * time.Millisecond; !l.ask(changes); delay = min(2*delay, maxRetryDelay) {
			select {
			case <-l.server.ctx.Done():
				return
			case <-time.After(delay):
			}
		}
	}
}

// ask subscribes streams of one channel server and tells the shards where they
// stand.
func (l *links) ask(changes []change) bool {
	ctx, cancel := context.WithTimeout(l.server.ctx, subscribeTimeout)
	defer cancel()
	subs := make([]chat.Subscription, 0, len(changes))
	for _, c := range changes {
		subs = append(subs, chat.Subscription{Stream: c.stream, After: c.after})
	}
	link, err := l.of(ctx, changes[0].stream)
	if err != nil {
		l.server.log.Warn("no link to a channel server", "error", err)
		return false
	}
	positions, err := link.Subscribe(ctx, subs)
	if err != nil {
		l.server.log.Warn("subscribing failed", "streams", len(subs), "error", err)
		return false
	}
	at := make(map[chat.Stream]int64, len(positions)) // a stream without an entry has no event
	for _, p := range positions {
		at[p.Stream] = p.Seq
	}
	for _, c := range changes {
		c.shard.inbox.push(&position{c.stream, at[c.stream], c.kind == join})
	}
	return true
}
