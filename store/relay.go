package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"taut/chat"
)

// On MySQL several servers write, and rows appear in another order than they were
// numbered in: no position of the log is a cursor. The relay makes one: its one
// writer notes which streams grew, in a log of its own (package relay). On SQLite,
// where there is one writer anyway, the log's own position is that cursor.

const (
	relayLeaseMS = 3_000 // a writer that was not heard of for so long has lost its place
	relayPage    = 1_000 // streams noted in one transaction
	relaySweep   = 2_000 // heads looked at, at once
	// relayKeepMS is how long the relay's log is kept: who stayed away for longer
	// looks at all heads.
	relayKeepMS = 7 * 24 * 3_600_000
	relayTrim   = 5_000 // rows looked at and deleted in one transaction
	// relayNearMS is how far most looks go back: nearly all transactions take less.
	relayNearMS = 1_500
)

// ErrRelayLost says that another writer took the relay's log over.
var ErrRelayLost = errors.New("another writer has the relay's log")

// RelayWriter is the one writer of the relay's log, until another one takes it
// over: the database refuses it from then on, whatever its clock or memory say. It
// belongs to one goroutine.
type RelayWriter struct {
	store    *Store
	term     int64
	position int64       // of the last row
	mark     int64       // when the database was last looked at, by its clock
	far      int64       // when it was last looked at as far back as a transaction can be
	wrote    int64       // when the lease was renewed
	sweeping chat.Stream // where the look at all heads goes on
}

// TakeRelay gives the relay's log to the caller; nil where another writer has it.
// It is for MySQL.
func (s *Store) TakeRelay(ctx context.Context) (*RelayWriter, error) {
	var free bool
	err := s.db.QueryRowContext(ctx, "SELECT until_ms < "+mysqlNow+" FROM relay_writer WHERE id = 1").Scan(&free)
	if err != nil || !free {
		return nil, err
	}
	w := &RelayWriter{store: s}
	incarnation := s.Incarnation()
	err = s.write(ctx, func(t *tx) error {
		w.term = 0
		n, err := t.exec("UPDATE relay_writer SET term = term + 1, until_ms = "+mysqlNow+" + ? WHERE id = 1 AND until_ms < "+mysqlNow, relayLeaseMS)
		if err != nil || n == 0 {
			return err
		}
		var of string
		if err := t.queryRow("SELECT term, position, incarnation, "+mysqlNow+" FROM relay_writer WHERE id = 1").Scan(&w.term, &w.position, &of, &w.mark); err != nil {
			return err
		}
		if of == incarnation {
			return nil
		}
		// The heads of another history say nothing of this one.
		if _, err := t.exec("DELETE FROM relay_heads"); err != nil {
			return err
		}
		_, err = t.exec("UPDATE relay_writer SET incarnation = ? WHERE id = 1", incarnation)
		return err
	})
	if err != nil || w.term == 0 {
		return nil, err
	}
	return w, nil
}

// relayed is a stream that grew beyond where it was relayed.
type relayed struct {
	stream     chat.Stream
	after, seq int64
}

// Advance notes what grew since the last time, and a piece of what an earlier look
// may have missed; it tells how many streams. After an error the writer is of no
// more use, as the outcome may be open. It is to be called at least once a second,
// or the log may be another's. More: it was cut off, and there is more to note at once.
func (w *RelayWriter) Advance(ctx context.Context) (n int, more bool, err error) {
	far := w.mark-w.far >= touchWindowMS/2
	grown, now, err := w.touched(ctx, far)
	if err != nil {
		return 0, false, err
	}
	missed, sweeping, err := w.sweep(ctx, grown)
	if err != nil {
		return 0, false, err
	}
	grown = append(grown, missed...)
	if len(grown) > 0 || now-w.wrote >= relayLeaseMS/3 {
		if err := w.write(ctx, grown); err != nil {
			return 0, false, err
		}
		w.wrote = now
	}
	w.position += int64(len(grown))
	w.sweeping = sweeping
	if len(grown) == relayPage {
		return len(grown), true, nil
	}
	if far {
		w.far = now
	}
	w.mark = now
	return len(grown), false, nil
}

// touched are the streams that were touched since the last look; far, back to as long as
// a transaction can take between its time and its commit.
func (w *RelayWriter) touched(ctx context.Context, far bool) (grown []relayed, now int64, err error) {
	if err := w.store.db.QueryRowContext(ctx, "SELECT "+mysqlNow).Scan(&now); err != nil {
		return nil, 0, fmt.Errorf("relay: %w", err)
	}
	back := int64(relayNearMS)
	if far {
		back = touchWindowMS + touchWindowMS/2
	}
	grown, err = w.behind(ctx, "h.touched_ms >= ? AND h.seq > COALESCE(r.seq, 0) ORDER BY h.touched_ms LIMIT ?", w.mark-back, relayPage)
	return grown, now, err
}

// sweep looks at a page of all heads, round and round, whatever the clocks say.
func (w *RelayWriter) sweep(ctx context.Context, known []relayed) (missed []relayed, next chat.Stream, err error) {
	page, err := w.behind(ctx, "h.workspace_id > ? OR h.workspace_id = ? AND h.stream_id > ? ORDER BY h.workspace_id, h.stream_id LIMIT ?",
		string(w.sweeping.Workspace), string(w.sweeping.Workspace), string(w.sweeping.ID), relaySweep)
	if err != nil {
		return nil, next, err
	}
	seen := make(map[chat.Stream]bool, len(known))
	for _, r := range known {
		seen[r.stream] = true
	}
	next = w.sweeping
	for _, r := range page {
		if len(known)+len(missed) == relayPage {
			return missed, next, nil
		}
		if next = r.stream; r.seq > r.after && !seen[r.stream] {
			missed = append(missed, r)
		}
	}
	if len(page) < relaySweep {
		next = chat.Stream{}
	}
	return missed, next, nil
}

func (w *RelayWriter) behind(ctx context.Context, where string, args ...any) ([]relayed, error) {
	rows, err := w.store.db.QueryContext(ctx, "SELECT h.workspace_id, h.stream_id, COALESCE(r.seq, 0), h.seq FROM heads h"+
		" LEFT JOIN relay_heads r ON r.workspace_id = h.workspace_id AND r.stream_id = h.stream_id WHERE "+where, args...)
	found, err := collect(rows, err, func(r scanner) (g relayed, err error) {
		return g, r.Scan(&g.stream.Workspace, &g.stream.ID, &g.after, &g.seq)
	})
	if err != nil {
		return nil, fmt.Errorf("relay: %w", err)
	}
	return found, nil
}

// write notes the streams, and that the writer lives.
func (w *RelayWriter) write(ctx context.Context, grown []relayed) error {
	return w.store.write(ctx, func(t *tx) error {
		var position int64
		err := t.queryRow("SELECT position FROM relay_writer WHERE id = 1 AND term = ? FOR UPDATE", w.term).Scan(&position)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrRelayLost
		}
		if err != nil || position != w.position {
			return err // an attempt before this one was committed, and its answer lost
		}
		if len(grown) > 0 {
			if err := w.note(t, grown); err != nil {
				return err
			}
		}
		_, err = t.exec("UPDATE relay_writer SET position = ?, until_ms = "+mysqlNow+" + ? WHERE id = 1", w.position+int64(len(grown)), relayLeaseMS)
		return err
	})
}

func (w *RelayWriter) note(t *tx, grown []relayed) error {
	rows, heads := make([]any, 0, 5*len(grown)), make([]any, 0, 3*len(grown))
	for i, r := range grown {
		rows = append(rows, w.position+int64(i)+1, string(r.stream.Workspace), string(r.stream.ID), r.after, r.seq)
		heads = append(heads, string(r.stream.Workspace), string(r.stream.ID), r.seq)
	}
	values := func(row string) string { return strings.TrimSuffix(strings.Repeat(row+", ", len(grown)), ", ") }
	_, err := t.exec("INSERT INTO relay_log (position, workspace_id, stream_id, after_seq, seq, relayed_ms) VALUES "+
		values("(?, ?, ?, ?, ?, "+mysqlNow+")"), rows...)
	if err != nil {
		return err
	}
	_, err = t.exec("INSERT INTO relay_heads (workspace_id, stream_id, seq) VALUES "+values("(?, ?, ?)")+
		" ON DUPLICATE KEY UPDATE seq = VALUES(seq)", heads...)
	return err
}

// Trim forgets a piece of what was noted long ago, and tells whether there may be
// more. A piece is bounded by its positions, which are in the order of time: it ends
// before the first row that is to be kept.
func (w *RelayWriter) Trim(ctx context.Context) (more bool, err error) {
	err = w.store.write(ctx, func(t *tx) error {
		more = false
		var trimmed, young, last int64
		err := t.queryRow("SELECT trimmed FROM relay_writer WHERE id = 1 AND term = ? FOR UPDATE", w.term).Scan(&trimmed)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrRelayLost
		}
		if err != nil {
			return err
		}
		err = t.queryRow("SELECT COALESCE(MIN(IF(relayed_ms >= "+mysqlNow+" - ?, position, NULL)), 0), COALESCE(MAX(position), 0)"+
			" FROM relay_log WHERE position > ? AND position <= ?", relayKeepMS, trimmed, trimmed+relayTrim).Scan(&young, &last)
		if err != nil {
			return err
		}
		more = young == 0 && last == trimmed+relayTrim
		if young > 0 {
			last = young - 1
		}
		if last <= trimmed {
			return nil
		}
		if _, err := t.exec("UPDATE relay_writer SET trimmed = ? WHERE id = 1", last); err != nil {
			return err
		}
		_, err = t.exec("DELETE FROM relay_log WHERE position <= ?", last)
		return err
	})
	return more && err == nil, err
}

// Release lets another writer take the log at once.
func (w *RelayWriter) Release(ctx context.Context) error {
	return w.store.write(ctx, func(t *tx) error {
		_, err := t.exec("UPDATE relay_writer SET until_ms = 0 WHERE id = 1 AND term = ?", w.term)
		return err
	})
}
