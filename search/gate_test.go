package search

import (
	"context"
	"testing"
	"testing/synctest"

	"taut/chat"
)

// A workspace that floods has its own turns only, and is refused past its line.
func TestGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		release := make(chan struct{})
		refused := 0
		for range maxWaiting + 5 {
			go func() {
				leave, err := g.enter(t.Context(), "TFLOOD")
				if err != nil {
					refused++
					return
				}
				<-release
				leave()
			}()
			synctest.Wait()
		}
		if refused != 5 {
			t.Errorf("%d refused", refused)
		}
		leave, err := g.enter(t.Context(), "TOTHER")
		if err != nil {
			t.Fatal(err)
		}
		leave()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := g.enter(ctx, "TFLOOD"); err == nil || chat.CodeOf(err) != chat.Limited {
			t.Errorf("got %v", err)
		}
		close(release)
		synctest.Wait()
		if len(g.ones) != 0 {
			t.Errorf("%d workspaces are kept", len(g.ones))
		}
	})
}

func TestQueueIsFair(t *testing.T) {
	q := newQueue()
	for _, id := range []chat.StreamID{"C1", "C2", "C3"} {
		q.add(chat.Stream{Workspace: "TFLOOD", ID: id}, 5)
	}
	q.add(chat.Stream{Workspace: "TFLOOD", ID: "C1"}, 9)
	q.add(chat.Stream{Workspace: "TOTHER", ID: "C4"}, 1)
	var got []chat.StreamID
	for {
		s, head, ok := q.next()
		if !ok {
			break
		}
		if s.ID == "C1" && head != 9 {
			t.Errorf("head %d", head)
		}
		got = append(got, s.ID)
	}
	if len(got) != 4 || got[0] != "C1" || got[1] != "C4" {
		t.Errorf("order %v", got)
	}
	if !q.empty() || len(q.lines) != 0 {
		t.Error("not empty")
	}
}
