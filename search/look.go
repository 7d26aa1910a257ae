package search

import (
	"context"
	"time"

	"taut/chat"
	"taut/store"
)

// find queues the streams that grew: those that the hook told, and those that the log
// tells of.
func (f *follower) find(ctx context.Context) error {
	t := f.server.take()
	f.told = t.events
	for stream, seq := range t.heads {
		f.queue.add(stream, seq)
	}
	// What the hook told of need not be looked for as often.
	if f.swept && !f.trails && len(t.heads) > 0 && time.Since(f.looked) < lookTime {
		return nil
	}
	return f.look(ctx)
}

// look queues the streams that grew since the last look, and all where the log can't
// tell.
func (f *follower) look(ctx context.Context) error {
	f.looked = time.Now()
	grown, err := f.server.store.Grown(ctx, f.mark)
	if err != nil {
		return err
	}
	f.mark, f.trails = grown.Next, grown.More
	f.addHeads(grown.Heads)
	f.warn(ctx)
	if grown.All {
		f.sweeping, f.swept = chat.Stream{}, false
	}
	if grown.All || f.swept || f.queue.len() > maxTold {
		return nil
	}
	return f.sweep(ctx)
}

// warn says so where nobody notes what grew.
func (f *follower) warn(ctx context.Context) {
	s := f.server
	if !s.store.NeedsRelay() || time.Since(f.warned) < warnTime {
		return
	}
	f.warned = time.Now()
	if ms, err := s.store.RelayBehind(ctx); err == nil && ms > warnTime.Milliseconds() {
		s.log.Warn("nobody relays the log, so that what other nodes take is not found: some node needs the role relay")
	}
}

// keepAfter is how far the log goes on before the position is kept again: a start goes
// through so much at most that is indexed already.
const keepAfter = 1_000

// keep notes in the index how far in the log it is complete.
func (f *follower) keep(ctx context.Context) error {
	if f.mark.Position()-f.kept.Position() < keepAfter && f.kept != (store.Mark{}) {
		return nil
	}
	if err := f.server.index().keep(ctx, f.mark.Position()); err != nil {
		return err
	}
	f.kept = f.mark
	return nil
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
