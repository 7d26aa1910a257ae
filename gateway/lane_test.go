package gateway

import (
	"context"
	"testing"

	"taut/chat"
)

// However often sockets come and go while a channel server doesn't answer, there is
// one change for a shard's place in a stream, and the last word counts.
func TestChurnIsBounded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // nothing works on it
	l := newLinks(&Server{cfg: Config{Owner: func(chat.Stream) chat.ChannelServer { return nil }}, ctx: ctx})
	stream := chat.Stream{Workspace: "T", ID: "C"}
	sh := &shard{index: 3}
	todo := func() int { return len(l.laneOf(stream).todo) }
	for range 100 {
		l.join(stream, sh)
		l.leave(stream, sh, l.laneOf(stream))
	}
	if n := todo(); n != 0 {
		t.Errorf("%d changes where nobody is left", n)
	}
	l.join(stream, sh)
	l.laneOf(stream).take() // is under way
	for range 100 {
		l.leave(stream, sh, l.laneOf(stream))
		l.join(stream, sh)
	}
	l.behind(chat.Subscription{Stream: stream, After: 7}, sh)
	if joins, leaves, _ := l.laneOf(stream).take(); len(joins) != 1 || joins[0].kind != join || len(leaves) != 0 {
		t.Errorf("joins %v and leaves %v, want one join", joins, leaves)
	}
	l.leave(stream, sh, l.laneOf(stream))
	if _, leaves, _ := l.laneOf(stream).take(); len(leaves) != 1 {
		t.Errorf("%d leaves of what is followed, want 1", len(leaves))
	}
}
