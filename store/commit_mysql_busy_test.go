package store

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
)

// busyCommitter waits for a stream that another writer holds; nobody commits.
func busyCommitter(ctx context.Context) (*mysqlCommitter, chat.Stream) {
	st := chat.Stream{Workspace: "T1", ID: "C1"}
	all := &mysqlCommitters{store: &Store{life: ctx}, lone: make(chan struct{}, loneWorkers)}
	return &mysqlCommitter{all: all, queue: newQueue(), busy: map[chat.Stream][]*job{st: nil}}, st
}

func waitingJob(st chat.Stream, deadline time.Time) *job {
	return &job{change: change{stream: st}, deadline: deadline, done: make(chan struct{})}
}

// Jobs that wait for a busy stream count in their workspace's bound.
func TestJobsOfBusyStreamsAreBounded(t *testing.T) {
	w, st := busyCommitter(t.Context())
	put := func(st chat.Stream) error {
		err := w.queue.put(waitingJob(st, time.Time{}))
		if err == nil {
			w.unlessBusy(w.queue.take(nil, maxBatch))
		}
		return err
	}
	for i := range maxLane {
		if err := put(st); err != nil {
			t.Fatalf("job %d: %v", i, err)
		}
	}
	wantError(t, put(st), chat.Limited, "workspace")
	if err := put(chat.Stream{Workspace: "T2", ID: "C2"}); err != nil {
		t.Errorf("another workspace's: %v", err)
	}
	n := len(w.takeLone(st))
	w.queue.park(st.Workspace, -n) // they were answered
	for i := range n {
		if err := put(st); err != nil {
			t.Fatalf("job %d of the freed room: %v", i, err)
		}
	}
	wantError(t, put(st), chat.Limited, "workspace")
}

// Where too many streams are busy already, a job waits no longer than its time.
func TestBusyStreamWaitsWithinDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, st := busyCommitter(t.Context())
		for range loneWorkers {
			w.all.lone <- struct{}{}
		}
		start := time.Now()
		j, later := waitingJob(st, start.Add(retryFor)), waitingJob(st, start.Add(retryFor+time.Second))
		w.sideline([]*job{j})
		w.unlessBusy([]*job{later})
		for _, j := range []*job{j, later} {
			<-j.done
			if chat.CodeOf(j.err) != chat.Unavailable || time.Since(j.deadline).Abs() > time.Millisecond {
				t.Errorf("%v, %v after its deadline", j.err, time.Since(j.deadline))
			}
		}
		w.all.done.Wait()
		if len(w.busy) != 0 || w.queue.parkedAll != 0 {
			t.Errorf("%d streams busy, %d jobs parked", len(w.busy), w.queue.parkedAll)
		}
	})
}

// A store that closes doesn't wait for tokens.
func TestBusyStreamEndsWithTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		w, st := busyCommitter(ctx)
		for range loneWorkers {
			w.all.lone <- struct{}{}
		}
		j := waitingJob(st, time.Now().Add(retryFor))
		w.sideline([]*job{j})
		end()
		w.all.done.Wait()
		if <-j.done; chat.CodeOf(j.err) != chat.Unavailable {
			t.Errorf("got %v", j.err)
		}
	})
}
