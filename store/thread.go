package store

import (
	"context"

	"taut/chat"
)

func (p *posting) reply(t *turn) error { panic("stub") }

// Replies is a thread: the root first, then its replies from the oldest on, and
// whether there are more. root may be a reply's ts. NotFound "thread".
func (w *Workspace) Replies(ctx context.Context, ch chat.ChannelID, root chat.TS, q Range) ([]chat.Message, bool, error) {
	panic("stub")
}
