package store

import (
	"cmp"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"sync"
	"time"

	"taut/chat"
)

const (
	changeWorkers = 4 // committers; a stream has its own, so that one process doesn't contend with itself
	loneWorkers   = 8 // busy streams that are waited for at once
	writeWorkers  = 2 // directory transactions at once
	// retryFor is how long a job is tried before it is Unavailable.
	retryFor = 15 * time.Second
)

// mysqlCommitters run jobs where other processes write too.
type mysqlCommitters struct {
	store   *Store
	seed    maphash.Seed
	workers [changeWorkers]*mysqlCommitter
	writes  *queue
	lone    chan struct{} // a token for each busy stream being waited for
	done    sync.WaitGroup
}

// mysqlCommitter commits the changes of its share of the streams.
type mysqlCommitter struct {
	all   *mysqlCommitters
	queue *queue

	mu sync.Mutex
	// busy are streams whose head another writer holds: each has a goroutine of
	// its own, which waits for the lock with the jobs that gather here.
	busy map[chat.Stream][]*job
}

func startMySQLCommitters(s *Store) *mysqlCommitters {
	c := &mysqlCommitters{store: s, seed: maphash.MakeSeed(), writes: newQueue(), lone: make(chan struct{}, loneWorkers)}
	for i := range c.workers {
		w := &mysqlCommitter{all: c, queue: newQueue(), busy: map[chat.Stream][]*job{}}
		c.workers[i] = w
		c.done.Go(w.run)
	}
	for range writeWorkers {
		c.done.Go(c.runWrites)
	}
	return c
}

func (c *mysqlCommitters) put(j *job) error {
	j.deadline = time.Now().Add(retryFor)
	if j.write != nil {
		return c.writes.put(j)
	}
	if j.change.key == "" {
		// The key under which a commit whose answer is lost is recognised.
		j.change.key, j.ownKey = "~"+chat.NewSecret(24), true
	}
	return c.workers[maphash.Comparable(c.seed, j.change.stream)%changeWorkers].queue.put(j)
}

func (c *mysqlCommitters) stop() {
	for _, w := range c.workers {
		w.queue.close()
	}
	c.writes.close()
	c.done.Wait()
}

func (w *mysqlCommitter) run() {
	m := mysqlSession{store: w.all.store}
	defer m.drop(nil)
	var jobs []*job
	for {
		jobs = w.queue.take(jobs[:0], maxBatch)
		if len(jobs) == 0 {
			return
		}
		w.commit(&m, w.unlessBusy(jobs))
	}
}

// commit runs changes together; those whose head is busy leave the batch.
func (w *mysqlCommitter) commit(m *mysqlSession, jobs []*job) {
	slices.SortStableFunc(jobs, byStream) // all writers lock in one order
	busy := m.commit(jobs, false)
	for len(busy) > 0 {
		n := 1
		for n < len(busy) && busy[n].change.stream == busy[0].change.stream {
			n++
		}
		w.sideline(busy[:n])
		busy = busy[n:]
	}
}

func byStream(a, b *job) int {
	x, y := a.change.stream, b.change.stream
	return cmp.Or(cmp.Compare(x.Workspace, y.Workspace), cmp.Compare(x.ID, y.ID))
}

// commit brings the jobs to an answer, however often it must try. Unless alone,
// it gives back those whose head is busy.
func (m *mysqlSession) commit(jobs []*job, alone bool) (busy []*job) {
	for try := 0; len(jobs) > 0; try++ {
		skipped, err := m.attempt(jobs, alone)
		if err == nil {
			return append(busy, skipped...)
		}
		if len(jobs) == 1 && final(err, try) {
			m.answer(jobs[0], err)
			return busy
		}
		if final(err, try) { // a bad one fails alone
			m.store.metrics.split.Inc()
			for i := range jobs {
				busy = append(busy, m.commit(jobs[i:i+1], alone)...)
			}
			return busy
		}
		m.store.metrics.retried.Inc()
		jobs = m.expire(jobs, err)
		m.pause(try)
	}
	return busy
}

// final tells whether trying once more would give the same error. A key that is
// there already may be a head that another writer has just made: once more tells.
func final(err error, try int) bool {
	switch mysqlError(err) {
	case mysqlDeadlock, mysqlLockTimeout:
		return false
	case mysqlDuplicate:
		return try > 0
	}
	return !connectionLost(err)
}

// answer ends a job whose transaction cannot be committed.
func (m *mysqlSession) answer(j *job, err error) {
	if errors.Is(err, errTorn) {
		j.finish(m.answers[0])
		return
	}
	m.store.log.Error("append failed", "error", err)
	j.finish(fmt.Errorf("append to %s: %w", j.change.stream.ID, err))
}

// expire answers jobs whose time is over, all of them when the store closes, and
// gives the others.
func (m *mysqlSession) expire(jobs []*job, err error) []*job {
	return slices.DeleteFunc(slices.Clone(jobs), func(j *job) bool {
		over := m.over(j)
		if over {
			j.finish(fmt.Errorf("%w (%w)", chat.NewError(chat.Unavailable, "store"), err))
		}
		return over
	})
}

func (m *mysqlSession) over(j *job) bool {
	return m.store.life.Err() != nil || !time.Now().Before(j.deadline)
}

// pause waits a little longer each time before the next try, unless the store
// closes.
func (m *mysqlSession) pause(try int) {
	select {
	case <-m.store.life.Done():
	case <-time.After(min(10*time.Millisecond<<min(try, 10), 500*time.Millisecond)):
	}
}

// runWrites runs directory transactions.
func (c *mysqlCommitters) runWrites() {
	m := mysqlSession{store: c.store}
	defer m.drop(nil)
	for {
		jobs := c.writes.take(nil, 1)
		if len(jobs) == 0 {
			return
		}
		jobs[0].finish(m.runWrite(jobs[0]))
	}
}

// runWrite tries a directory transaction until it is committed or refused. One
// whose commit may have happened is not run again.
func (m *mysqlSession) runWrite(j *job) error {
	for try := 0; ; try++ {
		sent, err := m.attemptWrite(j)
		if err == nil {
			return nil
		}
		if final(err, try) {
			return err
		}
		if connectionLost(err) && sent || m.over(j) {
			return fmt.Errorf("%w (%w)", chat.NewError(chat.Unavailable, "store"), err)
		}
		m.store.metrics.retried.Inc()
		m.pause(try)
	}
}

func (m *mysqlSession) attemptWrite(j *job) (commitSent bool, err error) {
	if err := m.connect(); err != nil {
		return false, err
	}
	defer func() { m.drop(err) }()
	if _, err := m.session.exec("START TRANSACTION"); err != nil {
		return false, err
	}
	if err := j.write(&tx{session: m.session}); err != nil {
		if !connectionLost(err) {
			m.session.exec("ROLLBACK")
		}
		return false, err
	}
	_, err = m.session.exec("COMMIT")
	return true, err
}
