package rpc

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"taut/chat"
)

const (
	// window bounds the weight of what was delivered and is not acknowledged.
	window = 8 << 20
	// maxWhispers is how many whispers may wait; more are dropped.
	maxWhispers = 1024
	// maxReads is how many pages a gateway may have read at a time; the others wait
	// in its stream.
	maxReads = 64
	// maxChanges is how many subscriptions may wait for those before.
	maxChanges = 64
	// changeTimeout bounds a subscription's work.
	changeTimeout = 10 * time.Second
)

// rewinder is a link that can be told what was refused after all.
type rewinder interface {
	// Rewind has the stream offered again from after seq on, soon.
	Rewind(s chat.Stream, after int64)
}

// gatewayLink is the channel server's end of a link: its sink, and who does what the
// gateway asks.
type gatewayLink struct {
	server *Server
	link   chat.Link
	out    *outbox

	delivered atomic.Uint64 // the weight of all deliveries
	acked     atomic.Uint64

	mu       sync.Mutex
	whispers int    // that wait; guarded by mu
	beating  bool   // a heartbeat waits; guarded by mu
	told     int64  // the epoch that the gateway heard of; guarded by mu
	ring     []byte // that epoch's assignment, while news of it waits; guarded by mu
}

// attach serves a gateway's link until either end is gone.
func (s *Server) attach(st grpc.ServerStream) error {
	l := &gatewayLink{server: s, out: newOutbox()}
	gateway, err := attaching(st.Context())
	if err != nil {
		return err
	}
	link, err := s.services.ChannelServer.Attach(st.Context(), gateway, l)
	if err != nil {
		return toStatus(err)
	}
	l.link = link
	defer link.Close()
	changes := make(chan item, maxChanges)
	s.running.Go(func() { l.receive(st, changes) })
	s.running.Go(func() { l.change(st.Context(), changes) })
	l.out.push(&welcome{})
	defer l.server.noteLink(l)()
	return l.send(st)
}

// send runs until the link ends.
func (l *gatewayLink) send(st grpc.ServerStream) error {
	for {
		select {
		case <-st.Context().Done():
			return nil
		case <-l.server.life.Done():
			return status.Error(codes.Unavailable, "the node goes away")
		case <-l.link.Ended():
			return status.Error(codes.Unavailable, "the channel server ended the link")
		case <-l.out.wake:
		}
		for items := l.out.take(); len(items) > 0; items = l.out.take() {
			l.sending(items)
			if err := st.SendMsg(&batch{items}); err != nil {
				return err
			}
			clear(items) // what follows them may stay for long
		}
	}
}

// sending notes what waits no longer, and has ring news say the last assignment.
func (l *gatewayLink) sending(items []item) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, i := range items {
		switch i := i.(type) {
		case *whisper:
			l.whispers--
		case *heartbeat:
			l.beating = false
		case *ringNews:
			i.Text, l.ring = l.ring, nil
		}
	}
}

// receive takes what the gateway says until the stream ends.
func (l *gatewayLink) receive(st grpc.ServerStream, changes chan<- item) {
	defer close(changes)
	reads := make(chan struct{}, maxReads)
	for {
		var b batch
		if err := st.RecvMsg(&b); err != nil {
			return
		}
		for _, i := range b.items {
			switch i := i.(type) {
			case *acknowledge:
				l.acked.Store(i.Weight)
			case *refuse:
				l.rewind(i.From)
			case *subscribe, *unsubscribe:
				changes <- i // change takes them until they are closed
			case *read:
				reads <- struct{}{}
				l.server.running.Go(func() {
					defer func() { <-reads }()
					l.read(st.Context(), i)
				})
			}
		}
	}
}

// change subscribes and unsubscribes, in order.
func (l *gatewayLink) change(ctx context.Context, changes <-chan item) {
	for i := range changes {
		if ctx.Err() != nil {
			continue
		}
		switch i := i.(type) {
		case *subscribe:
			within, cancel := context.WithTimeout(ctx, changeTimeout)
			at, err := l.link.Subscribe(within, i.Subs)
			cancel()
			l.complain("subscribe", err)
			l.out.push(&positions{i.ID, failureOf(err), at})
		case *unsubscribe:
			l.link.Unsubscribe(i.Streams)
		}
	}
}

func (l *gatewayLink) read(ctx context.Context, r *read) {
	ctx, cancel := context.WithTimeout(ctx, changeTimeout)
	defer cancel()
	p, err := l.link.Read(ctx, r.Request)
	l.complain("read", err)
	l.out.push(&pageRead{r.ID, failureOf(err), p})
}

// complain logs what the gateway is not told.
func (l *gatewayLink) complain(what string, err error) {
	if chat.CodeOf(err) == chat.Internal {
		l.server.log.Warn("a gateway's question failed", "what", what, "err", err)
	}
}

func (l *gatewayLink) rewind(from chat.Subscription) {
	if r, ok := l.link.(rewinder); ok {
		r.Rewind(from.Stream, from.After)
	}
}

// Deliver queues, if the gateway has taken enough of what came before.
func (l *gatewayLink) Deliver(events []chat.Event) bool {
	weight := uint64(0)
	for _, e := range events {
		weight += itemWeight + uint64(len(e.Payload))
	}
	for {
		delivered := l.delivered.Load()
		if open := delivered - l.acked.Load(); open > 0 && open+weight > window {
			return false
		}
		if l.delivered.CompareAndSwap(delivered, delivered+weight) {
			break
		}
	}
	l.out.push(&delivery{weight, events[0].Stream, events})
	return true
}

func (l *gatewayLink) Whisper(e chat.Ephemeral) {
	l.mu.Lock()
	room := l.whispers < maxWhispers
	if room {
		l.whispers++
	}
	l.mu.Unlock()
	if room {
		l.out.push(&whisper{e})
	}
}

// Heartbeat: while one waits the next one is left out; what moved is told of for
// some seconds.
func (l *gatewayLink) Heartbeat(heads []chat.Head, whole chat.Mark) {
	l.mu.Lock()
	waits := l.beating
	l.beating = true
	l.mu.Unlock()
	if waits {
		return
	}
	l.tellRing()
	for len(heads) > maxList {
		l.out.push(&heartbeat{Heads: heads[:maxList]})
		heads = heads[maxList:]
	}
	l.out.push(&heartbeat{heads, whole})
}

// tellRing tells of the assignment, where the gateway has not heard of it. While news of
// one waits, the later one takes its place: a gateway that reads nothing holds up one.
func (l *gatewayLink) tellRing() {
	a, text := l.server.ringNow()
	if a != nil && l.news(a.Epoch(), text) {
		l.out.push(&ringNews{})
	}
}

// news tells whether an item is needed for it.
func (l *gatewayLink) news(epoch int64, text []byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if epoch <= l.told {
		return false
	}
	waits := l.ring != nil
	l.told, l.ring = epoch, text
	return !waits
}
