package gateway

import (
	"maps"
	"slices"

	"taut/chat"
	"taut/wire"
)

const (
	// maxOpenResumes bounds the streams that one socket may be resuming.
	maxOpenResumes = 50_000
	// maxOpenFrames bounds the frames that they came in.
	maxOpenFrames = 64
	// currentPerFrame is how many streams share a current frame: under 64 KB.
	currentPerFrame = 2000
)

// resume is a resume frame with streams that are not answered yet.
type resume struct {
	id     int64
	cursor map[chat.StreamID]int64
	left   int
	// Until the frame has been gone through, its answers are collected: current
	// goes out before the others, as the client takes it for the beginning.
	begun   bool
	current []chat.StreamID
	answers [][]byte
}

// resuming brings a client's resume frame to the shard.
type resuming struct {
	session     *session
	frame       wire.ClientFrame
	incarnation string
}

func (c *resuming) do(sh *shard) {
	s := c.session
	if s.closing || !s.ready {
		return
	}
	r := &resume{id: *c.frame.ID, cursor: c.frame.Cursor, left: 1}
	if !sh.admit(s, r) {
		return
	}
	if !s.aware {
		s.aware = true
		sh.server.metrics.reconnections.Inc()
	}
	// In order, and first the user's own stream: it says what was joined.
	own := chat.StreamID(s.caller.User)
	if after, ok := r.cursor[own]; ok {
		sh.resumeStream(s, r, own, after, c.incarnation != c.frame.Incarnation)
	}
	for _, id := range slices.Sorted(maps.Keys(r.cursor)) {
		if id != own {
			sh.resumeStream(s, r, id, r.cursor[id], c.incarnation != c.frame.Incarnation)
		}
	}
	sh.answerFrame(s, r)
	sh.answered(s, r) // the frame itself
}

// answerFrame begins a frame's answers.
func (sh *shard) answerFrame(s *session, r *resume) {
	first := r.current[:min(len(r.current), currentPerFrame)]
	sh.send(s, wire.TextFrame(wire.AppendCurrent(nil, &r.id, first)))
	for streams := range slices.Chunk(r.current[len(first):], currentPerFrame) {
		sh.send(s, wire.TextFrame(wire.AppendCurrent(nil, &r.id, streams)))
	}
	for _, frame := range r.answers {
		sh.send(s, frame)
	}
	r.begun, r.current, r.answers = true, nil, nil
}

// say sends one stream's answer, or keeps it until the frame's answers begin.
func (sh *shard) say(s *session, r *resume, payload []byte) {
	frame := wire.TextFrame(payload)
	if r.begun {
		sh.send(s, frame)
	} else {
		r.answers = append(r.answers, frame)
	}
}

// admit counts the frame in, if the socket has not too many streams under way.
func (sh *shard) admit(s *session, r *resume) bool {
	open := len(r.cursor)
	for _, o := range s.open {
		open += o.left
	}
	if open > maxOpenResumes || len(s.open) == maxOpenFrames {
		sh.send(s, wire.TextFrame(wire.AppendRefusal(nil, &r.id, wire.Error{Code: wire.ErrTooFast, Msg: wire.MsgTooFast})))
		return false
	}
	if len(s.open) == 0 {
		s.budget = wire.MaxResume
	}
	s.open = append(s.open, r)
	return true
}

// resumeStream starts one stream's resume, or answers it at once.
func (sh *shard) resumeStream(s *session, r *resume, id chat.StreamID, after int64, lost bool) {
	b := s.subs[id]
	r.left++
	switch {
	case b == nil && !foreign(s, id) && !lost:
		b = &sub{session: s, stream: id, lagging: true, byUser: true}
		s.subs[id] = b
	case b == nil || id.Kind() == chat.WorkspaceStream:
		sh.say(s, r, wire.AppendGone(nil, &r.id, id))
		sh.answered(s, r)
		return
	}
	if b.resume != nil {
		sh.answered(s, b.resume) // replaced: this one's base stays
	} else {
		b.base = b.position()
	}
	b.resume, b.resumeN = r, 0
	sh.begin(b, after, lost)
}

// foreign tells whether a stream cannot be the caller's, whatever the log says.
func foreign(s *session, id chat.StreamID) bool {
	return id.Kind() != chat.ChannelStream || !chat.ValidID(string(id), "")
}

func (sh *shard) begin(b *sub, after int64, lost bool) {
	s := b.session
	missing := b.base - after
	switch {
	case lost:
		sh.discontinue(b, wire.ReasonIncarnation)
		return
	case b.entry != nil && missing == 0:
		sh.isCurrent(b)
		return
	}
	if after+1 < b.joined {
		b.byUser = true
	}
	// Where all between is for the user, its number is known.
	if b.counted = b.entry != nil && !b.byUser && missing > 0; b.counted {
		if missing > wire.MaxResumeStream || missing > int64(s.budget) {
			sh.discontinue(b, wire.ReasonLimit)
			return
		}
		s.budget -= int(missing)
	}
	sh.lag(b, after)
}

// isCurrent answers a stream whose cursor is where the socket stands.
func (sh *shard) isCurrent(b *sub) {
	if r := b.resume; r.begun {
		sh.say(b.session, r, wire.AppendCurrent(nil, &r.id, []chat.StreamID{b.stream}))
	} else {
		r.current = append(r.current, b.stream)
	}
	sh.goOn(b)
}

// within counts an event of a resume against the limits.
func (sh *shard) within(b *sub) bool {
	if b.counted {
		return true
	}
	if b.resumeN == wire.MaxResumeStream || b.session.budget == 0 {
		return false
	}
	b.resumeN++
	b.session.budget--
	return true
}

// discontinue answers that the events between are not to be had, and lets the
// stream go on from where it was before the resume.
func (sh *shard) discontinue(b *sub, why wire.Reason) {
	if b.entry == nil {
		sh.unsubscribe(b)
		return
	}
	sh.say(b.session, b.resume, wire.AppendDiscontinuity(nil, &b.resume.id, b.stream, b.base, why))
	sh.goOn(b)
}

// goOn ends a stream's resume and lets it go on from its base.
func (sh *shard) goOn(b *sub) {
	r := b.resume
	b.resume = nil
	b.cursor = b.base
	if b.entry.pos >= 0 && b.base >= b.entry.pos {
		b.lagging, b.byUser = false, false
	} else {
		sh.lag(b, b.base)
	}
	sh.answered(b.session, r)
}

// answer is the one answer that a stream's resume gets.
func (sh *shard) answer(b *sub, payload []byte) {
	r := b.resume
	sh.say(b.session, r, payload)
	b.resume = nil
	sh.answered(b.session, r)
}

// answered counts a stream off; with the last one the frame is acknowledged.
func (sh *shard) answered(s *session, r *resume) {
	if r.left--; r.left != 0 {
		return
	}
	sh.send(s, wire.TextFrame(wire.AppendOK(nil, &r.id)))
	s.open = slices.DeleteFunc(s.open, func(o *resume) bool { return o == r })
}

// resumeJoined resumes a channel that the user joined while away, as the
// client's replay of the user's own stream passes the join.
func (sh *shard) resumeJoined(s *session, r *resume, change chat.MembershipChange) {
	id := chat.StreamID(change.Channel)
	for _, o := range s.open {
		if _, named := o.cursor[id]; named {
			return
		}
	}
	if b := s.subs[id]; b != nil && b.resume == r {
		return
	}
	sh.resumeStream(s, r, id, change.JoinedSeq-1, false)
}
