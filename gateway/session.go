package gateway

import (
	"net"
	"sync/atomic"
	"syscall"
	"time"

	"taut/chat"
	"taut/wire"
)

// session is one socket.
type session struct {
	// Set before the session is shared.
	id          string // names the connection, to the API nodes as the origin of its posts
	server      *Server
	shard       *shard
	conn        net.Conn
	raw         syscall.RawConn // of conn, where it can be written to without waiting; else nil
	caller      chat.Caller
	batch       bool // presence_change with "users"
	incarnation string

	// The reader's.
	frames pace // of all frames but messages
	typed  pace

	flow flow // of what the reader and the shard owe each other

	// Written by the reader, read by the shard.
	heard  atomic.Int64 // when the client last sent a byte, milliseconds
	active atomic.Int64 // when the person last did something

	// All else belongs to the shard.
	hello   []byte
	away    bool                    // manually
	steps   chan step               // to the opener; closed at the session's end
	unknown int                     // subscriptions whose position is not known yet; hello waits for them
	parted  map[chat.StreamID]int64 // while opening: where the user left
	ready   bool                    // hello went out
	aware   bool                    // has sent a resume, so it knows what is not Slack's
	pinged  bool
	closing bool
	closeBy time.Time
	sealed  bool // the close frame is in the queue: nothing comes after it
	failed  reason

	subs    map[chat.StreamID]*sub
	applied int64 // the seq of the user's own stream up to which memberships are known

	queue   []queued
	queued  int // bytes in queue and with the writer
	dirty   bool
	writing bool // a writer has a part of the queue

	lag     []*sub // lagging, in the order of their turn
	reading bool   // a page is being read
	pending bool   // in shard.waiting
	delayed bool   // a read failed; the next tick tries again
	open    []*resume
	budget  int // events that the open resumes may still bring

	watching map[chat.UserID]int // the index in the watch of the user
}

// step is how far an opening has come.
type step byte

const (
	placed step = iota // the position in every stream is known
	opened             // hello went out
)

// opening brings a new session to its shard, with the channels in which the user may
// be. They are subscribed before a snapshot says in which the user is.
type opening struct {
	session *session
	likely  []chat.ChannelID
}

func (o *opening) do(sh *shard) {
	s := o.session
	sh.sessions[s] = struct{}{}
	own := sh.subscribe(s, chat.StreamID(s.caller.User))
	own.lagging = true
	sh.subscribe(s, chat.StreamID(s.caller.Workspace))
	for _, c := range o.likely {
		if id := chat.StreamID(c); id.Kind() == chat.ChannelStream && s.subs[id] == nil {
			sh.subscribe(s, id)
		}
	}
	sh.awaitPlaces(s)
}

// awaitPlaces counts the streams whose position the opener is to wait for.
func (sh *shard) awaitPlaces(s *session) {
	for _, b := range s.subs {
		if b.entry.pos < 0 {
			s.unknown++
		}
	}
	if s.unknown == 0 {
		s.steps <- placed
	}
}

// enter subscribes a session that has not had its hello to one of its channels.
func (sh *shard) enter(s *session, m chat.Membership) *sub {
	id := chat.StreamID(m.Channel)
	b := s.subs[id]
	if b == nil {
		b = sh.subscribe(s, id)
	}
	b.joined, b.cursor = m.JoinedSeq, m.JoinedSeq-1
	return b
}

// positioned counts a position that has become known.
func (sh *shard) positioned(s *session) {
	if s.unknown--; s.unknown == 0 && !s.closing {
		s.steps <- placed
	}
}

// confirmed brings a snapshot, taken when the position in every stream was known:
// a leave that is not in it comes after that position, so that its event ends the
// subscription. Without it, one that lies between what the opening went by and the
// position would go unseen.
//
// A channel that the session does not follow by then may have been joined long ago.
// It is subscribed, and another snapshot is to confirm it too. What that one, the
// last, has beyond was joined since the one before, and is read from there.
type confirmed struct {
	session  *session
	snapshot chat.MembershipSnapshot
	last     bool
}

func (c *confirmed) do(sh *shard) {
	s := c.session
	if s.closing {
		return
	}
	current := make(map[chat.StreamID]chat.Membership, len(c.snapshot.Channels))
	unlikely := false
	for _, m := range c.snapshot.Channels {
		id := chat.StreamID(m.Channel)
		if m.LeftSeq == 0 && s.parted[id] <= m.JoinedSeq {
			current[id] = m
			unlikely = unlikely || s.subs[id] == nil
		}
	}
	for id, b := range s.subs {
		if _, in := current[id]; id.Kind() == chat.ChannelStream && !in {
			sh.unsubscribe(b)
		}
	}
	for id, m := range current {
		known := s.subs[id] != nil
		if b := sh.enter(s, m); !known {
			b.lagging = c.last
		}
	}
	if unlikely && !c.last {
		sh.awaitPlaces(s)
		return
	}
	s.applied, s.away = c.snapshot.Seq, c.snapshot.Away
	s.subs[chat.StreamID(s.caller.User)].cursor = c.snapshot.Seq
	sh.greet(s)
}

// greet sends hello: from here on the session gets events.
func (sh *shard) greet(s *session) {
	sh.send(s, s.hello)
	s.ready, s.hello, s.parted = true, nil, nil
	s.steps <- opened
	sh.opened = append(sh.opened, s.device())
	for _, b := range s.subs {
		if b.lagging {
			sh.rejoinOrLag(b)
		}
	}
}

// rejoinOrLag lets a subscription go on from its cursor: live if that is where
// the shard stands, else by reading.
func (sh *shard) rejoinOrLag(b *sub) {
	if b.entry.pos >= 0 && b.cursor >= b.entry.pos {
		b.lagging = false
		return
	}
	sh.lag(b, b.cursor)
}

// abandon ends a session that has not got as far as hello.
type abandon struct {
	session *session
	why     reason
}

func (a *abandon) do(sh *shard) { sh.drop(a.session, a.why) }

// hungUp says that a reader has ended and its connection is closed.
type hungUp struct{ session *session }

func (h *hungUp) do(sh *shard) {
	s := h.session
	if !s.closing {
		sh.forget(s, gone)
	}
	delete(sh.sessions, s)
	s.server.sockets.release(s.caller)
	s.server.metrics.active.Dec()
}

// drop ends a session: it gets no more events, and a close frame that tells it
// what to do. Its reader ends when the client has closed, or after a while.
func (sh *shard) drop(s *session, why reason) {
	if s.closing {
		return
	}
	sh.forget(s, why)
	sh.send(s, wire.CloseFrame(why.code(), why.String()))
	s.sealed = true
	s.closeBy = time.Now().Add(closeTimeout)
	s.conn.SetReadDeadline(s.closeBy)
}

// fail is drop for the middle of a delivery: it happens at the next flush.
func (sh *shard) fail(s *session, why reason) {
	if s.failed == 0 && !s.closing {
		s.failed = why
		sh.soil(s)
	}
}

// forget takes the session out of all tables.
func (sh *shard) forget(s *session, why reason) {
	s.closing = true
	s.flow.end()
	for _, r := range s.open {
		r.left = -1 // answered never
	}
	for _, b := range s.subs {
		b.resume = nil
		sh.unsubscribe(b)
	}
	sh.unwatch(s)
	if s.ready {
		sh.released = append(sh.released, s.device())
	} else {
		close(s.steps)
	}
	s.lag, s.open = nil, nil
	sh.server.metrics.disconnects[why].Inc()
	sh.server.log.Debug("socket closed", "workspace", s.caller.Workspace, "user", s.caller.User,
		"connection", s.id, "reason", why.String())
}

// device is the socket's lease on its user's presence. A bot does nothing that a
// person would: it is active while it is there.
func (s *session) device() chat.Device {
	if s.caller.Bot != "" {
		s.touch()
	}
	return chat.Device{
		Workspace: s.caller.Workspace, User: s.caller.User,
		Connection: s.id, ActiveMS: s.active.Load(), Away: s.away,
	}
}
