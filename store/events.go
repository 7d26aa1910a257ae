package store

import (
	"context"

	"taut/chat"
)

// eventKind says what an event is to history.
type eventKind int

const (
	kindOther     eventKind = 0 // trimmed after the retention
	kindRoot      eventKind = 1 // a visible message of the channel
	kindReply     eventKind = 2 // a reply that only its thread shows
	kindBroadcast eventKind = 3 // a reply that the channel shows too
)

// counts tells whether the event moves the stream's n.
func (k eventKind) counts() bool { return k == kindRoot || k == kindBroadcast }

// Read is one page of a stream's log.
func (s *Store) Read(ctx context.Context, r chat.ReadRequest) (chat.Page, error) { panic("stub") }

// Intervals are the user's memberships of the channel, in order.
func (w *Workspace) Intervals(ctx context.Context, ch chat.ChannelID, u chat.UserID) ([]chat.Membership, error) {
	panic("stub")
}
