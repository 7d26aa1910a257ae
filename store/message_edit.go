package store

import (
	"context"

	"taut/chat"
)

// Edit changes a message. Check and Apply are pure functions of the message as
// history shows it; they may run twice.
type Edit struct {
	Channel chat.ChannelID
	TS      chat.TS
	Actor   chat.UserID
	Check   func(chat.Message) error
	Apply   func(*chat.Message)
}

// Delete removes a message and all its content.
type Delete struct {
	Channel chat.ChannelID
	TS      chat.TS
	Actor   chat.UserID
	Check   func(chat.Message) error
}

// UpdateMessage edits a message. NotFound "message".
func (w *Workspace) UpdateMessage(ctx context.Context, e Edit) (chat.Message, error) { panic("stub") }

// DeleteMessage deletes a message. NotFound "message".
func (w *Workspace) DeleteMessage(ctx context.Context, d Delete) error { panic("stub") }
