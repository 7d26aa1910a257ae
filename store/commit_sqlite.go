package store

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"taut/chat"
)

// sqliteCommitter owns the one connection that writes, and so may keep heads and
// members in memory from batch to batch: nobody else changes them.
type sqliteCommitter struct {
	*queue
	done sync.WaitGroup

	// owned by run
	store   *Store
	session *session
	batch   batch
	answers []error
	failing bool // the database's files were unusable, and nothing was written since
}

// Bounds of what is kept between batches; at the bound all of it goes.
const (
	maxKeptHeads   = 50_000
	maxKeptMembers = 200_000
)

func startSQLiteCommitter(s *Store, se *session) *sqliteCommitter {
	c := &sqliteCommitter{queue: newQueue(), store: s, session: se}
	c.forget()
	c.done.Go(c.run)
	return c
}

func (c *sqliteCommitter) stop() {
	c.queue.close()
	c.done.Wait()
}

func (c *sqliteCommitter) run() {
	defer c.session.close()
	var jobs []*job
	for {
		jobs = c.queue.take(jobs[:0], maxBatch)
		if len(jobs) == 0 {
			return
		}
		c.runJobs(jobs)
		clear(jobs)
	}
}

// runJobs runs changes together, directory transactions alone.
func (c *sqliteCommitter) runJobs(jobs []*job) {
	for len(jobs) > 0 {
		n := 0
		for n < len(jobs) && jobs[n].write == nil {
			n++
		}
		if n == 0 {
			jobs[0].finish(c.runWrite(jobs[0]))
			n = 1
		} else {
			c.runChanges(jobs[:n])
		}
		jobs = jobs[n:]
		c.store.checkpointer.committed(c.session)
	}
}

// runChanges commits the jobs in one transaction; where that fails, each in its
// own, so that a bad one fails alone.
func (c *sqliteCommitter) runChanges(jobs []*job) {
	err := c.attempt(jobs)
	if storageFails(err) {
		c.fail(jobs, err)
		return
	}
	if err == nil {
		c.failing = c.failing && !slices.Contains(c.answers, nil)
		c.store.announce(jobs, c.answers)
		return
	}
	if len(jobs) == 1 {
		if !errors.Is(err, errTorn) {
			c.answers[0] = fmt.Errorf("append to %s: %w", jobs[0].change.stream.ID, err)
			c.store.log.Error("append failed", "error", err)
		}
		c.store.announce(jobs, c.answers)
		return
	}
	c.store.metrics.split.Inc()
	for i := range jobs {
		c.runChanges(jobs[i : i+1])
	}
}

// fail answers jobs where the database's files can't be used, which trying each
// alone wouldn't change. One line is logged until a batch succeeds again.
func (c *sqliteCommitter) fail(jobs []*job, err error) {
	if !c.failing {
		c.store.log.Error("the database can't be written, appends are refused until it can", "error", err)
	}
	c.failing = true
	for _, j := range jobs {
		j.finish(err)
	}
}

// attempt is one transaction. Its answers count only if it gives no error.
func (c *sqliteCommitter) attempt(jobs []*job) (err error) {
	c.answers = append(c.answers[:0], make([]error, len(jobs))...)
	if _, err := c.session.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			c.session.exec("ROLLBACK")
			c.forget()
		}
	}()
	c.batch.nowMS = chat.Now().UnixMilli()
	for i, j := range jobs {
		if c.answers[i], err = c.turn(j); err != nil {
			return err
		}
	}
	if err := c.batch.send(); err != nil {
		return err
	}
	err = c.batch.eachHead(func(query string, args []any) error {
		_, err := c.session.exec(query, args...)
		return err
	})
	if err != nil {
		return err
	}
	if _, err := c.session.exec("COMMIT"); err != nil {
		return err
	}
	if c.batch.redacts {
		c.store.scrubber.mark()
	}
	c.keep()
	return nil
}

func (c *sqliteCommitter) turn(j *job) (answer, fatal error) {
	if j.abandoned.Load() {
		return chat.NewError(chat.Unavailable, "store"), nil
	}
	h, err := c.head(&j.change)
	if err != nil {
		return nil, err
	}
	if h == nil {
		return chat.NewError(chat.NotFound, "channel"), nil
	}
	return c.batch.run(j, h)
}

// head finds the change's head, or makes it.
func (c *sqliteCommitter) head(ch *change) (*head, error) {
	h := c.batch.heads[ch.stream]
	if h == nil {
		var err error
		h, err = scanHead(ch.stream, c.session.queryRow(selectHead, string(ch.stream.Workspace), string(ch.stream.ID)))
		if err != nil {
			return nil, fmt.Errorf("read head: %w", err)
		}
		if h == nil && ch.create != nil {
			h = ch.newHead()
		}
		if h == nil {
			return nil, nil
		}
		c.batch.heads[ch.stream] = h
	}
	if h.fresh && !h.dirty && ch.create == nil {
		return nil, nil // an earlier change of the batch failed to make it
	}
	return h, nil
}

// newHead is the head that the change makes.
func (c *change) newHead() *head {
	h := *c.create
	h.stream, h.fresh, h.dirty = c.stream, true, false
	return &h
}

// keep leaves heads and members for the next batch.
func (c *sqliteCommitter) keep() {
	b := &c.batch
	for _, h := range b.dirty {
		h.fresh, h.dirty = false, false
	}
	b.dirty = b.dirty[:0]
	b.redacts = false
	members := b.view.members
	b.view = view{members: members}
	if len(b.heads) > maxKeptHeads || len(members) > maxKeptMembers {
		c.forget()
	}
}

func (c *sqliteCommitter) forget() {
	c.batch = batch{store: c.store, session: c.session, heads: map[chat.Stream]*head{}}
}

func (c *sqliteCommitter) runWrite(j *job) (err error) {
	if j.abandoned.Load() {
		return chat.NewError(chat.Unavailable, "store")
	}
	if _, err := c.session.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	t := &tx{session: c.session}
	if err = j.write(t); err == nil {
		_, err = c.session.exec("COMMIT")
	}
	if err != nil {
		c.session.exec("ROLLBACK")
	} else if t.redacts {
		c.store.scrubber.mark()
	}
	return err
}
