package app

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"taut/channelserver"
	"taut/chat"
	"taut/ring"
	"taut/store"
)

// noEvents is a log in which nothing was ever said.
type noEvents struct{}

func (noEvents) Read(context.Context, chat.ReadRequest) (chat.Page, error) { return chat.Page{}, nil }
func (noEvents) Heads(context.Context, []chat.Stream) ([]chat.Head, error) { return nil, nil }
func (noEvents) TouchedHeads(_ context.Context, since store.Mark) ([]chat.Head, store.Mark, error) {
	return nil, since, nil
}

func (noEvents) GrownSince(context.Context, store.Mark, int) ([]chat.Head, bool, error) {
	return nil, false, nil
}

// A channel server that took its lease for lost owns again what the ring says when the
// lease turns out to live on.
func TestLeaseThatLivesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own, err := channelserver.New(t.Context(), noEvents{}, channelserver.Options{Self: "one"})
		if err != nil {
			t.Fatal(err)
		}
		defer own.Close()
		c := &clustered{own: own}
		c.held(time.Now().Add(3 * time.Second))
		if own.Owning() {
			t.Error("a ring before there is one")
		}
		c.owns(ring.New([]string{"one"}))
		time.Sleep(4 * time.Second)
		if own.Owning() {
			t.Error("a ring after the lease")
		}
		c.held(time.Now().Add(3 * time.Second))
		if !own.Owning() {
			t.Error("no ring though the lease lives on")
		}
	})
}
