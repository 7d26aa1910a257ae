package rpc

import (
	"context"
	"errors"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"taut/chat"
)

// silence is how long nothing may come before the link is taken for dead; there is
// a heartbeat each second.
const silence = 5 * time.Second

// ownerLink is a gateway's end of a link. It implements chat.Link.
type ownerLink struct {
	owner  channelServer
	sink   chat.Sink
	stream grpc.ClientStream
	cancel context.CancelFunc
	out    *outbox
	ended  chan struct{} // closed when nothing comes any more
	opened chan struct{} // closed by the welcome
	alive  *time.Timer   // ends the link
	taken  uint64        // the weight of what came; the receiver's
	acked  uint64        // of that, what was acknowledged; the receiver's

	welcomed sync.Once

	mu    sync.Mutex
	next  uint64               // the last question's number; guarded by mu
	asked map[uint64]chan item // guarded by mu
	why   error                // it ended; guarded by mu
}

var errSilent = errors.New("nothing came from it for too long")

// Attach opens the link. ctx bounds the opening; the link lives until Close, or
// until it ends by itself.
func (s channelServer) Attach(ctx context.Context, gateway string, sink chat.Sink) (chat.Link, error) {
	conn, err := s.dial()
	if err != nil {
		return nil, err
	}
	life, cancel := context.WithCancel(metadata.AppendToOutgoingContext(introduce(context.Background(), s.nodes.identity), keyGateway, gateway))
	l := &ownerLink{
		owner: s, sink: sink, cancel: cancel, out: newOutbox(),
		ended: make(chan struct{}), opened: make(chan struct{}), asked: make(map[uint64]chan item),
	}
	stop := context.AfterFunc(ctx, cancel) // until it is open
	defer stop()
	l.stream, err = conn.NewStream(life, &channelServerDesc.Streams[0], "/"+channelServerService+"/Attach")
	if err != nil {
		cancel()
		return nil, fromStatus(s.name, err)
	}
	l.alive = time.AfterFunc(silence, func() { l.end(errSilent) })
	s.nodes.running.Go(l.receive)
	s.nodes.running.Go(l.send)
	select {
	case <-l.opened:
		if stop() {
			return l, nil
		}
	case <-l.ended:
	}
	l.Close()
	return nil, l.reason()
}

// end cancels the stream; the first reason counts.
func (l *ownerLink) end(why error) {
	l.mu.Lock()
	if l.why == nil {
		l.why = why
	}
	l.mu.Unlock()
	l.cancel()
}

func (l *ownerLink) reason() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fromStatus(l.owner.name, l.why)
}

// receive runs until the stream ends, and then says so.
func (l *ownerLink) receive() {
	defer close(l.ended)
	defer l.alive.Stop()
	for {
		var b batch
		if err := l.stream.RecvMsg(&b); err != nil {
			l.end(err)
			return
		}
		l.alive.Reset(silence)
		for _, i := range b.items {
			l.take(i)
		}
		// Seldom enough to cost nothing, often enough that the window never closes
		// on a gateway that keeps up.
		if l.taken-l.acked >= window/8 {
			l.acked = l.taken
			l.out.push(&acknowledge{l.acked})
		}
	}
}

func (l *ownerLink) take(i item) {
	switch i := i.(type) {
	case *welcome:
		l.welcomed.Do(func() { close(l.opened) })
	case *delivery:
		l.taken += i.Weight
		if len(i.Events) > 0 && !l.sink.Deliver(i.Events) {
			l.out.push(&refuse{chat.Subscription{Stream: i.Stream, After: i.Events[0].Seq - 1}})
		}
	case *whisper:
		l.sink.Whisper(i.Ephemeral)
	case *heartbeat:
		l.sink.Heartbeat(i.Heads)
	case *positions:
		l.answer(i.ID, i)
	case *pageRead:
		l.answer(i.ID, i)
	}
}

func (l *ownerLink) answer(id uint64, i item) {
	l.mu.Lock()
	asked := l.asked[id]
	delete(l.asked, id)
	l.mu.Unlock()
	if asked != nil {
		asked <- i // it has room for the one answer
	}
}

func (l *ownerLink) send() {
	for {
		select {
		case <-l.ended:
			return
		case <-l.out.wake:
		}
		for items := l.out.take(); len(items) > 0; items = l.out.take() {
			if l.stream.SendMsg(&batch{items}) != nil {
				return // receive hears why
			}
		}
	}
}

// ask sends a question, to which number gives its own, and waits for the answer.
func (l *ownerLink) ask(ctx context.Context, number func(id uint64) item) (item, error) {
	answer := make(chan item, 1)
	l.mu.Lock()
	l.next++
	id := l.next
	l.asked[id] = answer
	l.mu.Unlock()
	l.out.push(number(id))
	select {
	case i := <-answer:
		return i, nil
	case <-l.ended:
		return nil, l.reason()
	case <-ctx.Done():
	}
	l.mu.Lock()
	delete(l.asked, id)
	l.mu.Unlock()
	return nil, unavailable(l.owner.name, ctx.Err())
}

func (l *ownerLink) Subscribe(ctx context.Context, subs []chat.Subscription) ([]chat.Position, error) {
	i, err := l.ask(ctx, func(id uint64) item { return &subscribe{id, subs} })
	if err != nil {
		return nil, err
	}
	p, ok := i.(*positions)
	if !ok {
		return nil, unavailable(l.owner.name, errMalformed)
	}
	return p.Positions, p.Failure.error()
}

func (l *ownerLink) Unsubscribe(streams []chat.Stream) { l.out.push(&unsubscribe{streams}) }

func (l *ownerLink) Read(ctx context.Context, r chat.ReadRequest) (chat.Page, error) {
	i, err := l.ask(ctx, func(id uint64) item { return &read{id, r} })
	if err != nil {
		return chat.Page{}, err
	}
	p, ok := i.(*pageRead)
	if !ok {
		return chat.Page{}, unavailable(l.owner.name, errMalformed)
	}
	within(r.Stream, p.Page.Events)
	return p.Page, p.Failure.error()
}

// Ended is closed when nothing comes any more.
func (l *ownerLink) Ended() <-chan struct{} { return l.ended }

var errClosed = errors.New("the link was closed")

// Close ends the link; the sink gets nothing after it returned.
func (l *ownerLink) Close() {
	l.end(errClosed)
	<-l.ended
}
