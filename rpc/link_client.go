package rpc

import (
	"context"

	"taut/chat"
)

// ownerLink is a gateway's end of a link. It implements chat.Link.
type ownerLink struct {
	line
	sink  chat.Sink
	count uint64 // the weight of what came; the receiver's
	acked uint64 // of that, what was acknowledged; the receiver's
}

// Attach opens the link. ctx bounds the opening; the link lives until Close, or
// until it ends by itself.
func (s channelServer) Attach(ctx context.Context, gateway string, sink chat.Sink) (chat.Link, error) {
	l := &ownerLink{sink: sink}
	l.take, l.taken = l.deliver, l.acknowledge
	if err := l.open(ctx, s.node, &channelServerDesc, gateway); err != nil {
		return nil, err
	}
	return l, nil
}

func (l *ownerLink) deliver(i item) {
	switch i := i.(type) {
	case *delivery:
		l.count += i.Weight
		if len(i.Events) > 0 && !l.sink.Deliver(i.Events) {
			l.out.push(&refuse{chat.Subscription{Stream: i.Stream, After: i.Events[0].Seq - 1}})
		}
	case *whisper:
		l.sink.Whisper(i.Ephemeral)
	case *heartbeat:
		l.sink.Heartbeat(i.Heads, i.Whole)
	case *ringNews:
		l.node.nodes.hearRing(i.Text)
	}
}

// acknowledge: seldom enough to cost nothing, often enough that the window never
// closes on a gateway that keeps up.
func (l *ownerLink) acknowledge() {
	if l.count-l.acked >= window/8 {
		l.acked = l.count
		l.out.push(&acknowledge{l.acked})
	}
}

func (l *ownerLink) Subscribe(ctx context.Context, subs []chat.Subscription) ([]chat.Position, error) {
	p, err := askFor[*positions](ctx, &l.line, func(id uint64) item { return &subscribe{id, subs} })
	if err != nil {
		return nil, err
	}
	return p.Positions, p.Failure.error()
}

func (l *ownerLink) Unsubscribe(streams []chat.Stream) { l.out.push(&unsubscribe{streams}) }

func (l *ownerLink) Read(ctx context.Context, r chat.ReadRequest) (chat.Page, error) {
	p, err := askFor[*pageRead](ctx, &l.line, func(id uint64) item { return &read{id, r} })
	if err != nil {
		return chat.Page{}, err
	}
	within(r.Stream, p.Page.Events)
	return p.Page, p.Failure.error()
}
