package router

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
)

// owner records what it is handed, once it is let go.
type owner struct {
	chat.ChannelServer
	gate     chan struct{}
	events   []chat.Event
	calls    int
	whispers int
}

func (o *owner) Publish(_ context.Context, events []chat.Event) error {
	<-o.gate
	o.calls++
	o.events = append(o.events, events...)
	return nil
}

func (o *owner) Whisper(context.Context, chat.Ephemeral) { o.whispers++ }

func start(t *testing.T) (*Router, *owner) {
	o := &owner{gate: make(chan struct{})}
	r := New(Options{Owner: func(chat.Stream) chat.ChannelServer { return o }})
	t.Cleanup(r.Close)
	return r, o
}

func event(seq int64) chat.Event {
	return chat.Event{Stream: chat.WorkspaceID("T1").Channel("C1"), Seq: seq}
}

func TestPublishDoesNotWaitAndKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, o := start(t)
		for seq := range int64(100) {
			r.Publish(t.Context(), []chat.Event{event(seq)})
			if seq == 0 {
				synctest.Wait() // the owner has the first and holds it
			}
		}
		r.Whisper(t.Context(), chat.Ephemeral{})
		close(o.gate)
		synctest.Wait()
		for i, e := range o.events {
			if e.Seq != int64(i) {
				t.Fatalf("at %d came %d", i, e.Seq)
			}
		}
		if got := fmt.Sprint(len(o.events), o.calls, o.whispers); got != "100 2 1" {
			t.Errorf("events, calls, whispers: %s, want 100 2 1", got)
		}
	})
}

func TestQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, o := start(t)
		r.Publish(t.Context(), []chat.Event{event(0)})
		synctest.Wait()
		batch := make([]chat.Event, 1000)
		for range 20 {
			r.Publish(t.Context(), batch)
		}
		r.Whisper(t.Context(), chat.Ephemeral{})
		close(o.gate)
		synctest.Wait()
		if got := fmt.Sprint(len(o.events)-1, o.whispers); got != fmt.Sprint(maxQueued, 0) {
			t.Errorf("events and whispers that found room: %s, want %d and none", got, maxQueued)
		}
	})
}

// What an owner refuses, or can't be asked, goes to the one that it belongs to then;
// meanwhile others get theirs. What stays without an answer is given up in the end.
func TestEventsFollowTheirStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second, third := newMember(), newMember(), newMember()
		var mu sync.Mutex
		owner := first
		r := New(Options{Owner: func(s chat.Stream) chat.ChannelServer {
			mu.Lock()
			defer mu.Unlock()
			if s.ID == "C3" {
				return third
			}
			return owner
		}})
		defer r.Close()
		first.refuse(chat.NewError(chat.Moved, "stream"))
		other := event(1)
		other.Stream.ID = "C3"
		r.Publish(t.Context(), []chat.Event{event(1), other, event(2)})
		time.Sleep(time.Second)
		synctest.Wait()
		if got := fmt.Sprint(first.seqs(), second.seqs(), third.seqs()); got != "[] [] [1]" {
			t.Errorf("while the first refuses: %s", got)
		}
		mu.Lock()
		owner = second
		mu.Unlock()
		time.Sleep(retryLast)
		synctest.Wait()
		if got := fmt.Sprint(first.seqs(), second.seqs()); got != "[] [1 2]" {
			t.Errorf("after the move: %s", got)
		}
		second.refuse(chat.NewError(chat.Unavailable, "node"))
		r.Publish(t.Context(), []chat.Event{event(3)})
		time.Sleep(2 * retryFor)
		second.refuse(nil)
		r.Publish(t.Context(), []chat.Event{event(4)})
		synctest.Wait()
		if got := fmt.Sprint(second.seqs()); got != "[1 2 4]" {
			t.Errorf("after what was given up: %s", got)
		}
	})
}

// For a moment after a move the former owner has a copy of each event, whatever it
// says to it and however long it takes; the owner doesn't wait for that.
func TestFormerOwnerHasACopy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now, before := newMember(), newMember()
		stuck := &owner{gate: make(chan struct{})}
		former := map[chat.StreamID]chat.ChannelServer{"C1": before, "C2": stuck, "C3": now}
		r := New(Options{
			Owner:  func(chat.Stream) chat.ChannelServer { return now },
			Former: func(s chat.Stream) chat.ChannelServer { return former[s.ID] },
		})
		defer r.Close()
		defer close(stuck.gate)
		before.refuse(chat.NewError(chat.Moved, "stream"))
		for i, id := range []chat.StreamID{"C1", "C2", "C3", "C4"} {
			e := event(int64(i + 1))
			e.Stream.ID = id
			r.Publish(t.Context(), []chat.Event{e})
			synctest.Wait()
		}
		if got := fmt.Sprint(now.seqs()); got != "[1 2 3 4]" {
			t.Errorf("the owner got %s", got)
		}
		before.refuse(nil)
		r.Publish(t.Context(), []chat.Event{event(5)})
		time.Sleep(retryFor)
		synctest.Wait()
		if got := fmt.Sprint(before.seqs(), now.seqs()); got != "[5] [1 2 3 4 5]" {
			t.Errorf("the former owner and the owner got %s", got)
		}
	})
}

// TestCopiesComeAfterTheOwnersEvents, and those that find no room or no answer are counted.
func TestCopiesComeAfterTheOwnersEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own, other, counted := &owner{gate: make(chan struct{})}, newMember(), prometheus.NewRegistry()
		r := New(Options{
			Owner: func(s chat.Stream) chat.ChannelServer {
				if s.ID == "C1" {
					return own
				}
				return other
			},
			Former:  func(chat.Stream) chat.ChannelServer { return own },
			Metrics: counted,
		})
		defer r.Close()
		r.Publish(t.Context(), []chat.Event{event(1)})
		synctest.Wait() // own has it and holds it
		moved := event(2)
		moved.Stream.ID = "C2"
		r.Publish(t.Context(), []chat.Event{moved})
		r.Publish(t.Context(), []chat.Event{event(3)})
		many := make([]chat.Event, maxQueued/2)
		for i := range many {
			many[i] = moved
		}
		r.Publish(t.Context(), many)
		close(own.gate)
		synctest.Wait()
		var got []int64
		for _, e := range own.events {
			got = append(got, e.Seq)
		}
		if fmt.Sprint(got) != "[1 3 2]" {
			t.Errorf("the owner got %d, want the copy after its own events", got)
		}
		lost := func(want int) {
			t.Helper()
			all, err := counted.Gather()
			if err != nil {
				t.Fatal(err)
			}
			counts := map[string]float64{}
			for _, m := range all {
				counts[m.GetName()] = m.GetMetric()[0].GetCounter().GetValue()
			}
			if n := counts["router_copies_lost_total"]; n != float64(want) {
				t.Errorf("%v copies are counted as lost, want %d", n, want)
			}
		}
		lost(len(many))
		broken := newMember()
		r.former = func(chat.Stream) chat.ChannelServer { return broken }
		broken.refuse(chat.NewError(chat.Moved, "stream")) // what it says in the end
		r.Publish(t.Context(), []chat.Event{moved})
		synctest.Wait()
		lost(len(many))
		broken.refuse(chat.NewError(chat.Unavailable, "it is"))
		r.Publish(t.Context(), []chat.Event{moved})
		synctest.Wait()
		lost(len(many) + 1)
	})
}

// member is a channel server that may refuse.
type member struct {
	chat.ChannelServer
	mu  sync.Mutex
	err error
	got []int64
}

func newMember() *member { return &member{} }

func (m *member) refuse(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = err
}

func (m *member) seqs() []int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.got)
}

func (m *member) Publish(_ context.Context, events []chat.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err == nil {
		for _, e := range events {
			m.got = append(m.got, e.Seq)
		}
	}
	return m.err
}
