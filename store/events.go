package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"taut/chat"
)

// eventKind says what an event is to history.
type eventKind int

const (
	kindOther     eventKind = 0 // trimmed after the retention
	kindRoot      eventKind = 1 // a visible message of the channel
	kindReply     eventKind = 2 // a reply that only its thread shows
	kindBroadcast eventKind = 3 // a reply that the channel shows too
	kindNotice    eventKind = 4 // a visible message that nobody has to read: someone came or left
)

// counts tells whether the event moves the stream's n.
func (k eventKind) counts() bool { return k == kindRoot || k == kindBroadcast }

const selectEvents = "SELECT seq, ts, n, committed_ms, type, user_id, payload FROM events WHERE workspace_id = ? AND stream_id = ?"

func scanEvent(stream chat.Stream, row scanner) (chat.Event, error) {
	e := chat.Event{Stream: stream}
	var payload []byte
	err := row.Scan(&e.Seq, &e.TS, &e.N, &e.CommittedMS, &e.Type, &e.User, &payload)
	e.Payload = payload
	return e, err
}

const (
	defaultPage   = 200
	maxEventsPage = 1000
	// maxPageBytes ends a page early, after the event that goes beyond it.
	maxPageBytes = 4 << 20
)

// Read is one page of a stream's log.
func (s *Store) Read(ctx context.Context, r chat.ReadRequest) (chat.Page, error) {
	if r.Limit <= 0 {
		r.Limit = defaultPage
	}
	r.Limit = min(r.Limit, maxEventsPage)
	p, err := s.pageHead(ctx, r.Stream)
	if err != nil || p.Gone {
		return p, err
	}
	span, err := s.readable(ctx, r)
	if err != nil || span.none {
		return chat.Page{Gone: span.none}, err
	}
	return s.fillPage(ctx, r, span, p)
}

// fillPage reads the events of a page whose head was read.
func (s *Store) fillPage(ctx context.Context, r chat.ReadRequest, span readSpan, p chat.Page) (chat.Page, error) {
	full, err := s.readEvents(ctx, r, span, &p)
	if err != nil {
		return chat.Page{}, err
	}
	p.Next = span.next(r, p, full)
	from, to := span.piece(r, p)
	if full {
		to = p.Next
	}
	if int64(len(p.Events)) < to-from {
		// What is missing may have been trimmed after the head was read.
		now, err := s.pageHead(ctx, r.Stream)
		if err != nil {
			return chat.Page{}, err
		}
		p.Trimmed = now.Trimmed
	}
	if span.after >= p.Trimmed {
		// What was trimmed is not for this reader.
		p.Trimmed = min(p.Trimmed, r.After)
	}
	return p, nil
}

// pageHead begins a page with where the stream stands.
func (s *Store) pageHead(ctx context.Context, st chat.Stream) (p chat.Page, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT seq, trimmed FROM stream_heads WHERE workspace_id = ? AND stream_id = ?", st.Workspace, st.ID).
		Scan(&p.Head, &p.Trimmed)
	if errors.Is(err, sql.ErrNoRows) {
		return chat.Page{Gone: true}, nil
	}
	if err != nil {
		return p, fmt.Errorf("read head: %w", err)
	}
	return p, nil
}

// readEvents reads what of the span the page has room for, and whether it is
// full.
func (s *Store) readEvents(ctx context.Context, r chat.ReadRequest, sp readSpan, p *chat.Page) (full bool, err error) {
	from, to := sp.piece(r, *p)
	if from >= to {
		return false, nil
	}
	rows, err := s.db.QueryContext(ctx, selectEvents+" AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
		r.Stream.Workspace, r.Stream.ID, from, to, r.Limit)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	most := maxPageBytes
	if r.Bytes > 0 {
		most = min(most, r.Bytes)
	}
	for size := 0; !full && rows.Next(); {
		e, err := scanEvent(r.Stream, rows)
		if err != nil {
			return false, err
		}
		p.Events = append(p.Events, e)
		size += len(e.Payload)
		full = len(p.Events) == r.Limit || size > most
	}
	return full, rows.Err()
}

// readSpan is the piece of a stream that a reader may see next: after < seq, and
// seq ≤ to where to isn't 0. rest is where the piece after it begins (the seq
// before it); 0: there is none.
type readSpan struct {
	after, to, rest int64
	none            bool // nothing is left that the reader may see
}

// piece is what a page may show: from < seq ≤ to.
func (sp readSpan) piece(r chat.ReadRequest, p chat.Page) (from, to int64) {
	from, to = max(r.After, sp.after), p.Head
	if sp.to != 0 {
		to = min(to, sp.to)
	}
	return from, to
}

// next is the cursor after a page of the span.
func (sp readSpan) next(r chat.ReadRequest, p chat.Page, full bool) int64 {
	if full {
		return p.Events[len(p.Events)-1].Seq
	}
	if sp.to != 0 && sp.to <= p.Head {
		return max(sp.to, sp.rest)
	}
	// Of a membership that ended after the head was read, the end comes later.
	return max(r.After, sp.after, p.Head)
}

// readable is what the request's user may see of the stream after its cursor.
func (s *Store) readable(ctx context.Context, r chat.ReadRequest) (readSpan, error) {
	if r.User == "" {
		return readSpan{after: r.After}, nil
	}
	switch r.Stream.ID.Kind() {
	case chat.UserStream:
		return readSpan{after: r.After, none: r.Stream.ID != chat.StreamID(r.User)}, nil
	case chat.WorkspaceStream:
		return readSpan{after: r.After}, nil
	}
	intervals, err := s.Workspace(r.Stream.Workspace).Intervals(ctx, chat.ChannelID(r.Stream.ID), r.User)
	if err != nil {
		return readSpan{}, err
	}
	return spanOf(intervals, r.After), nil
}

// spanOf is the first interval that is not wholly before the cursor.
func spanOf(intervals []chat.Membership, after int64) readSpan {
	for i, m := range intervals {
		if m.LeftSeq != 0 && m.LeftSeq <= after {
			continue
		}
		sp := readSpan{after: max(after, m.JoinedSeq-1), to: m.LeftSeq}
		if i+1 < len(intervals) {
			sp.rest = intervals[i+1].JoinedSeq - 1
		}
		return sp
	}
	return readSpan{none: true}
}

// Intervals are the user's memberships of the channel, in order.
func (w *Workspace) Intervals(ctx context.Context, ch chat.ChannelID, u chat.UserID) ([]chat.Membership, error) {
	rows, err := w.store.db.QueryContext(ctx,
		"SELECT joined_seq, left_seq FROM stream_members WHERE workspace_id = ? AND stream_id = ? AND user_id = ? ORDER BY joined_seq", w.id, ch, u)
	return collect(rows, err, func(row scanner) (chat.Membership, error) {
		m := chat.Membership{Channel: ch}
		return m, row.Scan(&m.JoinedSeq, &m.LeftSeq)
	})
}

// messageAt is the message that the event with this seq created.
func (t *turn) messageAt(seq int64) (*messageState, chat.Event, error) {
	if err := t.send(); err != nil {
		return nil, chat.Event{}, err
	}
	st := t.head.stream
	e, err := scanEvent(st, t.batch.session.queryRow(selectEvents+" AND seq = ?", string(st.Workspace), string(st.ID), seq))
	if err != nil {
		return nil, e, fmt.Errorf("read event %d: %w", seq, err)
	}
	m, err := scanMessage(t.batch.session.queryRow(selectMessages+" WHERE e.workspace_id = ? AND e.stream_id = ? AND e.seq = ?",
		string(st.Workspace), string(st.ID), seq))
	return m, e, err
}
