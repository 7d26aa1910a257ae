package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"taut/chat"
)

// markKey is a user in a channel.
type markKey struct {
	workspace chat.WorkspaceID
	user      chat.UserID
	channel   chat.ChannelID
}

// Mark says that the user has read the channel up to ts, or up to its last event
// where ts is beyond: what comes later is unread. The last one wins; the user's
// devices are told within a second or so. NotMember, NotFound "channel",
// Limited where too many marks wait to be written.
func (w *Workspace) Mark(ctx context.Context, user chat.UserID, ch chat.ChannelID, ts chat.TS) error {
	stream, err := w.channelStream(ch)
	if err != nil {
		return err
	}
	ts, n, err := w.store.readUpTo(ctx, stream, ts)
	if err != nil {
		return err
	}
	if in, err := w.IsMember(ctx, ch, user); err != nil || !in {
		return orError(err, chat.NotMember, "channel")
	}
	if !w.store.marks.set(markKey{w.id, user, ch}, ts, n) {
		return chat.NewError(chat.Limited, "marks")
	}
	return nil
}

// NoteOwnPost advances the mark over the user's own message, without an event.
// n is the channel's count of visible root messages at it.
func (w *Workspace) NoteOwnPost(user chat.UserID, ch chat.ChannelID, ts chat.TS, n int64) {
	w.store.marks.advance(markKey{w.id, user, ch}, ts, n)
}

// readUpTo is the mark that reading the stream up to ts makes: ts, but not beyond
// the last event, and the count of visible root messages up to there. NotFound
// "channel".
func (s *Store) readUpTo(ctx context.Context, stream chat.Stream, ts chat.TS) (mark chat.TS, n int64, err error) {
	head, err := s.headSeq(ctx, stream)
	if err != nil {
		return 0, 0, err
	}
	beyond, err := s.seqFrom(ctx, stream, head, ts+1)
	if err != nil {
		return 0, 0, err
	}
	var last chat.TS
	err = s.db.QueryRowContext(ctx, "SELECT ts, n FROM events WHERE workspace_id = ? AND stream_id = ? AND seq < ? ORDER BY seq DESC LIMIT 1",
		stream.Workspace, stream.ID, beyond).Scan(&last, &n)
	if errors.Is(err, sql.ErrNoRows) {
		return ts, 0, nil
	}
	if beyond > head {
		ts = min(ts, last)
	}
	return ts, n, err
}

const markColumns = "workspace_id, user_id, channel_id, last_read, n"

// setMark writes a mark, wherever it was before.
func setMark(d *dialect, k markKey, ts chat.TS, n int64) statement {
	return statement{d.upsert("read_marks", "workspace_id, user_id, channel_id", "last_read, n"),
		k.row(ts, n)}
}

// advanceMarks is the statement that moves n marks forward, never back; a mark
// that there is none of is made.
func (d *dialect) advanceMarks(n int) string {
	q := "INSERT INTO read_marks (" + markColumns + ") VALUES " + strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?, ?), ", n), ", ")
	if d.mysql {
		// Assigned in this order: n is compared with the mark as it was.
		return q + " ON DUPLICATE KEY UPDATE n = IF(VALUES(last_read) > last_read, VALUES(n), n), last_read = GREATEST(last_read, VALUES(last_read))"
	}
	return q + " ON CONFLICT (workspace_id, user_id, channel_id) DO UPDATE SET last_read = excluded.last_read, n = excluded.n" +
		" WHERE excluded.last_read > read_marks.last_read"
}

// row is a mark's row.
func (k markKey) row(ts chat.TS, n int64) []any {
	return []any{string(k.workspace), string(k.user), string(k.channel), int64(ts), n}
}
