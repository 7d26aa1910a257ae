package channelserver

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
	"taut/store"
)

// stuckLog does not say what grew since a mark.
type stuckLog struct {
	*memoryLog
	mu    sync.Mutex
	asked int
}

func (l *stuckLog) GrownSince(ctx context.Context, _ store.Mark, _ int) ([]chat.Head, bool, error) {
	l.mu.Lock()
	l.asked++
	l.mu.Unlock()
	<-ctx.Done()
	return nil, false, ctx.Err()
}

func (l *stuckLog) questions() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked
}

// Where the log doesn't say what grew since a mark, all batches of a takeover wait for
// that once, together, and then ask for the heads; who is gone doesn't wait.
func TestTakeoverWaitsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &stuckLog{memoryLog: newMemoryLog()}
		log.say(general)
		s, err := New(t.Context(), log, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		newer := *s.whole.Load()
		older := chat.Mark{Of: newer.Of, At: newer.At - 1}
		batch := func(ctx context.Context, n int) error {
			l, err := s.Attach(ctx, fmt.Sprint("g", n), newSink())
			if err != nil {
				return err
			}
			quiet := chat.WorkspaceID("T1").Channel(chat.ChannelID(fmt.Sprint("Q", n)))
			other := chat.WorkspaceID("T2").Channel(chat.ChannelID(fmt.Sprint("Q", n)))
			_, err = l.Subscribe(ctx, []chat.Subscription{{Stream: quiet, Known: newer}, {Stream: other, Known: older}})
			return err
		}
		start := time.Now()
		var batches sync.WaitGroup
		for n := range 12 {
			batches.Go(func() {
				if err := batch(t.Context(), n); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		gone, leave := context.WithCancel(t.Context())
		leave()
		if batch(gone, 20); time.Since(start) > 0 {
			t.Errorf("who was gone waited for %v", time.Since(start))
		}
		batches.Wait()
		if took := time.Since(start); took > learnTimeout {
			t.Errorf("the batches took %v, want %v at most", took, learnTimeout)
		}
		if n := log.questions(); n != 1 {
			t.Errorf("the log was asked %d times what grew, want once", n)
		}
		time.Sleep(failedFor)
		if err := batch(t.Context(), 30); err != nil || log.questions() < 2 {
			t.Errorf("%v; later on the log was asked %d times in all, want another time", err, log.questions())
		}
	})
}

// eraLog is a memoryLog whose history can become another one.
type eraLog struct {
	*memoryLog
	of int64
}

func (l *eraLog) TouchedHeads(ctx context.Context, since store.Mark) ([]chat.Head, store.Mark, error) {
	if since != (store.Mark{}) {
		since = store.MarkOf(chat.Mark{Of: memoryEra, At: since.Place().At})
	}
	heads, m, err := l.memoryLog.TouchedHeads(ctx, since)
	return heads, store.MarkOf(chat.Mark{Of: l.of, At: m.Place().At}), err
}

func (l *eraLog) GrownSince(ctx context.Context, since store.Mark, limit int) ([]chat.Head, bool, error) {
	if since.Place().Of != l.of {
		return nil, false, nil
	}
	return l.memoryLog.GrownSince(ctx, store.MarkOf(chat.Mark{Of: memoryEra, At: since.Place().At}), limit)
}

// What grew in a history that is no more says nothing of where streams stand: a gateway
// that is ahead of a primary which lost commits gets what this one commits.
func TestTakeoverAfterLostCommits(t *testing.T) {
	for _, learned := range []bool{false, true} {
		t.Run(fmt.Sprint("learned before: ", learned), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := &eraLog{newMemoryLog(), 1}
				s, err := New(t.Context(), log, Options{})
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				known := *s.whole.Load()
				if learned {
					takeOver(t, s, "first", newSink(), []chat.Subscription{{Stream: chat.WorkspaceID("T1").Channel("C9")}}, known)
				}
				log.of = 2 // another primary, which lacks the events 4 and 5
				for range 3 {
					log.say(general)
				}
				time.Sleep(2 * lookEvery)
				synctest.Wait()
				got := newSink()
				takeOver(t, s, "g", got, []chat.Subscription{{Stream: general, After: 5}}, known)
				publish(s, log.say(general))
				publish(s, log.say(general))
				want(t, got, general, 4, 5)
			})
		})
	}
}
