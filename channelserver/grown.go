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
	// learnTimeout bounds the question and the wait for somebody else's; without an
	// answer those who take over ask for each stream.
	learnTimeout = time.Second
	// failedFor is how long the log isn't asked again after it did not answer: the
	// other batches of a takeover, which come at once, don't wait for the same.
	failedFor = 5 * time.Second
)

// grown is which streams have grown since a mark, and how far: all that a server has to
// know of streams that it takes over from another one, whose gateways know that they
// had everything before the mark. It is asked for when it is needed, by one for all, then
// kept up to date by the looks at the heads and by what is published, and let go of when
// nobody has needed it for a while.
type grown struct {
	collecting atomic.Bool // heads is not nil

	mu    sync.Mutex // guards what follows
	of    int64      // the log's history: marks of another one are no use
	heads map[chat.Stream]int64
	since chat.Mark // heads has all that grew since
	// useless: since then, and before, too much grew.
	useless chat.Mark
	asking  chan struct{} // closed with the answer to the question under way; nil: there is none
	failed  time.Time     // when the log last didn't answer
	needed  time.Time
}

// turn lets go of all where the log's history is another one now: commits that heads
// has may be none in this one.
func (g *grown) turn(of int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.of != of {
		g.of, g.failed = of, time.Time{}
		g.drop()
	}
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

// begin tells whether the caller is to ask the log, and to say what it found; it
// collects from then on. Where somebody else is asking, it gives that answer's channel.
func (g *grown) begin(m chat.Mark) (ask bool, answer <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.needed = time.Now()
	switch {
	case m.Of != g.of, g.covers(m), m == g.useless, m.Before(g.useless), time.Since(g.failed) < failedFor:
		return false, nil
	case g.asking != nil:
		return false, g.asking
	}
	if g.heads == nil {
		g.heads = make(map[chat.Stream]int64)
		g.collecting.Store(true)
	}
	g.asking = make(chan struct{})
	return true, nil
}

// found takes the log's answer, unless too much came meanwhile or it is of a history
// that was.
func (g *grown) found(m chat.Mark, heads []chat.Head, all bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.asking)
	g.asking = nil
	switch {
	case m.Of != g.of:
		return
	case err != nil:
		g.failed = time.Now()
		return
	case !all || g.heads == nil:
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
	for {
		ask, answer := s.grown.begin(m)
		if ask {
			s.askGrown(ctx, m)
			return
		}
		if answer == nil {
			return
		}
		select {
		case <-answer:
		case <-ctx.Done():
			return
		}
	}
}

// askGrown asks the log for all who wait: also where the one who asks is gone.
func (s *Server) askGrown(ctx context.Context, m chat.Mark) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), learnTimeout)
	defer cancel()
	s.metrics.takeovers.Inc()
	heads, all, err := s.source.GrownSince(ctx, store.MarkOf(m), maxGrown)
	if err != nil {
		s.log.Warn("what grew since a mark is not known", "err", err)
	}
	s.grown.found(m, heads, all, err)
}

// headsOf finds out how far streams have grown that are not in memory. Of those whose
// subscriber had everything until lately one question tells which have grown since;
// the log is asked for the others one by one.
func (s *Server) headsOf(ctx context.Context, subs []chat.Subscription) (map[chat.Stream]int64, error) {
	s.learnAll(ctx, ends(subs))
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

func (s *Server) learnAll(ctx context.Context, marks []chat.Mark) {
	ctx, cancel := context.WithTimeout(ctx, learnTimeout)
	defer cancel()
	for _, m := range marks {
		s.learn(ctx, m)
	}
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
