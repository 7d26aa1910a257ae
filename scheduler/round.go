package scheduler

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"taut/chat"
	"taut/store"
)

const (
	pageSize    = 500 // of what is due, at once
	share       = 50  // of a workspace, in one round
	maxPages    = 50  // of one round
	parallel    = 16  // workspaces at once
	itemTime    = 20 * time.Second
	turnTime    = 30 * time.Second // of a workspace, in one round, and what is begun by then
	passing     = 5 * time.Minute  // for which what should pass is tried again and again
	maxAttempts = 8                // by a fault of ours, before a thing is given up
)

// round begins what is due now, at most share things of each workspace, and
// waits for none of it but for room: what hangs in one workspace keeps no other
// waiting. Workspaces that are still busy with what was begun before are left to
// a later round. It tells how many it began with.
func (s *Server) round(ctx context.Context) (int, error) {
	work, err := s.due(ctx)
	if err != nil {
		return 0, err
	}
	for w, items := range work {
		select {
		case s.room <- struct{}{}:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
		s.busy.add(w)
		s.running.Go(func() {
			defer s.freed(w)
			s.doAll(ctx, items)
		})
	}
	return len(work), nil
}

// freed lets others have the room, and the next round the workspace.
func (s *Server) freed(w chat.WorkspaceID) {
	s.busy.remove(w)
	<-s.room
	select {
	case s.ready <- struct{}{}:
	default: // who listens has yet to hear of an earlier one
	}
}

// due is what is due now, by workspace. While pages are full, a further one is
// asked for, without the workspaces that have their share. None is of a busy one.
func (s *Server) due(ctx context.Context) (map[chat.WorkspaceID][]store.Due, error) {
	work := map[chat.WorkspaceID][]store.Due{}
	sated := s.busy.all()
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

// doAll does one workspace's things, in the order in which they are due. One
// that fails keeps those behind it waiting for no longer than its own time.
func (s *Server) doAll(ctx context.Context, items []store.Due) {
	began, waits := time.Now(), error(nil)
	for _, d := range items {
		if ctx.Err() != nil || time.Since(began) > turnTime {
			break
		}
		switch err := s.do(ctx, d); {
		case err == nil:
			s.metrics.done.WithLabelValues(string(d.Kind)).Inc()
		case isPassing(err) && !isLate(d):
			waits = err
		default:
			s.putOff(ctx, d, err)
		}
	}
	if waits != nil && ctx.Err() == nil {
		s.log.Warn("what is due waits", slog.Any("err", waits))
		pause(ctx, afterFault) // in its room: so faults of many are tried again no faster
	}
}

// isPassing tells whether the same will succeed later.
func isPassing(err error) bool {
	code := chat.CodeOf(err)
	return code == chat.Unavailable || code == chat.Limited || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// isLate tells whether a thing has waited for so long that what should pass
// counts as a fault.
func isLate(d store.Due) bool {
	return d.Attempts > 0 || chat.Now().UnixMilli()-d.MS > passing.Milliseconds()
}

// putOff tries again later what failed by a fault of ours, and gives it up in the end.
func (s *Server) putOff(ctx context.Context, d store.Due, fault error) {
	s.metrics.failed.WithLabelValues(string(d.Kind)).Inc()
	s.log.Error("what is due failed", slog.String("kind", string(d.Kind)), slog.String("item", d.Item),
		slog.Int("attempts", d.Attempts+1), slog.Any("err", fault))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), itemTime)
	defer cancel()
	var err error
	if d.Attempts+1 < maxAttempts {
		err = s.store.PutOffDue(ctx, d, chat.Now().Add(time.Second<<(2*d.Attempts)).UnixMilli())
	} else {
		err = s.giveUp(ctx, d)
	}
	if err != nil {
		s.log.Warn("what is due could not be put off", slog.String("kind", string(d.Kind)), slog.Any("err", err))
		pause(ctx, afterFault)
	}
}

func (s *Server) giveUp(ctx context.Context, d store.Due) error {
	if d.Kind == store.DueMessage {
		return s.store.Workspace(d.Stream.Workspace).FailScheduled(ctx, d)
	}
	return s.store.DropDue(ctx, d)
}
