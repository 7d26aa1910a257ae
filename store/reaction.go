package store

import (
	"context"

	"taut/chat"
)

// ReactedItem is a message to which a user reacted.
type ReactedItem struct {
	Channel chat.ChannelID
	Message chat.Message
}

// AddReaction adds the user's emoji to a message. Errors: Exists, NotFound
// "channel" or "message", NotMember, Archived, Limited "emoji".
func (w *Workspace) AddReaction(ctx context.Context, ch chat.ChannelID, ts chat.TS, user chat.UserID, name string) error {
	panic("stub")
}

// RemoveReaction takes it away. NotFound "reaction".
func (w *Workspace) RemoveReaction(ctx context.Context, ch chat.ChannelID, ts chat.TS, user chat.UserID, name string) error {
	panic("stub")
}

// ReactedBy lists messages that the user reacted to, the latest message first.
// before is the cursor that the last page gave as next, "" for the first; next
// is "" after the last page.
func (w *Workspace) ReactedBy(ctx context.Context, user chat.UserID, before string, limit int) (items []ReactedItem, next string, err error) {
	panic("stub")
}
