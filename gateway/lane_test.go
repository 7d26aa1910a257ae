package gateway

import (
	"context"
	"fmt"
	"testing"
	"time"

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
	l.join(stream, sh)
	l.leave(stream, sh, l.laneOf(stream))
	if _, leaves, _ := l.laneOf(stream).take(); len(leaves) != 1 {
		t.Errorf("%d leaves of what is followed, want 1", len(leaves))
	}
}

// leftLink notes what is unsubscribed.
type leftLink struct {
	chat.Link
	streams []chat.Stream
}

func (l *leftLink) Unsubscribe(streams []chat.Stream) { l.streams = append(l.streams, streams...) }

// What one shard owes a former owner does not end what another one follows there, where
// the stream has come back meanwhile.
func TestWhatCameBackStays(t *testing.T) {
	for followers, want := range map[uint64]int{0: 1, 1 << 4: 0} {
		l := newLinks(&Server{cfg: Config{Owner: func(chat.Stream) chat.ChannelServer { return nil }}})
		stream, link := chat.Stream{Workspace: "T", ID: "C"}, &leftLink{}
		n := l.laneOf(stream)
		n.line = newAttachment(l.server)
		n.line.link = link
		l.shards[stream] = followers
		n.unsubscribe([]change{{kind: moved, stream: stream, shard: &shard{index: 3}}})
		if len(link.streams) != want {
			t.Errorf("followed by shards %b: %d streams are unsubscribed, want %d", followers, len(link.streams), want)
		}
	}
}

// A shard whose streams have all moved lets go of them bit by bit: events pass between.
func TestFormerOwnersAreLeftBitByBit(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // nothing works on it
	s := &Server{cfg: Config{Owner: func(chat.Stream) chat.ChannelServer { return nil }}, ctx: ctx}
	s.links = newLinks(s)
	sh, left := newShard(s, 0), &lane{links: s.links, todo: map[place]change{}}
	now := time.Now()
	for i := range 2*relievedAtOnce + 1 {
		stream := chat.Stream{Workspace: "T", ID: chat.StreamID(fmt.Sprint("C", i))}
		sh.formers = append(sh.formers, former{stream, left, now})
	}
	for _, want := range []int{relievedAtOnce, 2 * relievedAtOnce, 2*relievedAtOnce + 1} {
		sh.relieve(now)
		if len(left.todo) != want {
			t.Errorf("%d are let go of, want %d", len(left.todo), want)
		}
	}
	if sh.formers != nil {
		t.Errorf("%d are left", len(sh.formers))
	}
}

// Who left a stream that had moved, and joined it again, follows it, however late the
// former owner's lane comes to know that it was left; and that owner is let go of.
func TestALateLeaveEndsNoLaterJoin(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // nothing works on it
	var owner chat.ChannelServer
	s := &Server{cfg: Config{Owner: func(chat.Stream) chat.ChannelServer { return owner }}, ctx: ctx}
	l := newLinks(s)
	s.links = l
	stream, sh, link := chat.Stream{Workspace: "T", ID: "C"}, newShard(s, 3), &leftLink{}
	former := l.join(stream, sh)
	former.line = newAttachment(s)
	former.line.link = link
	former.take() // its join is under way

	owner = nobody{}
	l.leave(stream, sh, former)
	now := l.join(stream, sh)
	if joins, _, _ := now.take(); now == former || len(joins) != 1 {
		t.Fatalf("%d joins where the stream is now, want 1", len(joins))
	}
	_, leaves, _ := former.take()
	former.unsubscribe(leaves)
	if l.followers(stream) != 1<<sh.index {
		t.Error("the stream has no follower")
	}
	sh.work(nil)
	sh.relieve(time.Now().Add(stayFor))
	_, leaves, _ = former.take()
	former.unsubscribe(leaves)
	if len(link.streams) != 1 {
		t.Errorf("%d streams are unsubscribed where it was, want 1", len(link.streams))
	}
}

type nobody struct{ chat.ChannelServer }
