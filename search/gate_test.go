package search

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"taut/chat"
)

// A workspace that floods has its own turns only, and is refused past its line.
func TestGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(nil)
		all := g.Limits().Each + g.Limits().Waiting
		for range all {
			go g.Enter(t.Context(), "TFLOOD")
		}
		synctest.Wait()
		if err := g.Enter(t.Context(), "TFLOOD"); chat.CodeOf(err) != chat.Limited {
			t.Errorf("one too many: %v", err)
		}
		if err := g.Enter(t.Context(), "TOTHER"); err != nil {
			t.Fatal(err)
		}
		g.Leave("TOTHER")
		for range all {
			g.Leave("TFLOOD")
			synctest.Wait()
		}
		if !g.Empty() {
			t.Error("something is kept")
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

// A search of many gives the processor away again and again.
func TestSearchYields(t *testing.T) {
	b := newBed(t, 1)
	const many = 20 * slice
	for i := range many {
		b.Post(b.Users[0].ID, fmt.Sprint("word ", i))
	}
	b.settle()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var turns atomic.Int64
	ended, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-ended:
				return
			default:
				turns.Add(1)
				runtime.Gosched()
			}
		}
	}()
	before := turns.Load()
	b.find(0, "word")
	during := turns.Load() - before
	close(ended)
	<-stopped
	if during < many/slice/2 {
		t.Errorf("while a search read %d rows others had %d turns", many, during)
	}
}
