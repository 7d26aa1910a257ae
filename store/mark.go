package store

import (
	"context"
	"database/sql"
	"errors"

	"taut/chat"
)

// markKey is a user in a channel.
type markKey struct {
	workspace chat.WorkspaceID
	user      chat.UserID
	channel   chat.ChannelID
}

// Mark says that the user has read the channel up to ts. The last one wins; the
// user's devices are told within a second or so. NotMember, NotFound "channel",
// Limited where too many marks wait to be written.
func (w *Workspace) Mark(ctx context.Context, user chat.UserID, ch chat.ChannelID, ts chat.TS) error {
	stream, err := w.channelStream(ch)
	if err != nil {
		return err
	}
	n, err := w.store.countUpTo(ctx, stream, ts)
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

// countUpTo is the stream's count of visible root messages up to and with ts.
// NotFound "channel".
func (s *Store) countUpTo(ctx context.Context, stream chat.Stream, ts chat.TS) (n int64, err error) {
	head, err := s.headSeq(ctx, stream)
	if err != nil {
		return 0, err
	}
	beyond, err := s.seqFrom(ctx, stream, head, ts+1)
	if err != nil {
		return 0, err
	}
	err = s.db.QueryRowContext(ctx, "SELECT n FROM events WHERE workspace_id = ? AND stream_id = ? AND seq < ? ORDER BY seq DESC LIMIT 1",
		stream.Workspace, stream.ID, beyond).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

const markColumns = "workspace_id, user_id, channel_id, last_read, n"

// setMark writes a mark, wherever it was before.
func setMark(d *dialect, k markKey, ts chat.TS, n int64) statement {
	return statement{d.upsert("read_marks", "workspace_id, user_id, channel_id", "last_read, n"),
		[]any{k.workspace, k.user, k.channel, int64(ts), n}}
}

// advanceMark moves a mark forward, never back: a row is made where there is
// none, then moved where it lies before ts.
func advanceMark(d *dialect, k markKey, ts chat.TS, n int64) []statement {
	return []statement{
		{d.ignore + "read_marks (" + markColumns + ") VALUES (?, ?, ?, ?, ?)", []any{k.workspace, k.user, k.channel, int64(ts), n}},
		{"UPDATE read_marks SET last_read = ?, n = ? WHERE workspace_id = ? AND user_id = ? AND channel_id = ? AND last_read < ?",
			[]any{int64(ts), n, k.workspace, k.user, k.channel, int64(ts)}},
	}
}
