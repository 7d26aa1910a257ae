package router

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"

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
