package store

import (
	"sync"
	"sync/atomic"
	"time"

	"taut/chat"
)

const (
	maxBatch  = 256   // jobs in one transaction
	maxLane   = 4096  // waiting jobs of one workspace; beyond: Limited
	maxQueued = 65536 // waiting jobs of all; beyond: Unavailable
)

// job is a change on its way to its commit.
type job struct {
	change change
	// write is a directory transaction instead of a change.
	write func(*tx) error

	// owned by the committer until done is closed
	events []chat.Event
	err    error

	// of MySQL alone
	deadline time.Time
	ownKey   bool // change.key was made for it here
	lost     bool // a commit of it may have happened, its answer was lost

	abandoned atomic.Bool // its caller went away; not started yet, it needn't be
	done      chan struct{}
}

func (j *job) finish(err error) {
	j.err = err
	close(j.done)
}

// queue holds the waiting jobs, first come first served within a workspace,
// turn by turn between workspaces (G7).
type queue struct {
	mu    sync.Mutex
	some  sync.Cond
	lanes map[chat.WorkspaceID]*lane
	turns []*lane // the lanes that have jobs, the next to be served first
	size  int
	// parked counts the jobs that were taken and wait elsewhere.
	parked    map[chat.WorkspaceID]int
	parkedAll int
	closed    bool
}

type lane struct {
	workspace chat.WorkspaceID
	jobs      []*job
}

func newQueue() *queue {
	q := &queue{lanes: map[chat.WorkspaceID]*lane{}, parked: map[chat.WorkspaceID]int{}}
	q.some.L = &q.mu
	return q
}

// put takes a job in, or says why not.
func (q *queue) put(j *job) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || q.size+q.parkedAll >= maxQueued {
		return chat.NewError(chat.Unavailable, "store")
	}
	w := j.change.stream.Workspace
	l := q.lanes[w]
	if l == nil {
		l = &lane{workspace: w}
	}
	if len(l.jobs)+q.parked[w] >= maxLane {
		return chat.NewError(chat.Limited, "workspace")
	}
	if len(l.jobs) == 0 {
		q.lanes[w] = l
		q.turns = append(q.turns, l)
	}
	l.jobs = append(l.jobs, j)
	q.size++
	q.some.Signal()
	return nil
}

// park counts n jobs more (or fewer) that were taken and not answered, as they
// wait elsewhere: they count as waiting here.
func (q *queue) park(w chat.WorkspaceID, n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.parkedAll += n
	if q.parked[w] += n; q.parked[w] == 0 {
		delete(q.parked, w)
	}
}

// take waits for jobs and gives at most max of them; none when the queue is
// closed and empty.
func (q *queue) take(batch []*job, max int) []*job {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.size == 0 && !q.closed {
		q.some.Wait()
	}
	for len(batch) < max && q.size > 0 {
		batch = append(batch, q.next())
	}
	return batch
}

// next serves the lane whose turn it is.
func (q *queue) next() *job {
	l := q.turns[0]
	q.turns[0] = nil
	q.turns = q.turns[1:]
	j := l.jobs[0]
	l.jobs[0] = nil
	l.jobs = l.jobs[1:]
	q.size--
	if len(l.jobs) > 0 {
		q.turns = append(q.turns, l)
	} else {
		delete(q.lanes, l.workspace)
	}
	return j
}

// close lets the waiting jobs be taken and no new one in.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.some.Broadcast()
}
