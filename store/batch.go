package store

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"taut/chat"
)

// batch is one transaction in the making: the heads it holds locked, what it
// knows of their rows, and what it will write. One goroutine owns it.
type batch struct {
	store   *Store
	session *session
	nowMS   int64
	heads   map[chat.Stream]*head
	view    view

	// to be written, in this order
	rows       []eventRow
	statements []statement
	dirty      []*head
	// redacts: it takes something out of the log.
	redacts bool
}

type eventRow struct {
	chat.Event
	kind   eventKind
	thread chat.TS
	shown  int64 // the seq of the last event shown before it
}

type statement struct {
	query string
	args  []any
}

// errTorn says that a failed turn had sent some of its writes already: the whole
// transaction must go.
var errTorn = errors.New("a failed turn has sent writes")

// run gives a change its turn. An error of the change's own is its answer; the
// second error means that the transaction can't go on.
func (b *batch) run(j *job, locked *head) (answer, fatal error) {
	c := &j.change
	h := *locked
	t := turn{head: &h, nowMS: b.nowMS, batch: b, change: c, rows: len(b.rows), statements: len(b.statements)}
	if c.key != "" {
		if t.key, fatal = b.usedKey(dedupeKey{userKey{c.stream, c.sender}, c.key}, &h); fatal != nil {
			return nil, fatal
		}
	}
	if t.key.found && j.lost {
		if mine, err := t.mine(j); mine || err != nil {
			return nil, err
		}
	}
	j.events = nil
	err := c.apply(&t)
	if t.failed != nil {
		return nil, t.failed
	}
	if err != nil {
		if t.sent {
			return err, errTorn
		}
		b.rows, b.statements = b.rows[:t.rows], b.statements[:t.statements]
		return err, nil
	}
	j.events = t.events
	t.remember()
	b.adopt(&t, locked)
	return nil, nil
}

// mine tells whether the key was written by an attempt of this very job, whose
// commit's answer was lost: then what that attempt emitted is the log's.
func (t *turn) mine(j *job) (bool, error) {
	if j.ownKey || len(j.events) == 0 {
		return j.ownKey, nil
	}
	st := t.head.stream
	e, err := scanEvent(st, t.batch.session.queryRow(selectEvents+" AND seq = ?", string(st.Workspace), string(st.ID), t.key.seq))
	if err != nil {
		return false, fmt.Errorf("read event of key: %w", err)
	}
	return e.Seq == j.events[0].Seq && e.TS == j.events[0].TS, nil
}

// adopt takes over what a turn did.
func (b *batch) adopt(t *turn, locked *head) {
	b.view.merge(&t.own)
	if *t.head == *locked {
		return
	}
	t.head.touchedMS = b.nowMS
	write := !locked.dirty && (b.store.dialect.mysql || locked.fresh || !t.head.grownFrom(locked))
	dirty := locked.dirty || write
	*locked = *t.head
	locked.dirty = dirty
	if write {
		b.dirty = append(b.dirty, locked)
	}
}

const insertKey = "INSERT INTO dedupe_keys (day, workspace_id, stream_id, sender_id, dedupe_key, seq, events) VALUES (?, ?, ?, ?, ?, ?, ?)"

// remember writes the change's key, unless it was there.
func (t *turn) remember() {
	c := t.change
	if c.key == "" || t.key.found {
		return
	}
	used := usedKey{t.head.seq - int64(len(t.events)) + 1, int64(len(t.events)), true}
	put(&t.own.keys, dedupeKey{userKey{c.stream, c.sender}, c.key}, used)
	t.exec(insertKey, t.head.day(t.nowMS), string(c.stream.Workspace), string(c.stream.ID), string(c.sender), c.key, used.seq, used.events)
}

const (
	selectMember = "SELECT joined_seq, invited_by FROM stream_members WHERE workspace_id = ? AND stream_id = ? AND user_id = ? AND left_seq = 0" +
		" ORDER BY joined_seq DESC LIMIT 1"
	selectKey = "SELECT seq, events FROM dedupe_keys WHERE day IN (?, ?) AND workspace_id = ? AND stream_id = ? AND sender_id = ? AND dedupe_key = ? LIMIT 1"
)

func (b *batch) member(k userKey) (memberState, error) {
	s, ok := b.view.members[k]
	if ok {
		return s, nil
	}
	s, err := scanMember(b.session.queryRow(selectMember, string(k.stream.Workspace), string(k.stream.ID), string(k.user)))
	if err == nil {
		put(&b.view.members, k, s)
	}
	return s, err
}

func scanMember(row scanner) (s memberState, err error) {
	switch err = row.Scan(&s.JoinedSeq, &s.InvitedBy); {
	case errors.Is(err, sql.ErrNoRows):
		return s, nil
	case err != nil:
		return s, fmt.Errorf("read member: %w", err)
	}
	s.ok = true
	return s, nil
}

func (b *batch) usedKey(k dedupeKey, h *head) (usedKey, error) {
	if used, ok := b.view.keys[k]; ok {
		return used, nil
	}
	used, err := scanKey(b.session.queryRow(selectKey, keyArgs(k, h.day(b.nowMS))...))
	if err == nil {
		put(&b.view.keys, k, used)
	}
	return used, err
}

// keyArgs looks at the stream's day and the one before.
func keyArgs(k dedupeKey, day int64) []any {
	return []any{day, day - 1, string(k.stream.Workspace), string(k.stream.ID), string(k.user), k.key}
}

func scanKey(row scanner) (used usedKey, err error) {
	switch err = row.Scan(&used.seq, &used.events); {
	case errors.Is(err, sql.ErrNoRows):
		return usedKey{}, nil
	case err != nil:
		return used, fmt.Errorf("read key: %w", err)
	}
	used.found = true
	return used, nil
}

const (
	eventColumns = "workspace_id, stream_id, seq, ts, kind, n, thread_ts, committed_ms, type, user_id, payload, shown"
	eventValues  = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

// insertEvents[i] inserts 2^i events in one statement.
var insertEvents = func() (queries [7]string) {
	for i := range queries {
		queries[i] = "INSERT INTO events (" + eventColumns + ") VALUES " + strings.TrimSuffix(strings.Repeat(eventValues+", ", 1<<i), ", ")
	}
	return queries
}()

func (r *eventRow) appendArgs(args []any) []any {
	return append(args, string(r.Stream.Workspace), string(r.Stream.ID), r.Seq, int64(r.TS), int64(r.kind), r.N,
		int64(r.thread), r.CommittedMS, r.Type, string(r.User), []byte(r.Payload), r.shown)
}

// eachStatement gives what is queued, except heads, as statements: events in
// powers of two, so that few texts serve all sizes.
func (b *batch) eachStatement(yield func(query string, args []any) error) error {
	rows := b.rows
	for size := len(insertEvents) - 1; size >= 0; size-- {
		for len(rows) >= 1<<size {
			args := make([]any, 0, 12<<size)
			for i := range rows[:1<<size] {
				args = rows[i].appendArgs(args)
			}
			rows = rows[1<<size:]
			if err := yield(insertEvents[size], args); err != nil {
				return err
			}
		}
	}
	for _, st := range b.statements {
		if err := yield(st.query, st.args); err != nil {
			return err
		}
	}
	return nil
}

// eachHead gives the changed heads as statements.
func (b *batch) eachHead(yield func(query string, args []any) error) error {
	for _, h := range b.dirty {
		query := updateHead
		if h.fresh {
			query = insertHead
		}
		if err := yield(query, h.row()); err != nil {
			return err
		}
	}
	return nil
}

// send executes what is queued, except heads, at once.
func (b *batch) send() error {
	err := b.eachStatement(func(query string, args []any) error {
		_, err := b.session.exec(query, args...)
		return err
	})
	b.rows, b.statements = b.rows[:0], b.statements[:0]
	return err
}
