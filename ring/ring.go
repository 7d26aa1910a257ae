// Package ring says which channel server owns which stream.
//
// A stream belongs to one of 16,384 slots by its hash; an Assignment gives each
// slot to a member. Routers and gateways look the owner of a stream up in the
// assignment they hold, channel servers learn from it what is theirs. The
// package is pure: an Assignment never changes after it was made and is shared
// freely; a new one, with a higher epoch, takes its place: Next makes it from the
// one before and the members of now, so that every process that does so comes to
// the same, no member has more than one slot more than another, and no slot moves
// that does not have to. Nothing here does I/O or starts a goroutine.
package ring

import "taut/chat"

// Slots is how many parts all streams are split into.
const Slots = 16384

// Slot is one of them.
type Slot uint16

// Of is the slot of a stream. Every process must agree on it, so it is a fixed
// function: FNV-1a of the workspace and the stream's id, its bits mixed so that
// the low ones are as good as the high ones.
func Of(s chat.Stream) Slot { return Slot(Hash(s) % Slots) }

// Hash is the hash from which a stream's slot is made.
func Hash(s chat.Stream) uint64 {
	h := add(uint64(fnvOffset), string(s.Workspace))
	h = add((h^'/')*fnvPrime, string(s.ID))
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	return h ^ h>>33
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func add(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}
