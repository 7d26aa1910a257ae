package store

import (
	"context"
	"time"

	"taut/chat"
)

// append runs the change and waits for its commit. The events are those that
// its turn emitted, in order. Where the caller goes away first the outcome is
// open, and the turn may still run: after an error nobody reads what apply sets.
func (s *Store) append(ctx context.Context, c change) ([]chat.Event, error) {
	j := &job{change: c, done: make(chan struct{})}
	if err := s.do(ctx, j); err != nil {
		return nil, err
	}
	return j.events, nil
}

// write runs fn in a transaction of its own, on directory tables, for writes
// that belong to no stream. fn may run again on a retry, so it touches nothing
// but t and its own results; an error of fn's rolls back.
func (s *Store) write(ctx context.Context, fn func(t *tx) error) error {
	return s.do(ctx, &job{write: fn, done: make(chan struct{})})
}

func (s *Store) do(ctx context.Context, j *job) error {
	start := time.Now()
	if err := s.committers.put(j); err != nil {
		s.metrics.refused.Inc()
		return err
	}
	select {
	case <-j.done:
		s.metrics.latency.Observe(time.Since(start).Seconds())
		return unavailable(j.err)
	case <-ctx.Done():
		j.abandoned.Store(true)
		return chat.NewError(chat.Unavailable, "store")
	}
}

// committers run jobs. Their stop runs what is queued first.
type committers interface {
	put(*job) error
	stop()
}

// tx is a transaction on directory tables. Its statements run at once.
type tx struct {
	session *session
	// redacts: it takes something out that nobody is to find any more.
	redacts bool
}

func (t *tx) exec(query string, args ...any) (int64, error) {
	r, err := t.session.exec(query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (t *tx) queryRow(query string, args ...any) scanner { return t.session.queryRow(query, args...) }

// announce tells the world of a batch's commit: the hook first, then the callers.
func (s *Store) announce(jobs []*job, answers []error) {
	var events []chat.Event
	for i, j := range jobs {
		if answers[i] == nil {
			events = append(events, j.events...)
		}
	}
	s.metrics.batch.Observe(float64(len(jobs)))
	if len(events) > 0 {
		s.metrics.events.Add(float64(len(events)))
		if s.options.Committed != nil {
			s.options.Committed(events)
		}
	}
	for i, j := range jobs {
		j.finish(answers[i])
	}
}
