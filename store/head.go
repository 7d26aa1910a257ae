package store

import (
	"context"

	"taut/chat"
)

// head is a stream's row: the only sequencer of the stream, locked by each
// append, and what the append must check of the stream itself.
type head struct {
	stream      chat.Stream
	seq         int64
	lastTS      chat.TS
	n           int64 // visible root messages so far
	members     int64
	channelType chat.ChannelType // "" where the stream is no channel's
	archived    bool
	general     bool
	trimmed     int64 // up to this seq events may be missing
	touchedMS   int64
}

// member is a membership interval's row.
type member struct {
	JoinedSeq int64
	LeftSeq   int64 // 0: still a member
	InvitedBy chat.UserID
}

// Mark is a place in the order of commits, for TouchedHeads.
type Mark struct {
	position  int64 // SQLite: the last event's rowid
	touchedMS int64 // MySQL: the clock of the primary
}

// Heads tells how far streams have grown; absent ones are left out.
func (s *Store) Heads(ctx context.Context, streams []chat.Stream) ([]chat.Head, error) {
	panic("stub")
}

// TouchedHeads tells which streams have grown since the mark, and the next mark.
// For the zero Mark it gives the mark of now and no heads. A head may be told
// more than once.
func (s *Store) TouchedHeads(ctx context.Context, since Mark) ([]chat.Head, Mark, error) {
	panic("stub")
}
