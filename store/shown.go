package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"taut/chat"
)

// Of a channel's events history shows some: roots, broadcast replies, notices.
// Each event knows the last one shown before it, and the head the last of all, so
// that whoever reads history walks from one to the next, however many replies,
// edits and reactions lie between.

// shown tells whether history shows the event.
func (k eventKind) shown() bool { return k == kindRoot || k == kindBroadcast || k == kindNotice }

// unknownShown is where a program that knew nothing of the chain wrote last.
const unknownShown = -1

// shownBefore is the link of the event e: it is looked for where e has none.
const shownBefore = `CASE WHEN e.shown >= 0 THEN e.shown ELSE COALESCE((SELECT l.seq FROM events l
	WHERE l.workspace_id = e.workspace_id AND l.stream_id = e.stream_id AND l.seq < e.seq AND l.kind IN (1, 3, 4) ORDER BY l.seq DESC LIMIT 1), 0) END`

// lastShown looks for the last event before a seq that history shows.
const lastShown = "SELECT COALESCE((SELECT seq FROM events WHERE workspace_id = ? AND stream_id = ? AND seq < ? AND kind IN (1, 3, 4) ORDER BY seq DESC LIMIT 1), 0)"

// linkHead makes sure that the turn's head knows the last event shown. Where it
// doesn't, nothing of the stream is queued yet: who queues asks first.
func (t *turn) linkHead() error {
	h := t.head
	if h.shown != unknownShown {
		return nil
	}
	if h.stream.ID.Kind() != chat.ChannelStream {
		h.shown = 0
		return nil
	}
	err := t.batch.session.queryRow(lastShown, string(h.stream.Workspace), string(h.stream.ID), h.seq+1).Scan(&h.shown)
	if err != nil {
		return fmt.Errorf("last event shown: %w", err)
	}
	return nil
}

// shownSteps bounds how many links one query walks.
const shownSteps = 500

// walkShown selects shown messages, newest first, with their links. Arguments:
// the seq to begin at, workspace, stream, steps, the least seq, workspace, stream.
const walkShown = `WITH RECURSIVE chain (seq, step) AS (
	SELECT CAST(? AS SIGNED), 1
	UNION ALL
	SELECT ` + shownBefore + `, chain.step + 1 FROM chain JOIN events e ON e.workspace_id = ? AND e.stream_id = ? AND e.seq = chain.seq
	WHERE chain.step < ? AND chain.seq > ?
) SELECT ` + messageColumns + `, ` + shownBefore + ` FROM chain JOIN events e ON e.workspace_id = ? AND e.stream_id = ? AND e.seq = chain.seq
	LEFT JOIN message_state s ON s.workspace_id = e.workspace_id AND s.stream_id = e.stream_id AND s.ts = e.ts ORDER BY chain.step`

// denseEvents is how many events are looked at for each message that is wanted,
// before the chain is walked: where most are shown that is twice as fast.
const denseEvents = 3

// readShown selects the shown messages of a piece of the stream.
const readShown = "SELECT " + messageColumns + ", " + shownBefore + fromMessages +
	" WHERE e.workspace_id = ? AND e.stream_id = ? AND e.seq <= ? AND e.seq >= ? AND e.kind IN (1, 3, 4) ORDER BY e.seq DESC LIMIT ?"

// shownWalk goes through a stream's shown messages, newest first.
type shownWalk struct {
	store  *Store
	stream chat.Stream
	at     int64 // the next message's seq
	from   int64 // the least that is of interest
	sparse bool  // there is much between the messages
}

// over tells whether no message is left.
func (w *shownWalk) over() bool { return w.at < w.from || w.at <= 0 }

// next reads up to so many messages and gives each to take, which says false when
// it wants no more. Those that were deleted are stepped over.
func (w *shownWalk) next(ctx context.Context, steps int, take func(*messageState) (more bool)) error {
	begin, found := w.at, 0
	steps = min(steps, shownSteps)
	rows, err := w.query(ctx, steps)
	if err != nil {
		return err
	}
	defer rows.Close()
	for ; rows.Next(); found++ {
		var before int64
		m, err := scanMessage(withMore{rows, []any{&before}})
		if err != nil {
			return err
		}
		if m.seq < w.from || m.visible() && !take(m) {
			w.at = 0
			return nil
		}
		w.at = before
	}
	w.sparse = found < steps
	if err := rows.Err(); err != nil || w.at != begin {
		return unavailable(err)
	}
	rows.Close()
	return w.skip(ctx)
}

func (w *shownWalk) query(ctx context.Context, steps int) (*readRows, error) {
	if w.sparse {
		return w.store.db.QueryContext(ctx, walkShown, w.at, w.stream.Workspace, w.stream.ID, steps, w.from, w.stream.Workspace, w.stream.ID)
	}
	return w.store.db.QueryContext(ctx, readShown, w.stream.Workspace, w.stream.ID, w.at, max(w.from, w.at-int64(denseEvents*steps)), steps)
}

// skip goes on where a link leads to an event that is no more.
func (w *shownWalk) skip(ctx context.Context) error {
	return w.store.db.QueryRowContext(ctx, lastShown, w.stream.Workspace, w.stream.ID, w.at).Scan(&w.at)
}

// withMore scans a message's row with more columns behind.
type withMore struct {
	scanner
	more []any
}

func (r withMore) Scan(into ...any) error { return r.scanner.Scan(append(into, r.more...)...) }

// walkFrom begins a walk at the last message shown up to the seq to; of all at
// the head.
func (s *Store) walkFrom(ctx context.Context, h shownHead, from, to int64) (*shownWalk, error) {
	w := &shownWalk{store: s, stream: h.stream, at: h.shown, from: max(from, 1)}
	if to >= h.seq && h.shown != unknownShown {
		return w, nil
	}
	// The first event after it knows.
	err := s.db.QueryRowContext(ctx, "SELECT "+shownBefore+" FROM events e WHERE e.workspace_id = ? AND e.stream_id = ? AND e.seq > ? ORDER BY e.seq LIMIT 1",
		h.stream.Workspace, h.stream.ID, to).Scan(&w.at)
	if errors.Is(err, sql.ErrNoRows) {
		w.at = to + 1
		err = w.skip(ctx)
	}
	return w, err
}

// shownHead is how far a stream has grown.
type shownHead struct {
	stream chat.Stream
	seq    int64
	shown  int64 // or unknownShown
}

// shownHead is NotFound "channel" where there is no stream.
func (s *Store) shownHead(ctx context.Context, st chat.Stream) (shownHead, error) {
	h := shownHead{stream: st}
	err := s.db.QueryRowContext(ctx, "SELECT seq, shown FROM stream_heads WHERE workspace_id = ? AND stream_id = ?", st.Workspace, st.ID).Scan(&h.seq, &h.shown)
	return h, absent(err, "channel")
}

// latestSteps is how many links are walked at once for the one latest message.
const latestSteps = 10

// latestShown is the ts of the last message that history shows; 0: there is none.
func (s *Store) latestShown(ctx context.Context, st chat.Stream) (latest chat.TS, err error) {
	h, err := s.shownHead(ctx, st)
	if err != nil {
		return 0, err
	}
	w, err := s.walkFrom(ctx, h, 1, h.seq)
	for steps := latestSteps; err == nil && !w.over(); steps *= 2 {
		err = w.next(ctx, steps, func(m *messageState) bool {
			latest = m.ts
			return false
		})
	}
	return latest, err
}
