package stream

import (
	"maps"

	"taut/chat"
)

// Cursor is all that a reader has to keep so that it can go on anywhere: which
// history of the log it has read, and of each stream how far.
type Cursor struct {
	// Incarnation is the log's. A seq of another incarnation means nothing.
	Incarnation string                  `json:"incarnation"`
	Seqs        map[chat.StreamID]int64 `json:"cursor"`
}

// Advance notes that the stream has been read up to seq. It never goes back.
func (c *Cursor) Advance(id chat.StreamID, seq int64) {
	if c.Seqs == nil {
		c.Seqs = make(map[chat.StreamID]int64)
	}
	c.Seqs[id] = max(c.Seqs[id], seq)
}

// Follow makes c a cursor of the given incarnation and tells whether it was one
// already. Where it was not, its seqs are forgotten: what the reader holds must
// be fetched again.
func (c *Cursor) Follow(incarnation string) bool {
	if c.Incarnation == incarnation {
		return true
	}
	*c = Cursor{Incarnation: incarnation}
	return false
}

// Clone is a copy that shares nothing with c.
func (c Cursor) Clone() Cursor {
	c.Seqs = maps.Clone(c.Seqs)
	return c
}
