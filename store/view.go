package store

import (
	"maps"

	"taut/chat"
)

type (
	userKey struct {
		stream chat.Stream
		user   chat.UserID
	}
	messageKey struct {
		stream chat.Stream
		ts     chat.TS
	}
	messageUserKey struct {
		messageKey
		user chat.UserID
	}
	dedupeKey struct {
		userKey
		key string
	}
)

type memberState struct {
	member
	ok bool
}

// usedKey is where a send's key was used.
type usedKey struct {
	seq    int64
	events int64
	found  bool
}

// view holds rows as a transaction knows them: loaded, and changed by it.
type view struct {
	members   map[userKey]memberState
	messages  map[messageKey]*messageState
	reactions map[messageUserKey][]string // the names of a user's reactions to a message
	replies   map[messageUserKey]int64    // how often a user replied in a thread
	keys      map[dedupeKey]usedKey
}

// put writes to a map that is made when first needed.
func put[K comparable, V any](m *map[K]V, k K, v V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[k] = v
}

// merge takes over what a turn changed.
func (v *view) merge(turn *view) {
	mergeMap(&v.members, turn.members)
	mergeMap(&v.messages, turn.messages)
	mergeMap(&v.reactions, turn.reactions)
	mergeMap(&v.replies, turn.replies)
	mergeMap(&v.keys, turn.keys)
}

func mergeMap[K comparable, V any](into *map[K]V, from map[K]V) {
	if len(from) == 0 {
		return
	}
	if *into == nil {
		*into = map[K]V{}
	}
	maps.Copy(*into, from)
}
