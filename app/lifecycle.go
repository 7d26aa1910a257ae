package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// lifecycle undoes what a start did, last first.
type lifecycle struct {
	log   *slog.Logger
	steps []step
}

// step is one thing to undo. It may take as long as limit; after that the next
// one follows, so that one that hangs doesn't keep the others from being done.
type step struct {
	name  string
	limit time.Duration
	undo  func(ctx context.Context) error
}

// onStop adds a step; it will run before those that were added earlier.
func (l *lifecycle) onStop(name string, limit time.Duration, undo func(context.Context) error) {
	l.steps = append(l.steps, step{name, limit, undo})
}

// stop runs the steps and joins their errors. A second call finds none.
func (l *lifecycle) stop() error {
	var errs []error
	for len(l.steps) > 0 {
		s := l.steps[len(l.steps)-1]
		l.steps = l.steps[:len(l.steps)-1]
		if err := s.run(); err != nil {
			l.log.Error("stop step failed", slog.String("step", s.name), slog.Any("err", err))
			errs = append(errs, fmt.Errorf("stop %s: %w", s.name, err))
		}
	}
	return errors.Join(errs...)
}

var errHangs = errors.New("it did not end in time")

func (s step) run() error {
	ctx, cancel := context.WithTimeout(context.Background(), s.limit)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- s.undo(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	// Those that heed ctx end now; the others are left behind, as the process
	// is about to end.
	select {
	case err := <-done:
		return err
	case <-time.After(time.Second):
		return errHangs
	}
}
