package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"taut/chat"
)

const (
	trimPositionMeta = "trim_position"
	trimPage         = 2000 // events looked at, at once
	trimInterval     = time.Hour
	keyPage          = 5000 // dedupe keys deleted in one transaction
	// keyDays is how many days of the wall clock's keys stay: the two that
	// lookups use and one for streams whose clock is ahead.
	keyDays = 3
)

// trimLoop trims once an hour until the store closes.
func (s *Store) trimLoop() {
	ticker := time.NewTicker(trimInterval)
	defer ticker.Stop()
	for {
		select {
		case <-s.life.Done():
			return
		case <-ticker.C:
		}
		if _, err := s.Trim(s.life, chat.Now().Add(-s.options.Retention)); err != nil && s.life.Err() == nil {
			s.log.Error("trim failed", "error", err)
		}
	}
}

// Trim removes events that are not messages and are older than before, and
// tells how many. It also forgets old keys of sends.
func (s *Store) Trim(ctx context.Context, before time.Time) (removed int64, err error) {
	if err := s.forgetKeys(ctx); err != nil {
		return 0, fmt.Errorf("forget keys: %w", err)
	}
	position, err := s.trimPosition(ctx)
	if err != nil {
		return 0, err
	}
	for {
		p, err := s.oldEvents(ctx, position, before.UnixMilli())
		if err != nil || p.last == position {
			return removed, err
		}
		for st, span := range p.old {
			if err := s.trimStream(ctx, st, span, before.UnixMilli()); err != nil {
				return removed, fmt.Errorf("trim %s: %w", st.ID, err)
			}
		}
		removed += p.removed
		position = p.last
		if err := s.setTrimPosition(ctx, position); err != nil {
			return removed, err
		}
	}
}

// oldPage is a piece of the log, in order of position, with what goes of it.
type oldPage struct {
	last    int64 // its last position
	removed int64
	old     map[chat.Stream]seqSpan // each stream's events that go are among these
}

// seqSpan is from one seq to another, both included.
type seqSpan struct{ from, to int64 }

func (s *Store) oldEvents(ctx context.Context, after, beforeMS int64) (oldPage, error) {
	p := oldPage{last: after, old: map[chat.Stream]seqSpan{}}
	rows, err := s.db.QueryContext(ctx, "SELECT position, workspace_id, stream_id, seq, kind, committed_ms FROM events WHERE position > ? ORDER BY position LIMIT ?",
		after, trimPage)
	if err != nil {
		return p, err
	}
	defer rows.Close()
	// What a clock that was wrong put further ahead stays; it holds up nothing.
	aheadMS := chat.Now().Add(trimInterval).UnixMilli()
	for rows.Next() {
		var st chat.Stream
		var position, seq, ms int64
		var kind eventKind
		if err := rows.Scan(&position, &st.Workspace, &st.ID, &seq, &kind, &ms); err != nil {
			return p, err
		}
		if ms >= beforeMS && ms <= aheadMS {
			break
		}
		p.last = position
		if kind == kindOther && ms < beforeMS {
			p.add(st, seq)
		}
	}
	return p, rows.Err()
}

func (p *oldPage) add(st chat.Stream, seq int64) {
	p.removed++
	span, found := p.old[st]
	if !found {
		span.from = seq
	}
	p.old[st] = seqSpan{min(span.from, seq), max(span.to, seq)}
}

// trimStream removes a stream's old events of the span, under its head's lock.
// What is before the span it doesn't look at again.
func (s *Store) trimStream(ctx context.Context, st chat.Stream, span seqSpan, beforeMS int64) error {
	_, err := s.append(ctx, change{stream: st, apply: func(t *turn) error {
		t.batch.redacts = true // old versions of messages go
		t.head.trimmed = max(t.head.trimmed, span.to)
		w, id := string(st.Workspace), string(st.ID)
		t.exec("DELETE FROM events WHERE workspace_id = ? AND stream_id = ? AND seq >= ? AND seq <= ? AND kind = 0 AND committed_ms < ?",
			w, id, span.from, span.to, beforeMS)
		t.exec("DELETE FROM message_copies WHERE workspace_id = ? AND stream_id = ? AND seq >= ? AND seq <= ? AND NOT EXISTS (SELECT 1 FROM events e"+
			" WHERE e.workspace_id = message_copies.workspace_id AND e.stream_id = message_copies.stream_id AND e.seq = message_copies.seq)",
			w, id, span.from, span.to)
		return nil
	}})
	return err
}

// trimPosition is how far the log was trimmed before.
func (s *Store) trimPosition(ctx context.Context) (int64, error) {
	var text []byte
	err := s.db.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", trimPositionMeta).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(string(text), 10, 64)
}

func (s *Store) setTrimPosition(ctx context.Context, position int64) error {
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec(s.dialect.upsert("meta", "name", "value"), trimPositionMeta, []byte(strconv.FormatInt(position, 10)))
		return err
	})
}

// forgetKeys deletes the keys of days that no send looks at any more.
func (s *Store) forgetKeys(ctx context.Context) error {
	oldest := chat.Now().UnixMilli()/86_400_000 - keyDays + 1
	for {
		var n int64
		err := s.write(ctx, func(t *tx) (err error) {
			n, err = t.exec(s.dialect.deleteKeys, oldest, keyPage)
			return err
		})
		if err != nil || n < keyPage {
			return err
		}
	}
}
