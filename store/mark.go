package store

import (
	"context"

	"taut/chat"
)

// Unread is how much of a channel a user has not read.
type Unread struct {
	LastRead chat.TS
	Latest   chat.TS // of the latest visible root message
	Count    int
	Mentions int
}

// Mark says that the user has read the channel up to ts. The last one wins; the
// user's devices are told within a second or so. NotMember, NotFound.
func (w *Workspace) Mark(ctx context.Context, user chat.UserID, ch chat.ChannelID, ts chat.TS) error {
	return chat.NewError(chat.Unavailable, "stub")
}

// NoteOwnPost advances the mark over the user's own message, without an event.
// n is the channel's count of visible root messages at it.
func (w *Workspace) NoteOwnPost(user chat.UserID, ch chat.ChannelID, ts chat.TS, n int64) {}

// Unread counts for each of the channels; those that don't exist are left out.
func (w *Workspace) Unread(ctx context.Context, user chat.UserID, chs []chat.ChannelID) (map[chat.ChannelID]Unread, error) {
	return nil, chat.NewError(chat.Unavailable, "stub")
}

// markKey is a user in a channel.
type markKey struct {
	workspace chat.WorkspaceID
	user      chat.UserID
	channel   chat.ChannelID
}

// markWrite is one statement of a mark's write.
type markWrite struct {
	sql  string
	args func(k markKey, ts chat.TS, n int64) []any
}

// advanceMark moves a mark forward, never back: a row is made where there is
// none, then moved where it lies before ts.
func advanceMark(d *dialect) []markWrite {
	return []markWrite{
		{d.ignore + "read_marks (workspace_id, user_id, channel_id, last_read, n) VALUES (?, ?, ?, ?, ?)",
			func(k markKey, ts chat.TS, n int64) []any { return []any{k.workspace, k.user, k.channel, ts, n} }},
		{"UPDATE read_marks SET last_read = ?, n = ? WHERE workspace_id = ? AND user_id = ? AND channel_id = ? AND last_read < ?",
			func(k markKey, ts chat.TS, n int64) []any { return []any{ts, n, k.workspace, k.user, k.channel, ts} }},
	}
}
