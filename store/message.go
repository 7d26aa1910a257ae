package store

import (
	"context"

	"taut/chat"
)

// Post is a message to append.
type Post struct {
	Channel chat.ChannelID
	Author  chat.UserID
	// Key makes the post idempotent: the same key of the same author in the
	// same channel gives the first message back, for at least 24 hours.
	Key string
	// Message holds text, blocks, ThreadTS and so on; type, channel, user and
	// ts are the store's to set (user only where it is "").
	Message      chat.Message
	Broadcast    bool // of a reply: shown in the channel too
	MentionUsers []chat.UserID
	MentionAll   bool
	Origin       string
	// SkipMembership lets the server itself post where the author is no member.
	SkipMembership bool
}

// Posted is a message as the log has it.
type Posted struct {
	Message   chat.Message
	Event     chat.Event // the one that created it
	Duplicate bool       // the key was used before: this is the first message
}

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

// Range selects messages by ts; zero bounds are open. Inclusive counts the
// bounds in.
type Range struct {
	Oldest, Latest chat.TS
	Inclusive      bool
	Limit          int
}

// PostMessage appends a message. Errors: NotFound "channel", NotMember,
// Archived, NotFound "thread", Invalid "thread" where thread_ts names a reply.
func (w *Workspace) PostMessage(ctx context.Context, p Post) (Posted, error) { panic("stub") }

// UpdateMessage edits a message. NotFound "message".
func (w *Workspace) UpdateMessage(ctx context.Context, e Edit) (chat.Message, error) { panic("stub") }

// DeleteMessage deletes a message. NotFound "message".
func (w *Workspace) DeleteMessage(ctx context.Context, d Delete) error { panic("stub") }

// Message is a message as history shows it. NotFound "message".
func (w *Workspace) Message(ctx context.Context, ch chat.ChannelID, ts chat.TS) (chat.Message, error) {
	panic("stub")
}

// History is the channel's messages, newest first, and whether there are more.
func (w *Workspace) History(ctx context.Context, ch chat.ChannelID, q Range) ([]chat.Message, bool, error) {
	panic("stub")
}
