package store_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// A workspace that floods is queued behind itself: another's send doesn't wait
// for what was there before it (G7).
func TestFloodDelaysItselfOnly(t *testing.T) {
	s := testenv.Open(t)
	loud, quiet := testenv.NewTeam(t, s, 1), testenv.NewTeam(t, s, 1)
	const flood = 4000
	var done atomic.Int64
	var group sync.WaitGroup
	for range flood {
		group.Go(func() {
			_, err := loud.PostMessage(t.Context(), store.Post{Channel: loud.Channel, Author: loud.Users[0].ID, Message: chat.Message{Text: "x"}})
			if err != nil {
				t.Errorf("post: %v", err)
			}
			done.Add(1)
		})
	}
	for done.Load() == 0 {
		quiet.Post(quiet.Users[0].ID, "is it on?")
	}
	before := done.Load()
	quiet.Post(quiet.Users[0].ID, "y")
	// Two batches may have begun: the one under way and the one with the post.
	if after := done.Load(); after-before > 1500 {
		t.Errorf("%d posts of the other workspace went first", after-before)
	}
	group.Wait()
	wantOrdered(t, loud.Log(loud.Channel))
}

// A workspace's queue is bounded; beyond it is Limited.
func TestQueueIsBounded(t *testing.T) {
	release := make(chan struct{})
	var hold sync.Once
	s := testenv.Open(t, func(o *store.Options) {
		o.Committed = func(events []chat.Event) {
			if strings.Contains(string(events[0].Payload), "hold") {
				hold.Do(func() { <-release })
			}
		}
	})
	team, other := testenv.NewTeam(t, s, 1), testenv.NewTeam(t, s, 1)
	post := func(team *testenv.Team, text string) error {
		_, err := team.PostMessage(t.Context(), store.Post{Channel: team.Channel, Author: team.Users[0].ID, Message: chat.Message{Text: text}})
		return err
	}
	var limited, failed atomic.Int64
	var group sync.WaitGroup
	group.Go(func() { post(team, "hold") })
	const flood = 6000
	for range flood {
		group.Go(func() {
			switch err := post(team, "x"); chat.CodeOf(err) {
			case "":
			case chat.Limited:
				limited.Add(1)
			default:
				failed.Add(1)
			}
		})
	}
	patience := time.After(30 * time.Second)
	for limited.Load() == 0 {
		select {
		case <-patience:
			t.Error("nothing was refused")
			limited.Store(-1)
		case <-time.After(time.Millisecond):
		}
	}
	answer := make(chan error, 1)
	group.Go(func() { answer <- post(other, "x") })
	close(release)
	if err := <-answer; err != nil {
		t.Errorf("another workspace's post: %v", err)
	}
	group.Wait()
	if failed.Load() > 0 {
		t.Errorf("%d were limited, %d failed", limited.Load(), failed.Load())
	}
}
