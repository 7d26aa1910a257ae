package store

import (
	"database/sql"
	"fmt"

	"taut/chat"
)

// change is one append: what it reads under its stream's head lock, and what it
// then does.
type change struct {
	stream chat.Stream
	// sender and key make the change idempotent: the key is looked up before
	// apply (see turn.duplicate) and written after it, with its first event.
	sender chat.UserID
	key    string
	// reads are fetched together with the lock. It is a hint that saves round
	// trips: what isn't listed is fetched when the turn asks.
	reads []read
	// create makes the head where there is none; nil: NotFound "channel". Apply
	// tells a new head by its seq 0.
	create *head
	origin string
	// apply runs with the head locked, perhaps again on a retry: it touches
	// nothing but t and its own results.
	apply func(t *turn) error
}

// read is one thing that a change looks at: a member, or a message, or with
// reactor or replier what that user has to do with the message.
type read struct {
	member  chat.UserID
	message chat.TS
	reactor chat.UserID
	replier chat.UserID
}

// newEvent is what a turn emits. Payload is made when seq and ts are known.
type newEvent struct {
	Type    string
	User    chat.UserID
	Kind    eventKind
	Thread  chat.TS // the root, of a reply
	TS      chat.TS // of a message that is imported, where it is free; 0: now
	Payload func(seq int64, ts chat.TS) ([]byte, error)
}

// turn is one change's view of the transaction. Changes of one batch see what
// the earlier ones of the batch did; a turn whose apply errs leaves no trace.
type turn struct {
	// head is the stream's, a copy of the turn's own; it is written back once a
	// batch.
	head *head
	// nowMS is the clock that this transaction goes by.
	nowMS int64

	batch  *batch
	change *change
	key    usedKey // where the change's key was found
	own    view    // what this turn changed
	events []chat.Event
	sent   bool  // writes of this turn were sent
	failed error // of sending the batch's queue, which may hold others' writes
	// rows and statements are where the turn's own begin in the batch's queue.
	rows, statements int
}

// duplicate tells whether the change's key was used before, and the seq of the
// first event of that time.
func (t *turn) duplicate() (seq int64, ok bool) { return t.key.seq, t.key.found }

// member is the user's current membership; ok false: not a member.
func (t *turn) member(u chat.UserID) (m member, ok bool, err error) {
	k := userKey{t.head.stream, u}
	s, found := t.own.members[k]
	if !found {
		if s, err = t.batch.member(k); err != nil {
			return m, false, err
		}
	}
	return s.member, s.ok, nil
}

// requireMember is NotMember unless the user is one.
func (t *turn) requireMember(u chat.UserID) error {
	_, ok, err := t.member(u)
	if err == nil && !ok {
		err = chat.NewError(chat.NotMember, "channel")
	}
	return err
}

// requireWriter is NotMember unless the user is one, or openly writes to what is a public
// channel at this moment.
func (t *turn) requireWriter(u chat.UserID, openly bool) error {
	if openly && t.head.channelType == chat.PublicChannel {
		return nil
	}
	return t.requireMember(u)
}

// requireOpen is Archived where the channel takes no more events.
func (t *turn) requireOpen() error {
	if t.head.archived {
		return chat.NewError(chat.Archived, "channel")
	}
	return nil
}

const (
	insertMember = "INSERT INTO stream_members (workspace_id, stream_id, user_id, joined_seq, left_seq, invited_by) VALUES (?, ?, ?, ?, 0, ?)"
	leaveMember  = "UPDATE stream_members SET left_seq = ? WHERE workspace_id = ? AND stream_id = ? AND user_id = ? AND joined_seq = ?"
)

// setMember begins a membership (LeftSeq 0) or ends the current one (LeftSeq
// set), and counts it in head.members.
func (t *turn) setMember(u chat.UserID, m member) {
	st := t.head.stream
	if m.LeftSeq == 0 {
		t.head.members++
		t.exec(insertMember, string(st.Workspace), string(st.ID), string(u), m.JoinedSeq, string(m.InvitedBy))
	} else {
		t.head.members--
		t.exec(leaveMember, m.LeftSeq, string(st.Workspace), string(st.ID), string(u), m.JoinedSeq)
	}
	put(&t.own.members, userKey{st, u}, memberState{m, m.LeftSeq == 0})
}

// emit gives the event its seq and ts and queues its row.
func (t *turn) emit(e newEvent) (chat.Event, error) {
	if err := t.linkHead(); err != nil {
		return chat.Event{}, err
	}
	h := t.head
	ts, seq, n := h.lastTS.Next(t.nowMS), h.seq+1, h.n
	if e.TS != 0 {
		ts = max(e.TS, h.lastTS+1)
	}
	if e.Kind.counts() {
		n++
	}
	payload, err := e.Payload(seq, ts)
	if err != nil {
		return chat.Event{}, fmt.Errorf("payload of %s: %w", e.Type, err)
	}
	row := eventRow{kind: e.Kind, thread: e.Thread, shown: h.shown}
	h.seq, h.lastTS, h.n = seq, ts, n
	if e.Kind.shown() {
		h.shown = seq
	}
	event := chat.Event{
		Stream: h.stream, Seq: seq, TS: ts, Type: e.Type, User: e.User, N: n,
		CommittedMS: t.nowMS, Payload: payload, Origin: t.change.origin,
	}
	row.Event = event
	t.events = append(t.events, event)
	t.batch.rows = append(t.batch.rows, row)
	return event, nil
}

// exec queues a write; it is sent with the commit.
func (t *turn) exec(query string, args ...any) {
	t.batch.statements = append(t.batch.statements, statement{query, args})
}

// queryRow reads at once; what was queued before, except heads, is visible. It
// is for rare directory operations: on MySQL it costs round trips.
func (t *turn) queryRow(query string, args ...any) scanner {
	if err := t.send(); err != nil {
		return failedRow{err}
	}
	return t.batch.session.queryRow(query, args...)
}

// query is queryRow for several rows; the caller closes them before it goes on.
func (t *turn) query(query string, args ...any) (*sql.Rows, error) {
	if err := t.send(); err != nil {
		return nil, err
	}
	return t.batch.session.query(query, args...)
}

// send sends what is queued. A turn that then refuses may stay in the batch only
// if nothing of its own was sent.
func (t *turn) send() error {
	b := t.batch
	t.sent = t.sent || len(b.rows) > t.rows || len(b.statements) > t.statements
	t.rows, t.statements = 0, 0
	err := b.send()
	if t.failed == nil {
		t.failed = err
	}
	return err
}

type failedRow struct{ err error }

func (r failedRow) Scan(...any) error { return r.err }
