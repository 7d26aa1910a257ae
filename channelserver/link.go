package channelserver

import (
	"context"
	"sync"
	"sync/atomic"

	"taut/chat"
)

// link is a gateway's connection. It implements chat.Link.
type link struct {
	server  *Server
	gateway string
	sink    chat.Sink

	// closed is set before Close visits the shards: whoever holds a shard's
	// mutex and finds it unset may subscribe.
	closed atomic.Bool
	ended  chan struct{} // closed by Close
	// beating is held while a heartbeat is sent, so that Close waits for it.
	beating sync.Mutex
}

// Attach opens the gateway's link; one that it had before is closed.
func (s *Server) Attach(_ context.Context, gateway string, sink chat.Sink) (chat.Link, error) {
	if !s.tenure.held() {
		return nil, chat.NewError(chat.Unavailable, "lease")
	}
	l := &link{server: s, gateway: gateway, sink: sink, ended: make(chan struct{})}
	s.mu.Lock()
	old := s.links[gateway]
	s.links[gateway] = l
	s.metrics.links.Set(float64(len(s.links)))
	s.mu.Unlock()
	if old != nil {
		old.Close()
	}
	return l, nil
}

// Subscribe finds out where the streams stand, by the log where they are not in
// memory, and then notes the subscriptions. From before the log is
// asked the streams are held, so that what is published meanwhile is not missed.
func (l *link) Subscribe(ctx context.Context, subs []chat.Subscription) ([]chat.Position, error) {
	if l.closed.Load() {
		return nil, chat.NewError(chat.Unavailable, "link")
	}
	for _, sub := range subs {
		if !l.server.tenure.owns(sub.Stream) {
			return nil, chat.NewError(chat.Moved, "stream")
		}
	}
	held, ask := l.hold(subs)
	heads, err := l.server.headsOf(ctx, ask)
	if err != nil {
		l.server.release(held)
		return nil, err
	}
	positions := make([]chat.Position, len(subs))
	for i, sub := range subs {
		at, lagging := l.subscribe(held[i], sub, heads)
		positions[i] = chat.Position{Stream: sub.Stream, Seq: at}
		if lagging && !l.server.catchUp(ctx, held[i], l) {
			l.server.retry(held[i])
		}
	}
	if l.closed.Load() {
		return nil, chat.NewError(chat.Unavailable, "link")
	}
	return positions, nil
}

// hold keeps the streams in memory until they are subscribed or released, and
// lists those whose head is to be found out.
func (l *link) hold(subs []chat.Subscription) (held []*state, ask []chat.Subscription) {
	for _, sub := range subs {
		sh := l.server.shard(sub.Stream)
		sh.mu.Lock()
		st := l.server.stateOf(sh, sub.Stream)
		st.holds++
		switch {
		case !st.tail.Started():
			ask = append(ask, sub)
		case sub.After > st.tail.Head(): // the log tells which of the two is right
			ask = append(ask, chat.Subscription{Stream: sub.Stream})
		}
		sh.mu.Unlock()
		held = append(held, st)
	}
	return held, ask
}

// release undoes hold.
func (s *Server) release(held []*state) {
	for _, st := range held {
		sh := s.shard(st.id)
		sh.mu.Lock()
		st.holds--
		sh.mu.Unlock()
	}
}

// askHeads asks the log for the heads of streams; one that has no event is at 0.
func (s *Server) askHeads(ctx context.Context, streams []chat.Stream, heads map[chat.Stream]int64) error {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	for len(streams) > 0 {
		n := min(len(streams), headsLimit)
		page, err := s.source.Heads(ctx, streams[:n])
		if err != nil {
			return err
		}
		for _, h := range page {
			heads[h.Stream] = max(heads[h.Stream], h.Seq)
		}
		streams = streams[n:]
	}
	return nil
}

// subscribe notes the subscription and ends the hold. It returns where the
// stream stands and whether the link has to catch up to there.
func (l *link) subscribe(st *state, want chat.Subscription, heads map[chat.Stream]int64) (at int64, lagging bool) {
	s := l.server
	sh := s.shard(st.id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	st.holds--
	if !st.tail.Started() {
		s.remember(st, st.tail.Start(heads[st.id]))
	}
	st.tail.Saw(heads[st.id])
	if st.tail.Behind() {
		sh.lags(st, chat.Mark{})
		s.later(st)
	}
	if l.closed.Load() {
		return 0, false
	}
	sub := st.subscriber(l)
	switch {
	case sub == nil:
		at := st.tail.Seq()
		if want.After >= 0 {
			at = min(want.After, st.tail.Head())
		}
		st.subs = append(st.subs, subscriber{link: l, sent: at})
		sub = &st.subs[len(st.subs)-1]
	case want.After < 0:
		return sub.sent, false
	default: // never ahead: another part of the gateway may be further behind
		sub.sent = min(want.After, sub.sent)
	}
	if lagging = sub.sent < st.tail.Seq(); lagging {
		sh.lags(st, chat.Mark{})
	}
	return max(sub.sent, st.tail.Seq()), lagging
}

// Rewind has a stream offered again from after seq on, soon: the link carried its
// events, but there was no room for them.
func (l *link) Rewind(id chat.Stream, after int64) {
	sh := l.server.shard(id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	st := sh.streams[id]
	if st == nil {
		return
	}
	if sub := st.subscriber(l); sub != nil && after < sub.sent {
		l.server.metrics.refused.Inc()
		sub.sent = max(after, 0)
		sh.lags(st, chat.Mark{})
		l.server.later(st)
	}
}

// Ended is closed by Close.
func (l *link) Ended() <-chan struct{} { return l.ended }

// retry leaves a subscriber that is behind to a repair.
func (s *Server) retry(st *state) {
	sh := s.shard(st.id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	s.later(st)
}

func (l *link) Unsubscribe(streams []chat.Stream) {
	for _, id := range streams {
		sh := l.server.shard(id)
		sh.mu.Lock()
		if st := sh.streams[id]; st != nil {
			sh.leave(st, l)
		}
		sh.mu.Unlock()
	}
}

// leave ends a subscription; after the last one the stream's time runs.
func (sh *shard) leave(st *state, l *link) {
	had := len(st.subs)
	st.unsubscribe(l)
	if had > 0 && len(st.subs) == 0 {
		st.moved = l.server.now()
		sh.active[st] = struct{}{}
	}
}

// Read serves a page from the recent events where these reach, else from the
// log. A reader with intervals is the log's to judge.
func (l *link) Read(ctx context.Context, r chat.ReadRequest) (chat.Page, error) {
	if r.User == "" {
		if page, ok := l.server.readRecent(r); ok {
			l.server.metrics.recentReads.Inc()
			return page, nil
		}
	}
	l.server.metrics.logReads.Inc()
	return l.server.source.Read(ctx, r)
}

// readRecent answers for streams that somebody subscribes to: only those are
// sure to be followed.
func (s *Server) readRecent(r chat.ReadRequest) (page chat.Page, ok bool) {
	sh := s.shard(r.Stream)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	st := sh.streams[r.Stream]
	if st == nil || len(st.subs) == 0 || !st.tail.Started() || st.tail.Behind() {
		return page, false
	}
	if r.After == st.tail.Seq() {
		return chat.Page{Next: r.After, Head: r.After}, true
	}
	events, ok := st.recent.after(r.After, r.Limit)
	if !ok || len(events) == 0 {
		return page, false
	}
	return chat.Page{Events: events, Next: events[len(events)-1].Seq, Head: st.tail.Seq()}, true
}

// heartbeat tells the gateway how far it was sent its streams.
func (l *link) heartbeat(b *beat) {
	l.beating.Lock()
	defer l.beating.Unlock()
	if !l.closed.Load() {
		l.sink.Heartbeat(b.heads, b.whole)
	}
}

// Close visits every stream, as a link doesn't keep a list of its own; a
// gateway comes and goes rarely.
func (l *link) Close() {
	if l.closed.Swap(true) {
		return
	}
	l.beating.Lock() // waits for the last heartbeat
	//lint:ignore SA2001 nothing has to be done under it
	l.beating.Unlock()
	s := l.server
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		for _, st := range sh.streams {
			sh.leave(st, l)
		}
		sh.mu.Unlock()
	}
	s.mu.Lock()
	if s.links[l.gateway] == l {
		delete(s.links, l.gateway)
	}
	s.metrics.links.Set(float64(len(s.links)))
	s.mu.Unlock()
	close(l.ended)
}
