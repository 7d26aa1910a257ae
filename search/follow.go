package search

import (
	"context"
	"errors"
	"time"

	"taut/chat"
	"taut/store"
)

const (
	// gatherTime is how long the follower lets events gather before it writes, and
	// paceTime how long at least from one batch to the next while there is always
	// more: a message of a large batch costs less than half of one by itself, and
	// what posting and searching need of the processor is theirs first.
	gatherTime = 40 * time.Millisecond
	paceTime   = 400 * time.Millisecond
	// pollTime is how often the heads are looked at for what nobody told.
	pollTime = 250 * time.Millisecond
	lookTime = time.Second // while the hook tells of others
	warnTime = time.Minute
	// retryTime is the pause after an error, twice as long after each further one,
	// up to maxRetry.
	retryTime = time.Second
	maxRetry  = 30 * time.Second

	maxBatch      = 2_000   // messages written in one transaction, about
	maxBatchBytes = 8 << 20 // of text
	maxCursors    = 50_000  // known without asking; at the bound all go
	// scrubTime gathers what was taken out before the write-ahead log, which has
	// it yet, is emptied.
	scrubTime = 2 * time.Second
)

// follower is the goroutine that keeps the index.
type follower struct {
	server *Server
	mark   store.Mark
	kept   store.Mark // as it is in the index: all before it is indexed
	// sweeping is where the list of all heads goes on; swept: it was gone through.
	sweeping chat.Stream
	swept    bool
	trails   bool // the log has told of a part of what grew
	queue    queue
	told     map[chat.Stream][]chat.Event // by the hook, at the last look
	cursors  map[chat.Stream]cursor       // as they are in the index
	looked   time.Time                    // when the heads were looked at
	warned   time.Time                    // when it was looked at whether the log is relayed
	numbers  numbers
	failures int       // one after the other
	dirty    time.Time // since when something that was taken out is in the write-ahead log
}

// newFollower goes on from where the index stands.
func newFollower(s *Server) *follower {
	f := &follower{server: s, queue: newQueue(), cursors: map[chat.Stream]cursor{}}
	f.mark = store.MarkAt(s.index().position)
	f.kept, f.swept = f.mark, f.mark != store.Mark{}
	return f
}

// follow keeps the index until the server closes.
func (s *Server) follow(ctx context.Context) {
	f := newFollower(s)
	poll := time.NewTicker(pollTime)
	defer poll.Stop()
	for ctx.Err() == nil {
		began := time.Now()
		err := f.turn(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			f.fail(ctx, err)
		case f.queue.empty() && f.swept && !f.trails:
			f.rest(ctx, poll.C, began)
		}
	}
}

// rest waits until there may be something to do; the last turn began at a time.
func (f *follower) rest(ctx context.Context, poll <-chan time.Time, began time.Time) {
	f.server.caughtUp()
	if err := f.keep(ctx); err != nil {
		f.fail(ctx, err)
		return
	}
	f.scrub(ctx)
	select {
	case <-ctx.Done():
	case <-f.server.wake:
		pause(ctx, max(gatherTime, paceTime-time.Since(began)))
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
	*f = *newFollower(s)
	f.failures = failures
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
		err := f.server.renew(ctx)
		*f = *newFollower(f.server)
		return err
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
	if len(f.cursors)+len(pieces) > maxCursors {
		clear(f.cursors)
	}
	for _, p := range pieces {
		f.cursors[p.stream] = cursor{num: p.num, seq: p.changes.Next, began: p.after.began, kind: p.changes.Type}
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

// gather reads pieces of streams for one batch.
func (f *follower) gather(ctx context.Context) (pieces []piece, err error) {
	for messages, bytes := 0, 0; messages < maxBatch && bytes < maxBatchBytes && ctx.Err() == nil; {
		stream, head, ok := f.queue.next()
		if !ok {
			break
		}
		at, err := f.cursor(ctx, stream)
		if err != nil {
			return nil, err
		}
		if at.seq >= head {
			continue
		}
		p, err := f.piece(ctx, stream, at)
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
type cursor struct {
	num        int64 // the stream's; 0: the index doesn't have it yet
	seq, began int64
	kind       chat.ChannelType
}

// cursor is the stream's as it is in the index.
func (f *follower) cursor(ctx context.Context, stream chat.Stream) (cursor, error) {
	if at, ok := f.cursors[stream]; ok {
		return at, nil
	}
	return f.server.index().cursor(ctx, stream)
}

// piece is a stream's next piece: what the hook told, where that is enough.
func (f *follower) piece(ctx context.Context, stream chat.Stream, at cursor) (piece, error) {
	if told := f.told[stream]; len(told) > 0 && at.num != 0 {
		c, ok, err := f.server.store.ToldChanges(ctx, at.seq, told)
		if err != nil || ok {
			c.Type = at.kind
			return piece{stream: stream, after: at, changes: c}, err
		}
	}
	return f.read(ctx, stream, at)
}

// read reads a stream's next piece; from the begin, where the log has trimmed
// what is after the cursor and was not there then: an edit may be among it.
func (f *follower) read(ctx context.Context, stream chat.Stream, at cursor) (piece, error) {
	c, err := f.server.store.Changes(ctx, stream, at.seq)
	if err == nil && at.seq > 0 && c.Trimmed > max(at.seq, at.began) {
		f.server.log.Warn("the log trimmed what the search index had not read; a channel is read anew", "after", at.seq, "trimmed", c.Trimmed)
		at.seq, at.began = 0, 0
		c, err = f.server.store.Changes(ctx, stream, 0)
	}
	if at.seq == 0 {
		at.began = c.Head
	}
	if err == nil && len(c.Files) > 0 {
		c, err = f.readFiles(ctx, stream, c)
	}
	return piece{stream: stream, after: at, changes: c}, err
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
