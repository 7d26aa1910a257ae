package files

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"taut/chat"
	"taut/internal/hold"
	"taut/store"
)

const (
	sweepEvery = time.Minute
	// sweepLimit is how many rows are taken on at once, and of pictures in a round.
	sweepLimit = 200
	// deadUpload is how long a temporary file goes untouched before it is taken
	// for a dead upload's: no live one may stand still for so long.
	deadUpload = time.Hour
	// eraseTime bounds the work for one file.
	eraseTime = 30 * time.Second
)

// sweepLoop removes what deletions and dead uploads left, at once and then each
// minute.
func (s *Service) sweepLoop(ctx context.Context) {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		if err := s.sweep(ctx); err != nil && ctx.Err() == nil {
			s.metrics.sweepFail.Inc()
			s.log.Error("sweep failed", slog.Any("err", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (s *Service) sweep(ctx context.Context) error {
	return errors.Join(s.sweepFiles(ctx), s.sweepPictures(ctx), s.blobs.Sweep(ctx, time.Now().Add(-deadUpload)))
}

// sweepFiles goes on past files that fail, which the next round meets again.
func (s *Service) sweepFiles(ctx context.Context) error {
	var failed error
	for {
		due, err := s.store.DueFiles(ctx, chat.Now(), sweepLimit)
		if err != nil {
			return err
		}
		erased := 0
		for _, d := range due {
			done, err := s.sweepFile(ctx, d)
			if done {
				erased++
			}
			failed = errors.Join(failed, err)
		}
		if len(due) < sweepLimit || erased < len(due) {
			return failed
		}
	}
}

func (s *Service) sweepFile(ctx context.Context, d store.DueFile) (done bool, err error) {
	if d.State < chat.FileReady {
		if err := s.store.Workspace(d.Workspace).AbandonUpload(ctx, d.ID); err != nil {
			return false, err
		}
	}
	return s.erase(ctx, d.Workspace, d.ID)
}

// sweepPictures goes on past those that fail, too.
func (s *Service) sweepPictures(ctx context.Context) error {
	due, err := s.store.DuePictures(ctx, sweepLimit)
	if err != nil {
		return err
	}
	var failed error
	for _, d := range due {
		failed = errors.Join(failed, s.sweepPicture(ctx, d))
	}
	return failed
}

func (s *Service) sweepPicture(ctx context.Context, d store.DuePicture) error {
	if held, err := s.removeItem(ctx, d.Workspace, pictureWordOf(d.Picture)); err != nil || held {
		return err
	}
	return s.store.Workspace(d.Workspace).PictureGone(ctx, d.Picture)
}

// Erase removes what is left of a deleted file: of its name in the log, and its
// bytes.
func (s *Service) Erase(ctx context.Context, w chat.WorkspaceID, f chat.FileID) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), eraseTime)
	defer cancel()
	if _, err := s.erase(ctx, w, f); err != nil {
		s.log.Warn("a deleted file is not erased yet", slog.Any("err", err))
	}
}

// erase may be run again from wherever it was cut off: the row stays due until
// all is done. A file that is not deleted, as it was completed just now, stays.
func (s *Service) erase(ctx context.Context, w chat.WorkspaceID, id chat.FileID) (done bool, err error) {
	bound := s.store.Workspace(w)
	f, err := bound.File(ctx, id)
	if err != nil || f.State != chat.FileDeleted {
		return err == nil, err
	}
	if err := bound.ForgetShares(ctx, id); err != nil {
		return false, err
	}
	if held, err := s.removeItem(ctx, w, string(id)); err != nil || held {
		return false, err
	}
	return true, bound.FileGone(ctx, id)
}

// removeItem removes an item's blobs, unless a backup holds them.
func (s *Service) removeItem(ctx context.Context, w chat.WorkspaceID, item string) (held bool, err error) {
	s.removal.Lock()
	defer s.removal.Unlock()
	release, held, err := hold.Removing(s.data)
	if err != nil || held {
		return held, err
	}
	err = s.blobs.Remove(ctx, w, item)
	s.metrics.removed.Inc()
	return false, errors.Join(err, release())
}

// remove is removeItem where nobody waits for it.
func (s *Service) remove(ctx context.Context, w chat.WorkspaceID, item string) {
	if _, err := s.removeItem(ctx, w, item); err != nil {
		s.log.Warn("bytes of a file stay that nobody has", slog.Any("err", err))
	}
}
