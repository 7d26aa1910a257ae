package scheduler

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"taut/chat"
	"taut/store"
)

const (
	pageSize    = 500 // of what is due, at once
	share       = 50  // of a workspace, in one round
	maxPages    = 50  // of one round
	parallel    = 16  // workspaces at once
	itemTime    = 20 * time.Second
	maxAttempts = 8 // by a fault of ours, before a thing is given up
)

// round does what is due now, at most share things of each workspace. It tells
// how many it did or gave up; an error where it could do none.
func (s *Server) round(ctx context.Context) (int, error) {
	work, err := s.due(ctx)
	if err != nil {
		return 0, err
	}
	var done atomic.Int64
	var group errgroup.Group // without a context: a workspace that fails stops no other
	group.SetLimit(parallel)
	for _, items := range work {
		group.Go(func() error {
			n, err := s.doAll(ctx, items)
			done.Add(int64(n))
			return err
		})
	}
	err = group.Wait()
	if done.Load() > 0 {
		err = nil // told of by doAll's own lines, and tried again in the next round
	}
	return int(done.Load()), err
}

// due is what is due now, by workspace. While pages are full, a further one is
// asked for, without the workspaces that have their share.
func (s *Server) due(ctx context.Context) (map[chat.WorkspaceID][]store.Due, error) {
	work := map[chat.WorkspaceID][]store.Due{}
	var sated []chat.WorkspaceID
	now := chat.Now().UnixMilli()
	for range maxPages {
		page, err := s.store.Due(ctx, now, pageSize, sated)
		if err != nil {
			return nil, err
		}
		before := len(sated)
		for w, items := range shares(page) {
			if len(items) == share {
				sated = append(sated, w)
			}
			work[w] = items
		}
		if len(page) < pageSize || len(sated) == before {
			break
		}
	}
	return work, nil
}

// shares is a page by workspace, with no more than its share of each.
func shares(page []store.Due) map[chat.WorkspaceID][]store.Due {
	work := map[chat.WorkspaceID][]store.Due{}
	for _, d := range page {
		if w := d.Stream.Workspace; len(work[w]) < share {
			work[w] = append(work[w], d)
		}
	}
	return work
}

// doAll does one workspace's things, in the order in which they are due.
func (s *Server) doAll(ctx context.Context, items []store.Due) (done int, err error) {
	for _, d := range items {
		if ctx.Err() != nil {
			return done, ctx.Err()
		}
		switch err := s.do(ctx, d); {
		case err == nil:
			done++
			s.metrics.done.WithLabelValues(string(d.Kind)).Inc()
		case isPassing(err):
			return done, err
		default:
			s.putOff(ctx, d, err)
			done++
		}
	}
	return done, nil
}

// isPassing tells whether the same will succeed later.
func isPassing(err error) bool {
	code := chat.CodeOf(err)
	return code == chat.Unavailable || code == chat.Limited || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// putOff tries again later what failed by a fault of ours, and gives it up in the end.
func (s *Server) putOff(ctx context.Context, d store.Due, fault error) {
	s.metrics.failed.WithLabelValues(string(d.Kind)).Inc()
	s.log.Error("what is due failed", slog.String("kind", string(d.Kind)), slog.String("item", d.Item),
		slog.Int("attempts", d.Attempts+1), slog.Any("err", fault))
	var err error
	if d.Attempts+1 < maxAttempts {
		err = s.store.PutOffDue(ctx, d, chat.Now().Add(time.Second<<(2*d.Attempts)).UnixMilli())
	} else {
		err = s.giveUp(ctx, d)
	}
	if err != nil {
		s.log.Warn("what is due could not be put off", slog.String("kind", string(d.Kind)), slog.Any("err", err))
	}
}

func (s *Server) giveUp(ctx context.Context, d store.Due) error {
	if d.Kind == store.DueMessage {
		return s.store.Workspace(d.Stream.Workspace).FailScheduled(ctx, d)
	}
	return s.store.DropDue(ctx, d)
}
