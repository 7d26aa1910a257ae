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
	return errStub
}

// NoteOwnPost advances the mark over the user's own message, without an event.
// n is the channel's count of visible root messages at it.
func (w *Workspace) NoteOwnPost(user chat.UserID, ch chat.ChannelID, ts chat.TS, n int64) {}

// Unread counts for each of the channels; those that don't exist are left out.
func (w *Workspace) Unread(ctx context.Context, user chat.UserID, chs []chat.ChannelID) (map[chat.ChannelID]Unread, error) {
	return nil, errStub
}
