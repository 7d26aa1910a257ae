package gateway_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
	"taut/gateway"
)

// member is one of several channel servers of one world, which counts what is
// subscribed at it.
type member struct {
	*world
	mu     sync.Mutex
	deaf   bool // it takes calls and doesn't answer
	moved  bool // it refuses to subscribe: all is another's
	subbed map[chat.Stream]int
	known  map[chat.Stream]chat.Mark // of the last subscription
}

func (m *member) Attach(ctx context.Context, gateway string, sink chat.Sink) (chat.Link, error) {
	l, err := m.world.Attach(ctx, gateway, sink)
	return &memberLink{l, m}, err
}

type memberLink struct {
	chat.Link
	member *member
}

func (l *memberLink) Subscribe(ctx context.Context, subs []chat.Subscription) ([]chat.Position, error) {
	l.member.mu.Lock()
	deaf, moved := l.member.deaf, l.member.moved
	for _, s := range subs {
		l.member.subbed[s.Stream] = 1
		l.member.known[s.Stream] = s.Known
	}
	l.member.mu.Unlock()
	switch {
	case deaf:
		<-ctx.Done()
		return nil, chat.NewError(chat.Unavailable, "node")
	case moved:
		return nil, chat.NewError(chat.Moved, "stream")
	}
	return l.Link.Subscribe(ctx, subs)
}

func (l *memberLink) Unsubscribe(streams []chat.Stream) {
	l.member.mu.Lock()
	for _, s := range streams {
		delete(l.member.subbed, s)
	}
	l.member.mu.Unlock()
	l.Link.Unsubscribe(streams)
}

func (m *member) set(change func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change()
}

func (m *member) subscribed() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.subbed)
}

// ringed is a gateway with two channel servers, of which one owns everything.
func ringed(t *testing.T, test func(r *rig, members [2]*member, own func(int))) {
	var members [2]*member
	var owner atomic.Int32
	owner.Store(0)
	bubble(t, func(c *gateway.Config) {
		w := c.Conversations.(*world)
		for i := range members {
			members[i] = &member{world: w, subbed: map[chat.Stream]int{}, known: map[chat.Stream]chat.Mark{}}
		}
		c.Owner = func(chat.Stream) chat.ChannelServer {
			if i := owner.Load(); i >= 0 {
				return members[i]
			}
			return nil
		}
	}, func(r *rig) {
		test(r, members, func(i int) {
			owner.Store(int32(i))
			r.gateway.Moved()
		})
	})
}

// saw wants the client to have the messages, each once and in order.
func saw(t *testing.T, c *client, texts ...string) {
	t.Helper()
	var got []string
	for _, f := range c.take() {
		if _, rest, ok := strings.Cut(f, `"text":"`); ok {
			text, _, _ := strings.Cut(rest, `"`)
			got = append(got, text)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(texts) {
		t.Errorf("%q, want %q", got, texts)
	}
}

// When streams move the gateway follows, from where it stands, and lets go of the
// old owner a moment later, as not all who publish know yet; who reads sees each event
// once.
func TestStreamsMove(t *testing.T) {
	ringed(t, func(r *rig, members [2]*member, own func(int)) {
		town(r, "ann", "bob")
		ann, bob := r.connect("ann"), r.connect("bob")
		synctest.Wait()
		r.world.post("town", "bob", "before")
		saw(t, ann, "before")
		all := members[0].subscribed()
		own(1)
		synctest.Wait()
		r.world.post("town", "bob", "after")
		saw(t, ann, "after")
		if a, b := members[0].subscribed(), members[1].subscribed(); a != all || b != all {
			t.Errorf("%d are subscribed at the old owner and %d at the new one, want %d at both for a moment", a, b, all)
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if a, b := members[0].subscribed(), members[1].subscribed(); a != 0 || b != all {
			t.Errorf("%d are subscribed at the old owner and %d at the new one, want 0 and %d", a, b, all)
		}
		for i := range 7 { // back and forth, faster than anybody can follow
			own(i % 2)
		}
		synctest.Wait()
		r.world.post("town", "bob", "and back")
		saw(t, ann, "and back")
		saw(t, bob, "before", "after", "and back")
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if a, b := members[0].subscribed(), members[1].subscribed(); a != all || b != 0 {
			t.Errorf("after the last move %d are subscribed at the owner and %d at the former one, want %d and 0", a, b, all)
		}
	})
}

// Who follows a stream elsewhere says up to when it had everything, as the former owner
// told: also where that one died, and where the next one had no time to tell anything.
func TestWhoMovesSaysWhatItHas(t *testing.T) {
	ringed(t, func(r *rig, members [2]*member, own func(int)) {
		town(r, "ann")
		r.connect("ann")
		town := streamOf(channelID("town"))
		said := func(m *member) (known chat.Mark) {
			synctest.Wait()
			m.set(func() { known = m.known[town] })
			return known
		}
		at := func(at int64) chat.Mark { return chat.Mark{Of: 1, At: at} }
		if m := said(members[0]); m != (chat.Mark{}) {
			t.Errorf("at first it says %v", m)
		}
		for i := range 3 {
			r.world.whole = at(int64(i))
			r.world.beat()
		}
		own(1)
		if m := said(members[1]); m != at(2) {
			t.Errorf("after a move it says %v, want the last mark", m)
		}
		r.world.whole = at(3)
		r.world.beat()
		own(0)
		if m := said(members[0]); m != at(2) {
			t.Errorf("after a short stay it says %v, want the mark of before", m)
		}
		for i := range 3 {
			r.world.whole = at(int64(4 + i))
			r.world.beat()
			synctest.Wait()
		}
		time.Sleep(2 * time.Second)
		r.world.breakLinks()
		if m := said(members[0]); m.Before(at(6)) || m.Of != 1 {
			t.Errorf("after the link's end it says %v, want the last mark", m)
		}
	})
}

// While an owner doesn't answer, refuses or is not there, nothing is lost: another
// one brings what came meanwhile.
func TestAnotherTakesOver(t *testing.T) {
	for name, fail := range map[string]func(m *member, own func(int)){
		"it does not answer": func(m *member, _ func(int)) { m.set(func() { m.deaf = true }) },
		"it refuses":         func(m *member, _ func(int)) { m.set(func() { m.moved = true }) },
		"nobody owns it":     func(_ *member, own func(int)) { own(-1) },
	} {
		t.Run(name, func(t *testing.T) {
			ringed(t, func(r *rig, members [2]*member, own func(int)) {
				town(r, "ann", "bob")
				ann := r.connect("ann")
				synctest.Wait()
				fail(members[0], own)
				r.world.breakLinks()
				r.world.post("town", "bob", "meanwhile")
				late := r.connect("bob") // opens while nobody answers
				time.Sleep(300 * time.Millisecond)
				saw(t, ann)
				own(1)
				synctest.Wait()
				saw(t, ann, "meanwhile")
				r.world.post("town", "bob", "later")
				saw(t, ann, "later")
				saw(t, late, "later")
			})
		})
	}
}

// A link that ends is replaced, and what came meanwhile is caught up with.
func TestLinkIsReplaced(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann", "bob")
		ann := r.connect("ann")
		time.Sleep(2 * time.Second)
		r.world.breakLinks()
		r.world.post("town", "bob", "meanwhile")
		synctest.Wait()
		saw(t, ann, "meanwhile")
		r.world.breakLinks() // at once again: that one has to wait a moment
		r.world.post("town", "bob", "again")
		saw(t, ann)
		time.Sleep(time.Second)
		saw(t, ann, "again")
	})
}

// A gateway that stops ends its links itself: nothing is wrong with them.
func TestStoppingIsNoLostLink(t *testing.T) {
	var said bytes.Buffer
	bubble(t, func(c *gateway.Config) { c.Log = slog.New(slog.NewTextHandler(&said, nil)) }, func(r *rig) {
		town(r, "ann")
		r.connect("ann")
		time.Sleep(2 * time.Second) // a link that ends now is acted on at once
		synctest.Wait()
		r.gateway.Close()
		if said.Len() > 0 {
			t.Errorf("said %s", said.String())
		}
	})
}

// The old owner hears that a stream is needed no more though its new one keeps the
// gateway waiting, and the socket closes before the move has begun.
func TestLeavingBeforeTheMove(t *testing.T) {
	var members [2]*member
	var owner atomic.Int32
	bubble(t, func(c *gateway.Config) {
		w := c.Conversations.(*world)
		for i := range members {
			members[i] = &member{world: w, subbed: map[chat.Stream]int{}, known: map[chat.Stream]chat.Mark{}}
		}
		c.Owner = func(s chat.Stream) chat.ChannelServer {
			if s.ID == chat.StreamID(userID("carl")) {
				return members[1]
			}
			return members[owner.Load()]
		}
	}, func(r *rig) {
		town(r, "ann", "bob", "carl")
		r.connect("ann")
		bob := r.connect("bob")
		synctest.Wait()
		members[1].set(func() { members[1].deaf = true })
		go r.connect("carl") // keeps the lane busy
		time.Sleep(time.Second)
		owner.Store(1)
		r.gateway.Moved()
		time.Sleep(100 * time.Millisecond)
		bob.close()
		time.Sleep(time.Second)
		members[1].set(func() { members[1].deaf = false })
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := members[0].subscribed(); n != 0 {
			t.Errorf("%d streams are still subscribed at the old owner", n)
		}
	})
}

// What is needed no more is let go of everywhere, also where it moved away and back
// within the time that the gateway stays, and was left meanwhile.
func TestLeavingWhileItIsAway(t *testing.T) {
	ringed(t, func(r *rig, members [2]*member, own func(int)) {
		town(r, "ann", "bob")
		r.connect("ann")
		synctest.Wait()
		needed := members[0].subscribed()
		bob := r.connect("bob")
		synctest.Wait()
		if members[0].subscribed() == needed {
			t.Fatal("bob has no stream of his own")
		}
		own(1)
		synctest.Wait()
		time.Sleep(500 * time.Millisecond)
		bob.close()
		time.Sleep(500 * time.Millisecond)
		own(0)
		time.Sleep(time.Minute)
		synctest.Wait()
		if a, b := members[0].subscribed(), members[1].subscribed(); a != needed || b != 0 {
			t.Errorf("%d are subscribed at the owner and %d at the former one, want %d and 0", a, b, needed)
		}
	})
}
