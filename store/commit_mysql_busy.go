package store

import (
	"errors"
	"slices"
	"time"

	"taut/chat"
)

// unlessBusy gives the jobs whose stream is not waited for; the others join
// those that wait.
func (w *mysqlCommitter) unlessBusy(jobs []*job) []*job {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(jobs, func(j *job) bool {
		waiting, busy := w.busy[j.change.stream]
		if busy {
			w.busy[j.change.stream] = append(waiting, j)
			w.queue.park(j.change.stream.Workspace, 1)
		}
		return busy
	})
}

// sideline lets a busy stream batch alone.
func (w *mysqlCommitter) sideline(jobs []*job) {
	stream := jobs[0].change.stream
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy[stream] = slices.Clone(jobs)
	w.queue.park(stream.Workspace, len(jobs))
	w.all.done.Go(func() { w.runLone(stream) })
}

// runLone commits a stream's jobs until none are left, waiting for its lock.
func (w *mysqlCommitter) runLone(stream chat.Stream) {
	if !w.awaitToken(stream) {
		return
	}
	defer func() { <-w.all.lone }()
	m := mysqlSession{store: w.all.store}
	defer m.drop(nil)
	for {
		jobs := w.takeLone(stream)
		if len(jobs) == 0 {
			return
		}
		m.commit(jobs, true)
		w.queue.park(stream.Workspace, -len(jobs))
	}
}

// awaitToken waits for one of the tokens; false: the jobs that it was for have
// been answered, as their time was over.
func (w *mysqlCommitter) awaitToken(stream chat.Stream) bool {
	for {
		select {
		case w.all.lone <- struct{}{}:
			return true
		default:
		}
		select {
		case w.all.lone <- struct{}{}:
			return true
		case <-w.all.store.life.Done():
		case <-time.After(w.patience(stream)):
		}
		if !w.expireLone(stream) {
			return false
		}
	}
}

// patience is how long the stream's first job may still wait.
func (w *mysqlCommitter) patience(stream chat.Stream) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Until(w.busy[stream][0].deadline)
}

// expireLone answers the stream's jobs whose time is over, all of them when the
// store closes, and tells whether any are left.
func (w *mysqlCommitter) expireLone(stream chat.Stream) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	m := mysqlSession{store: w.all.store}
	waiting := w.busy[stream]
	left := m.expire(waiting, errNoToken)
	w.queue.park(stream.Workspace, len(left)-len(waiting))
	w.busy[stream] = left
	if len(left) == 0 {
		delete(w.busy, stream)
	}
	return len(left) > 0
}

var errNoToken = errors.New("too many streams are busy")

func (w *mysqlCommitter) takeLone(stream chat.Stream) []*job {
	w.mu.Lock()
	defer w.mu.Unlock()
	waiting := w.busy[stream]
	n := min(len(waiting), maxBatch)
	if n == 0 {
		delete(w.busy, stream)
		return nil
	}
	w.busy[stream] = waiting[n:]
	return waiting[:n:n]
}
