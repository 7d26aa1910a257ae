package store

import (
	"context"
	"hash/maphash"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"taut/chat"
)

const (
	carrierInterval = time.Second
	releaseInterval = time.Minute
	// leftoverAge is when a fact counts as left behind by a crash: whoever made
	// it has given up waiting.
	leftoverAge  = carryTimeout + 2*time.Second
	leftoverPage = 256
	// maxApplied bounds the rows that wait for their deletion; beyond it they
	// stay, and the carrier finds them as leftovers and applies them again, which
	// changes nothing.
	maxApplied = 100_000
)

// carrier deletes the facts that were applied and carries those that a crash
// left behind. Its goroutine is the Store's.
type carrier struct {
	pairs pairs

	mu      sync.Mutex
	applied map[factKey]bool // guarded by mu; committed on their target, not yet deleted
}

func newCarrier() *carrier {
	return &carrier{pairs: pairs{seed: maphash.MakeSeed()}, applied: map[factKey]bool{}}
}

func (c *carrier) isApplied(k factKey) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.applied[k]
}

func (c *carrier) wasApplied(k factKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.applied) < maxApplied {
		c.applied[k] = true
	}
}

// some are at most n applied rows.
func (c *carrier) some(n int) []factKey {
	c.mu.Lock()
	defer c.mu.Unlock()
	keys := make([]factKey, 0, min(n, len(c.applied)))
	for k := range c.applied {
		if len(keys) == n {
			break
		}
		keys = append(keys, k)
	}
	return keys
}

func (c *carrier) forget(keys []factKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range keys {
		delete(c.applied, k)
	}
}

// runCarrier works until ctx ends. What it finds at its start was left by a
// crash, however young it is.
func (s *Store) runCarrier(ctx context.Context) {
	age := time.Duration(0)
	ticker := time.NewTicker(carrierInterval)
	defer ticker.Stop()
	names := time.NewTicker(releaseInterval)
	defer names.Stop()
	for {
		s.deleteApplied(ctx)
		s.carryLeftovers(ctx, age)
		age = leftoverAge
		select {
		case <-ctx.Done():
			// What was applied need not be carried again by the next start.
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
			defer cancel()
			s.deleteApplied(last)
			return
		case <-names.C:
			s.releaseNames(ctx)
		case <-ticker.C:
		}
	}
}

// deleteApplied takes rows out of the outbox, many in a transaction.
func (s *Store) deleteApplied(ctx context.Context) {
	for keys := s.carrier.some(maxChunk); len(keys) > 0; keys = s.carrier.some(maxChunk) {
		err := s.write(ctx, func(t *tx) error {
			for _, k := range keys {
				_, err := t.exec("DELETE FROM outbox WHERE workspace_id = ? AND stream_id = ? AND seq = ? AND ordinal = ?",
					k.source.Workspace, k.source.ID, k.seq, k.ordinal)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			s.carrierFailed(ctx, "delete carried facts", err)
			return
		}
		s.carrier.forget(keys)
	}
}

// carryLeftovers carries the facts older than age, page by page: one that can't
// be applied keeps none after it waiting.
func (s *Store) carryLeftovers(ctx context.Context, age time.Duration) {
	before := chat.Now().Add(-age).UnixMilli()
	var last follow
	for {
		page, err := s.leftovers(ctx, before, last)
		if err != nil {
			s.carrierFailed(ctx, "look for leftover facts", err)
			return
		}
		var group errgroup.Group
		group.SetLimit(carryParallel)
		for _, f := range page {
			group.Go(func() error {
				if err := s.carryFollow(ctx, f); err != nil {
					s.carrierFailed(ctx, "carry leftover facts", err)
				}
				return nil
			})
		}
		group.Wait()
		if len(page) < leftoverPage {
			return
		}
		last = page[len(page)-1]
	}
}

// leftovers is a page of those who wait for facts, after last.
func (s *Store) leftovers(ctx context.Context, before int64, last follow) ([]follow, error) {
	w, source, target := last.source.Workspace, last.source.ID, last.target
	rows, err := s.db.QueryContext(ctx, "SELECT DISTINCT workspace_id, stream_id, target_id FROM outbox WHERE created_ms <= ? "+
		"AND (workspace_id > ? OR workspace_id = ? AND (stream_id > ? OR stream_id = ? AND target_id > ?)) "+
		"ORDER BY workspace_id, stream_id, target_id LIMIT ?", before, w, w, source, source, target, leftoverPage)
	return collect(rows, err, func(r scanner) (f follow, err error) {
		return f, r.Scan(&f.source.Workspace, &f.source.ID, &f.target)
	})
}

func (s *Store) carrierFailed(ctx context.Context, what string, err error) {
	if ctx.Err() == nil {
		s.metrics.carryFailed.Inc()
		s.log.Warn("outbox: will try again", "action", what, "error", err)
	}
}
