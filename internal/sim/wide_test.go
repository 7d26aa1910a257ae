package sim

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
	"taut/store"
)

// TestThousandsOfStreams lets a user of many channels come for the first time
// and come back after little and after much: within the limits every stream is
// resumed, beyond them some get a discontinuity, and none is forgotten.
func TestThousandsOfStreams(t *testing.T) {
	const channels = 1000
	var w *world
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		w = emptyWorld(t, 1, dir)
		w.foundWide(channels)
		c := newClient(w, "reader", w.users[1], true, newDice(1, 2))
		w.enter(c)
		settled := func(what string) {
			t.Helper()
			time.Sleep(10 * time.Second)
			synctest.Wait()
			if lacks := c.state(w.head); lacks != "" {
				t.Errorf("%s: %s", what, lacks)
			}
		}
		settled("the first time")
		if n := w.counted("discontinuity limit"); n == 0 {
			t.Error("the own stream tells of more channels than a resume may bring, and no limit was met")
		}
		for _, back := range []struct {
			posts   int // in each channel
			limited bool
		}{{0, false}, {4, false}, {6, true}} {
			before := w.counted("discontinuity limit")
			away := true
			c.set(&away, nil)
			w.everywhere(back.posts)
			away = false
			c.set(&away, nil)
			settled(fmt.Sprint("back after ", back.posts, " in each"))
			if limited := w.counted("discontinuity limit") > before; limited != back.limited {
				t.Errorf("back after %d in each of %d channels: limited %v", back.posts, channels, limited)
			}
		}
		w.finish()
	})
	w.verdict(t)
}

// foundWide makes two users who are in many channels together.
func (w *world) foundWide(channels int) {
	s, err := store.Open(w.t.Context(), store.Options{Data: w.dir})
	w.must(err)
	seeded, err := s.Seed(w.t.Context(), store.Seed{
		Domain: "wide", Name: "Wide", Channels: channels,
		Users: []store.SeedUser{{Name: "ann", Email: "ann@example.com"}, {Name: "bob", Email: "bob@example.com"}},
	})
	w.must(err)
	w.team = seeded.Workspace.ID
	for _, u := range seeded.Users {
		w.users = append(w.users, u.ID)
	}
	for q := (store.ChannelQuery{Limit: 200}); ; {
		page, err := s.Workspace(w.team).Channels(w.t.Context(), q)
		w.must(err)
		for _, ch := range page {
			w.channels = append(w.channels, ch.ID)
			q.After = ch.ID
		}
		if len(page) < q.Limit {
			break
		}
	}
	w.must(s.Close())
	w.start(false)
}

// everywhere posts n messages in every channel.
func (w *world) everywhere(n int) {
	d := newDice(w.seed, 3)
	for _, ch := range w.channels {
		w.call(d, func(ctx context.Context, d *dice, team *store.Workspace) {
			for range n {
				w.send(ctx, d, team, store.Post{Channel: ch, Author: w.users[0], Message: chat.Message{Text: "everywhere"}})
			}
		})
	}
	w.calls.Wait()
}

func (w *world) head(id chat.StreamID) int64 {
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	return w.ledger.book(id).head
}

func (w *world) counted(what string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counts[what]
}
