package gather

import (
	"cmp"
	"context"
	"slices"
	"time"

	"taut/chat"
)

const (
	// asideFor is how long a workspace is asked for aside, after its questions failed
	// where others' did not.
	asideFor = 30 * time.Second
	// mostAside bounds them: beyond it is not one workspace's fault.
	mostAside = 64
)

// aside asks for the workspaces whose questions, as of very many rows, failed beside
// others'. They wait for each other from then on, and nobody else waits for them.
type aside[K comparable, V any] struct {
	by    *Gatherer[K, V]
	until map[chat.WorkspaceID]time.Time
}

// set takes a workspace's next questions aside. It is under the Gatherer's mu.
func (a *aside[K, V]) set(w chat.WorkspaceID, now time.Time) {
	for w, until := range a.until {
		if !now.Before(until) {
			delete(a.until, w)
		}
	}
	if len(a.until) < mostAside {
		a.until[w] = now.Add(asideFor)
	}
}

// instead is who asks for the workspace, if it is not this one.
func (g *Gatherer[K, V]) instead(w chat.WorkspaceID) *Gatherer[K, V] {
	if g.aside == nil {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if until, there := g.aside.until[w]; there && time.Now().Before(until) {
		return g.aside.by
	}
	return nil
}

// setAside remembers whose questions failed.
func (g *Gatherer[K, V]) setAside(failed []chat.WorkspaceID) {
	if g.aside == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, w := range failed {
		g.aside.set(w, time.Now())
	}
}

// byWorkspace brings together the questions of each workspace, those first of which
// there are the fewest, and tells how many the first one's are.
func (g *Gatherer[K, V]) byWorkspace(of []*question[K, V]) (first int) {
	count := map[chat.WorkspaceID]int{}
	for _, q := range of {
		count[g.of(q.key)]++
	}
	slices.SortStableFunc(of, func(a, b *question[K, V]) int {
		v, w := g.of(a.key), g.of(b.key)
		return cmp.Or(cmp.Compare(count[v], count[w]), cmp.Compare(v, w))
	})
	return count[g.of(of[0].key)]
}

// readPart is readFor that leaves time for those who come after.
func (g *Gatherer[K, V]) readPart(ctx context.Context, of []*question[K, V]) (map[K]V, error) {
	if end, ok := ctx.Deadline(); ok {
		within, cancel := context.WithTimeout(ctx, time.Until(end)/2)
		defer cancel()
		ctx = within
	}
	return g.readFor(ctx, of)
}
