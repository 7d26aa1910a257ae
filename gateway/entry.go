package gateway

import (
	"time"

	"taut/chat"
	"taut/wire"
)

// entry is a stream in a shard: where the shard stands, and who follows.
type entry struct {
	stream chat.Stream
	pos    int64 // the last seq seen; -1 until the link has said where it stands
	subs   []*sub
	asked  bool // the link has been asked for what is missing
	lane   *lane

	on    *attachment // over which all comes since; nil: it is not sure that all does
	since int64       // how many marks it had brought by then
	known chat.Mark   // what was committed before is not beyond pos
}

// whole is up to when the shard knows that it has everything of the stream.
func (e *entry) whole(sh *shard) chat.Mark {
	if e.on != nil {
		// The first mark may have been made out before the subscription.
		if m := e.on.marks[sh.index]; m.count >= e.since+2 {
			e.known = m.last
		}
	}
	return e.known
}

// follows says over which attachment the stream comes from now on; nil: over none.
func (e *entry) follows(sh *shard, a *attachment) {
	e.whole(sh)
	if e.on = a; a != nil {
		e.since = a.marks[sh.index].count
	}
}

// sub is one session's subscription of a stream. While a resume reads a stream
// that the user is no member of (any more), it has no entry.
type sub struct {
	session *session
	stream  chat.StreamID
	entry   *entry
	index   int // in entry.subs

	// cursor: the socket has all up to here that it may see. A live
	// subscription stands at the entry's position, if that is further.
	cursor  int64
	lagging bool
	queued  bool // in session.lag
	joined  int64
	until   int64 // the user left at this seq, which the stream has not reached here; 0: a member
	// byUser: between cursor and head there may be what the user may not see, so
	// pages are read as the user.
	byUser bool
	ended  bool

	resume   *resume // that waits for this stream's answer
	base     int64   // where the stream goes on if the resume fails
	counted  bool    // its events are in the session's budget already
	resumeN  int     // events that the resume has brought
	attempts int     // failed reads in a row
}

// position is the seq up to which the socket has the stream.
func (b *sub) position() int64 {
	if b.lagging || b.entry == nil {
		return b.cursor
	}
	return max(b.cursor, b.entry.pos)
}

// subscribe adds the session to the stream's followers.
func (sh *shard) subscribe(s *session, id chat.StreamID) *sub {
	b := &sub{session: s, stream: id}
	s.subs[id] = b
	sh.attach(b)
	return b
}

func (sh *shard) attach(b *sub) {
	stream := chat.Stream{Workspace: b.session.caller.Workspace, ID: b.stream}
	e := sh.entries[stream]
	if e == nil {
		e = &entry{stream: stream, pos: -1}
		sh.entries[stream] = e
		e.lane = sh.server.links.join(stream, sh)
	}
	b.entry, b.index = e, len(e.subs)
	e.subs = append(e.subs, b)
}

// unsubscribe ends a subscription; a resume that waits for it hears that the
// stream is gone.
func (sh *shard) unsubscribe(b *sub) {
	if b.ended {
		return
	}
	b.ended = true
	delete(b.session.subs, b.stream)
	if b.entry != nil {
		sh.detach(b)
	}
	if b.resume != nil {
		sh.answer(b, wire.AppendGone(nil, &b.resume.id, b.stream))
	}
}

func (sh *shard) detach(b *sub) {
	e := b.entry
	last := len(e.subs) - 1
	e.subs[b.index] = e.subs[last]
	e.subs[b.index].index = b.index
	e.subs[last] = nil
	e.subs = e.subs[:last]
	if last == 0 {
		delete(sh.entries, e.stream)
		sh.server.links.leave(e.stream, sh, e.lane)
	}
	if e.pos < 0 && b.session.unknown > 0 {
		sh.positioned(b.session)
	}
}

// position is the link's answer: where its subscription stands. What behind
// asked for comes by itself; the heartbeat asks again if it doesn't.
type position struct {
	stream chat.Stream
	seq    int64
	join   bool // the answer to a join, not to behind
	lane   *lane
	on     *attachment
	from   *lane // where it was subscribed before; nil: nowhere else
}

func (p *position) do(sh *shard) {
	if p.from != nil {
		sh.formers = append(sh.formers, former{p.stream, p.from, time.Now().Add(stayFor)})
	}
	e := sh.entries[p.stream]
	if e == nil {
		return
	}
	e.asked = false
	if e.pos < 0 {
		sh.place(e, p.seq)
	}
	switch {
	case p.lane != e.lane: // it moved on meanwhile
	case p.join && e.pos < p.seq:
		// The position came from an event of an earlier subscription.
		sh.behind(e)
	default:
		// What is missing of the stream comes over the link too, before its next mark
		// but one: the channel server tells none while the link lacks something.
		e.follows(sh, p.on)
	}
}

// place gives a stream its position; the sessions that waited for it may go on.
func (sh *shard) place(e *entry, seq int64) {
	e.pos = seq
	for _, b := range e.subs {
		if b.session.unknown > 0 {
			sh.positioned(b.session)
		} else if b.session.ready && b.lagging {
			sh.lag(b, b.cursor)
		}
	}
}

// behind asks the link for what this shard lacks of the stream.
func (sh *shard) behind(e *entry) {
	if !e.asked {
		e.asked = true
		e.on, e.known = nil, chat.Mark{}
		sh.server.metrics.gaps.Inc()
		sh.server.links.behind(chat.Subscription{Stream: e.stream, After: e.pos}, sh)
	}
}

// heads is what a heartbeat knows of the shard's streams.
type heads []chat.Head

func (hs heads) do(sh *shard) {
	for _, h := range hs {
		if e := sh.entries[h.Stream]; e != nil && e.pos >= 0 && e.pos < h.Seq {
			e.asked = false // an answer may have been lost
			sh.behind(e)
		}
	}
}
