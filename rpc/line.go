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

// silence is how long nothing may come before a line is taken for dead; there is
// a heartbeat each second.
const silence = 5 * time.Second

var (
	errSilent = errors.New("nothing came from it for too long")
	errClosed = errors.New("the link was closed")
)

// line is the gateway's end of a stream with another node: questions and their
// answers, and what comes by itself.
type line struct {
	node   *node
	stream grpc.ClientStream
	cancel context.CancelFunc
	out    *outbox
	take   func(item) // what comes, one at a time, but answers
	taken  func()     // after each message

	ended    chan struct{} // closed when nothing comes any more
	opened   chan struct{} // closed by the welcome
	welcomed sync.Once
	alive    *time.Timer // ends the line

	mu    sync.Mutex
	next  uint64               // the last question's number; guarded by mu
	asked map[uint64]chan item // guarded by mu
	why   error                // it ended; guarded by mu
}

// answer is an item that answers a question.
type answer interface {
	item
	to() uint64
}

// open opens a line. ctx bounds the opening; the line lives until Close, or until it
// ends by itself.
func (l *line) open(ctx context.Context, n *node, service *grpc.ServiceDesc, gateway string) error {
	conn, err := n.dial()
	if err != nil {
		return err
	}
	l.node, l.out, l.asked = n, newOutbox(), make(map[uint64]chan item)
	l.ended, l.opened = make(chan struct{}), make(chan struct{})
	life, cancel := context.WithCancel(metadata.AppendToOutgoingContext(introduce(context.Background(), n.nodes.identity), keyGateway, gateway))
	l.cancel = cancel
	stop := context.AfterFunc(ctx, cancel) // until it is open
	defer stop()
	l.stream, err = conn.NewStream(life, &service.Streams[0], "/"+service.ServiceName+"/"+service.Streams[0].StreamName)
	if err != nil {
		cancel()
		return fromStatus(n.name, err)
	}
	l.alive = time.AfterFunc(silence, func() { l.end(errSilent) })
	n.nodes.running.Go(l.receive)
	n.nodes.running.Go(l.send)
	select {
	case <-l.opened:
		if stop() {
			return nil
		}
	case <-l.ended:
	}
	l.Close()
	return l.reason()
}

// end cancels the stream; the first reason counts.
func (l *line) end(why error) {
	l.mu.Lock()
	if l.why == nil {
		l.why = why
	}
	l.mu.Unlock()
	l.cancel()
}

func (l *line) reason() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fromStatus(l.node.name, l.why)
}

// receive runs until the stream ends, and then says so.
func (l *line) receive() {
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
			switch i := i.(type) {
			case *welcome:
				l.welcomed.Do(func() { close(l.opened) })
			case answer:
				l.answer(i)
			default:
				l.take(i)
			}
		}
		l.taken()
	}
}

func (l *line) answer(i answer) {
	l.mu.Lock()
	asked := l.asked[i.to()]
	delete(l.asked, i.to())
	l.mu.Unlock()
	if asked != nil {
		asked <- i // it has room for the one answer
	}
}

func (l *line) send() {
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
func (l *line) ask(ctx context.Context, number func(id uint64) item) (item, error) {
	came := make(chan item, 1)
	l.mu.Lock()
	l.next++
	id := l.next
	l.asked[id] = came
	l.mu.Unlock()
	l.out.push(number(id))
	select {
	case i := <-came:
		return i, nil
	case <-l.ended:
		return nil, l.reason()
	case <-ctx.Done():
	}
	l.mu.Lock()
	delete(l.asked, id)
	l.mu.Unlock()
	return nil, unavailable(l.node.name, ctx.Err())
}

// askFor asks for an answer of one kind.
func askFor[A answer](ctx context.Context, l *line, number func(id uint64) item) (a A, err error) {
	i, err := l.ask(ctx, number)
	if err != nil {
		return a, err
	}
	a, ok := i.(A)
	if !ok {
		return a, unavailable(l.node.name, errMalformed)
	}
	return a, nil
}

// Ended is closed when nothing comes any more.
func (l *line) Ended() <-chan struct{} { return l.ended }

// Close ends the line; nothing comes any more after it returned.
func (l *line) Close() {
	l.end(errClosed)
	<-l.ended
}

var _ chat.Link = (*ownerLink)(nil)
