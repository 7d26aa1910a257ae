package auth

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/store"
)

const (
	maxUses   = 16_384          // that wait to be written
	usesBatch = 500             // of one transaction
	usesTime  = 5 * time.Second // for one
)

// uses writes down which sessions are in use. Nobody waits for that, and it may fail:
// while the database takes no writes, who has a session goes on reading. A use that is
// lost is noted again when the session is next looked up.
//
// Its goroutine runs while something waits to be written; close ends and awaits it.
type uses struct {
	touch func(context.Context, []store.SessionUse) error
	lost  prometheus.Counter

	mu      sync.Mutex
	waiting map[sessionKey]store.SessionUse // guarded by mu
	writing bool                            // the goroutine runs; guarded by mu

	life    context.Context
	end     context.CancelFunc
	running sync.WaitGroup
}

type sessionKey struct {
	workspace chat.WorkspaceID
	token     string
}

func newUses(touch func(context.Context, []store.SessionUse) error, lost prometheus.Counter) *uses {
	u := &uses{touch: touch, lost: lost, waiting: map[sessionKey]store.SessionUse{}}
	u.life, u.end = context.WithCancel(context.Background())
	return u
}

// note has a use written down soon.
func (u *uses) note(use store.SessionUse) {
	u.mu.Lock()
	defer u.mu.Unlock()
	key := sessionKey{use.Workspace, use.TokenID}
	if _, there := u.waiting[key]; u.life.Err() != nil || !there && len(u.waiting) >= maxUses {
		u.lost.Inc()
		return
	}
	u.waiting[key] = use
	if !u.writing {
		u.writing = true
		u.running.Go(u.write)
	}
}

// write writes until nothing waits.
func (u *uses) write() {
	for {
		batch := u.take()
		if len(batch) == 0 {
			return
		}
		ctx, cancel := context.WithTimeout(u.life, usesTime)
		if err := u.touch(ctx, batch); err != nil {
			u.lost.Add(float64(len(batch)))
		}
		cancel()
	}
}

// take takes what is to be written at once, sorted: two nodes that write some of the
// same sessions lock their rows in the same order. Where nothing waits the goroutine ends.
func (u *uses) take() []store.SessionUse {
	u.mu.Lock()
	defer u.mu.Unlock()
	var batch []store.SessionUse
	for key, use := range u.waiting {
		if len(batch) == usesBatch {
			break
		}
		batch = append(batch, use)
		delete(u.waiting, key)
	}
	slices.SortFunc(batch, func(a, b store.SessionUse) int {
		return cmp.Or(cmp.Compare(a.Workspace, b.Workspace), cmp.Compare(a.TokenID, b.TokenID))
	})
	u.writing = len(batch) > 0
	return batch
}

// close gives up what waits.
func (u *uses) close() {
	u.mu.Lock()
	u.end()
	u.lost.Add(float64(len(u.waiting)))
	clear(u.waiting)
	u.mu.Unlock()
	u.running.Wait()
}
