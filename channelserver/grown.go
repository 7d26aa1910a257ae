package channelserver

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"taut/chat"
	"taut/store"
)

const (
	// maxGrown is how many streams may have grown since a mark for the mark to be of
	// use; some 20 MB.
	maxGrown = 100_000
	// grownFor is how long what grew is kept after it was last of use.
	grownFor = 30 * time.Second
	// learnTimeout bounds the question, for which all that take over wait; without an
	// answer they ask for themselves.
	learnTimeout = time.Second
)

// grown is which streams have grown since a mark, and how far: all that a server has to
// know of streams that it takes over from another one, whose gateways know that they
// had everything before the mark. It is asked for when it is needed, then kept up to
// date by the looks at the heads and by what is published, and let go of when nobody has
// needed it for a while.
type grown struct {
	collecting atomic.Bool // heads is not nil

	asking sync.Mutex // held while the log is asked

	mu    sync.Mutex
	heads map[chat.Stream]int64 // guarded by mu
	since chat.Mark             // heads has all that grew since; guarded by mu
	// useless: since then, and before, too much grew; guarded by mu.
	useless chat.Mark
	needed  time.Time // guarded by mu
}

// note takes in heads.
func (g *grown) note(heads ...chat.Head) {
	if !g.collecting.Load() {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.heads == nil {
		return
	}
	for _, h := range heads {
		g.heads[h.Stream] = max(g.heads[h.Stream], h.Seq)
	}
	if len(g.heads) > 2*maxGrown {
		g.drop()
	}
}

// rest lets go of what nobody needs.
func (g *grown) rest() {
	if !g.collecting.Load() {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Since(g.needed) > grownFor {
		g.drop()
	}
}

func (g *grown) drop() {
	g.heads, g.since = nil, chat.Mark{}
	g.useless = chat.Mark{}
	g.collecting.Store(false)
}

// covers tells whether all that grew since the mark is known. Called with mu.
func (g *grown) covers(m chat.Mark) bool {
	return g.heads != nil && m != (chat.Mark{}) && m.Of == g.since.Of && !m.Before(g.since)
}

// head is how far a stream has grown of which the subscriber had everything before a
// mark; false where that is not known.
func (g *grown) head(sub chat.Subscription) (int64, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(sub.After, g.heads[sub.Stream]), g.covers(sub.Known)
}

// begin tells whether the log is to be asked, and collects from then on.
func (g *grown) begin(m chat.Mark) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.needed = time.Now()
	if g.covers(m) || m == g.useless || m.Before(g.useless) {
		return false
	}
	if g.heads == nil {
		g.heads = make(map[chat.Stream]int64)
		g.collecting.Store(true)
	}
	return true
}

// found takes the log's answer, unless too much came meanwhile.
func (g *grown) found(m chat.Mark, heads []chat.Head, all bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.heads == nil {
		return
	}
	if !all {
		g.useless = m
		return
	}
	for _, h := range heads {
		g.heads[h.Stream] = max(g.heads[h.Stream], h.Seq)
	}
	g.since = m
}

// learn sees to it that what grew since the mark is known, if that can be.
func (s *Server) learn(ctx context.Context, m chat.Mark) {
	if m.Of != s.whole.Load().Of {
		return // the log's history is another one now
	}
	s.grown.asking.Lock()
	defer s.grown.asking.Unlock()
	if !s.grown.begin(m) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, learnTimeout)
	defer cancel()
	s.metrics.takeovers.Inc()
	heads, all, err := s.source.GrownSince(ctx, store.MarkOf(m), maxGrown)
	if err != nil {
		s.log.Warn("what grew since a mark is not known", "err", err)
		return
	}
	s.grown.found(m, heads, all)
}

// headsOf finds out how far streams have grown that are not in memory. Of those whose
// subscriber had everything until lately one question tells which have grown since;
// the log is asked for the others one by one.
func (s *Server) headsOf(ctx context.Context, subs []chat.Subscription) (map[chat.Stream]int64, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	for _, m := range ends(subs) {
		s.learn(ctx, m)
	}
	heads := make(map[chat.Stream]int64, len(subs))
	var ask []chat.Stream
	for _, sub := range subs {
		head, known := s.grown.head(sub)
		if !known {
			ask = append(ask, sub.Stream)
			continue
		}
		s.metrics.takenOver.Inc()
		heads[sub.Stream] = max(heads[sub.Stream], head)
	}
	return heads, s.askHeads(ctx, ask, heads)
}

// ends are the newest of the marks, and the oldest that is of the same history.
func ends(subs []chat.Subscription) (marks []chat.Mark) {
	var newest, oldest chat.Mark
	for _, sub := range subs {
		if m := sub.Known; m != (chat.Mark{}) && (newest == (chat.Mark{}) || newest.Before(m)) {
			newest = m
		}
	}
	if newest == (chat.Mark{}) {
		return nil
	}
	oldest = newest
	for _, sub := range subs {
		if sub.Known.Before(oldest) {
			oldest = sub.Known
		}
	}
	if oldest == newest {
		return []chat.Mark{newest}
	}
	return []chat.Mark{newest, oldest}
}
