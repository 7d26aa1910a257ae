package store

import (
	"context"
	"math/bits"

	"taut/chat"
)

// messageByTS selects the message with a ts.
func (d *dialect) messageByTS(k messageKey, headSeq int64) (string, []any) {
	w, st := k.stream.Workspace, string(k.stream.ID)
	if d.mysql {
		return selectMessages + " WHERE e.workspace_id = ? AND e.stream_id = ? AND e.ts = ? AND e.kind > 0", []any{w, st, int64(k.ts)}
	}
	return selectMessages + " WHERE e.workspace_id = ? AND e.stream_id = ? AND e.seq >= " + seqAt +
			" AND e.ts = ? AND e.kind > 0 ORDER BY e.seq LIMIT 1",
		[]any{w, st, span(headSeq), w, st, int64(k.ts), int64(k.ts)}
}

// seqAt is the least seq whose event has at least the ts given: a binary search
// by halving steps, as SQLite's events have no index by ts. Arguments: span of
// the head's seq, workspace, stream, ts.
const seqAt = `(WITH RECURSIVE search(low, step) AS (
	SELECT 0, ?
	UNION ALL
	SELECT low + CASE WHEN (SELECT ts FROM events WHERE workspace_id = ? AND stream_id = ? AND seq >= low + step ORDER BY seq LIMIT 1) < ? THEN step ELSE 0 END, step / 2
	FROM search WHERE step > 0
) SELECT low + 1 FROM search WHERE step = 0)`

// span is a power of two beyond seq/2, the first step of the search.
func span(seq int64) int64 { return int64(1) << max(0, bits.Len64(uint64(seq))-1) }

// seqFrom is the least seq whose event's ts is at least ts; beyond the head
// where there is none.
func (s *Store) seqFrom(ctx context.Context, st chat.Stream, headSeq int64, ts chat.TS) (seq int64, err error) {
	w, id := st.Workspace, string(st.ID)
	query, args := "SELECT "+seqAt, []any{span(headSeq), w, id, int64(ts)}
	if s.dialect.mysql {
		query = "SELECT COALESCE((SELECT seq FROM events WHERE workspace_id = ? AND stream_id = ? AND ts >= ? ORDER BY ts LIMIT 1), ?)"
		args = []any{w, id, int64(ts), headSeq + 1}
	}
	err = s.db.QueryRowContext(ctx, query, args...).Scan(&seq)
	return seq, err
}
