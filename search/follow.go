package search

import (
	"context"
	"errors"
	"time"

	"taut/chat"
	"taut/store"
)

const (
	// gatherTime is how long the follower lets events gather before it writes:
	// it bounds how many transactions a second there are, and so how many pieces
	// the index of words consists of.
	gatherTime = 40 * time.Millisecond
	// pollTime is how often the heads are looked at for what nobody told.
	pollTime = 250 * time.Millisecond
	// retryTime is the pause after an error, twice as long after each further one,
	// up to maxRetry.
	retryTime = time.Second
	maxRetry  = 30 * time.Second

	maxBatch      = 2_000   // messages written in one transaction, about
	maxBatchBytes = 8 << 20 // of text
	maxTold       = 10_000  // streams that the hook keeps; beyond them, the poll finds what there is
	// scrubTime gathers what was taken out before the write-ahead log, which has
	// it yet, is emptied.
	scrubTime = 2 * time.Second
)

// follower is the goroutine that keeps the index.
type follower struct {
	server *Server
	mark   store.Mark
	// sweeping is where the list of all heads goes on; done: it was gone through.
	sweeping chat.Stream
	swept    bool
	queue    queue
	numbers  numbers
	failures int       // one after the other
	dirty    time.Time // since when something that was taken out is in the write-ahead log
}

// Committed tells of events that the log took. It doesn't block.
func (s *Server) Committed(events []chat.Event) {
	told := false
	s.mu.Lock()
	for _, e := range events {
		if e.Stream.ID.Kind() == chat.ChannelStream && (len(s.told) < maxTold || s.told[e.Stream] > 0) {
			s.told[e.Stream] = max(s.told[e.Stream], e.Seq)
			told = true
		}
	}
	s.mu.Unlock()
	if told {
		select {
		case s.wake <- struct{}{}:
		default: // it will look anyway
		}
	}
}

// follow keeps the index until the server closes.
func (s *Server) follow(ctx context.Context) {
	f := &follower{server: s, queue: newQueue()}
	poll := time.NewTicker(pollTime)
	defer poll.Stop()
	for ctx.Err() == nil {
		err := f.turn(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			f.fail(ctx, err)
		case f.queue.empty() && f.swept:
			f.rest(ctx, poll.C)
		}
	}
}

// rest waits until there may be something to do.
func (f *follower) rest(ctx context.Context, poll <-chan time.Time) {
	f.server.caughtUp()
	f.scrub(ctx)
	select {
	case <-ctx.Done():
	case <-f.server.wake:
		pause(ctx, gatherTime)
	case <-poll:
	case <-f.server.broken:
		f.fail(ctx, errBroken)
	}
}

// errBroken: a search found the file damaged.
var errBroken = errors.New("a search found the index damaged")

// fail gets over an error: the file's by a new file, others by time. What was
// under way is found again from the cursors.
func (f *follower) fail(ctx context.Context, err error) {
	s := f.server
	s.log.Error("search index", "err", err)
	s.metrics.failures.Inc()
	failures := f.failures + 1
	pause(ctx, min(maxRetry, retryTime<<min(failures-1, 5)))
	if s.lost || isDamage(err) || errors.Is(err, errBroken) {
		if err := s.renew(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("search index cannot be made anew", "err", err)
		}
	}
	*f = follower{server: s, queue: newQueue(), failures: failures}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// turn finds what grew and writes one batch of it.
func (f *follower) turn(ctx context.Context) error {
	if f.server.store.Incarnation() != f.server.incarnation() {
		*f = follower{server: f.server, queue: newQueue()}
		return f.server.renew(ctx)
	}
	if err := f.find(ctx); err != nil {
		return err
	}
	pieces, err := f.gather(ctx)
	if err != nil || len(pieces) == 0 {
		return err
	}
	done, err := f.server.index().apply(ctx, &f.numbers, pieces)
	if err != nil {
		return err
	}
	f.wrote(pieces, done)
	return nil
}

// wrote notes a batch that was committed.
func (f *follower) wrote(pieces []piece, b *batch) {
	s := f.server
	f.failures = 0
	s.metrics.indexed.Add(float64(b.docs))
	if b.removed && f.dirty.IsZero() {
		f.dirty = time.Now()
	}
	for _, p := range pieces {
		if p.changes.Next < p.changes.Head {
			f.queue.add(p.stream, p.changes.Head)
		}
	}
	s.metrics.behind(f.queue.len(), oldest(pieces))
	if !f.dirty.IsZero() && time.Since(f.dirty) > scrubTime {
		f.scrub(s.life)
	}
}

// oldest is when the log took the oldest of what was written, zero where nothing
// is told.
func oldest(pieces []piece) (ms int64) {
	for _, p := range pieces {
		if p.changes.CommittedMS > 0 && (ms == 0 || p.changes.CommittedMS < ms) {
			ms = p.changes.CommittedMS
		}
	}
	return ms
}

// find queues the streams that grew: those that the hook told, those whose heads
// moved, and at a start all.
func (f *follower) find(ctx context.Context) error {
	s := f.server
	s.mu.Lock()
	told := s.told
	s.told = map[chat.Stream]int64{}
	s.mu.Unlock()
	for stream, seq := range told {
		f.queue.add(stream, seq)
	}
	first := f.mark == store.Mark{}
	heads, mark, err := s.store.TouchedHeads(ctx, f.mark)
	if err != nil {
		return err
	}
	f.mark = mark
	f.addHeads(heads)
	if first || f.swept || f.queue.len() > maxTold {
		return nil
	}
	return f.sweep(ctx)
}

func (f *follower) addHeads(heads []chat.Head) {
	for _, h := range heads {
		if h.Stream.ID.Kind() == chat.ChannelStream {
			f.queue.add(h.Stream, h.Seq)
		}
	}
}

// sweep looks at a page of all heads.
func (f *follower) sweep(ctx context.Context) error {
	heads, last, err := f.server.store.ChannelHeads(ctx, f.sweeping)
	if err != nil {
		return err
	}
	f.addHeads(heads)
	f.sweeping, f.swept = last, last == chat.Stream{}
	return nil
}

// gather reads pieces of streams for one batch.
func (f *follower) gather(ctx context.Context) (pieces []piece, err error) {
	for messages, bytes := 0, 0; messages < maxBatch && bytes < maxBatchBytes && ctx.Err() == nil; {
		stream, head, ok := f.queue.next()
		if !ok {
			break
		}
		at, err := f.server.index().cursor(ctx, stream)
		if err != nil {
			return nil, err
		}
		if at.seq >= head {
			continue
		}
		p, err := f.read(ctx, stream, at)
		if chat.CodeOf(err) == chat.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		pieces = append(pieces, p)
		messages += len(p.changes.Changed) + 1
		for _, c := range p.changes.Changed {
			bytes += size(c.Message)
		}
	}
	return pieces, nil
}

func size(m *chat.Message) int {
	if m == nil {
		return 0
	}
	return len(m.Text) + len(m.Blocks) + len(m.Attachments) + len(m.Files)
}

// cursor is how far a stream was read. What had happened up to the seq began was
// in the log when its reading began: those who were read since show it.
type cursor struct{ seq, began int64 }

// read reads a stream's next piece; from the begin, where the log has trimmed
// what is after the cursor and was not there then: an edit may be among it.
func (f *follower) read(ctx context.Context, stream chat.Stream, at cursor) (piece, error) {
	c, err := f.server.store.Changes(ctx, stream, at.seq)
	if err == nil && at.seq > 0 && c.Trimmed > max(at.seq, at.began) {
		f.server.log.Warn("the log trimmed what the search index had not read; a channel is read anew", "after", at.seq, "trimmed", c.Trimmed)
		at = cursor{}
		c, err = f.server.store.Changes(ctx, stream, 0)
	}
	if at.seq == 0 {
		at.began = c.Head
	}
	if err == nil && len(c.Files) > 0 {
		c, err = f.readFiles(ctx, stream, c)
	}
	return piece{stream, at, c}, err
}

// readFiles reads the messages that showed files which were deleted.
func (f *follower) readFiles(ctx context.Context, stream chat.Stream, c store.Changes) (store.Changes, error) {
	var shown []chat.TS
	for _, file := range c.Files {
		found, err := f.server.index().showing(ctx, stream, file)
		if err != nil {
			return c, err
		}
		shown = append(shown, found...)
	}
	return f.server.store.AddChanges(ctx, stream, c, shown)
}

// scrub empties the write-ahead log, which may hold what was taken out.
func (f *follower) scrub(ctx context.Context) {
	if f.dirty.IsZero() || time.Since(f.dirty) < scrubTime {
		return
	}
	done, err := f.server.index().scrub(ctx)
	if err != nil && ctx.Err() == nil {
		f.server.log.Error("the search index's write-ahead log was not emptied", "err", err)
	}
	if done {
		f.dirty = time.Time{}
	}
}
