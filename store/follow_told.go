package store

import (
	"context"
	"encoding/json"
	"slices"

	"taut/chat"
)

// ToldChanges are the changes of the piece of a channel's stream after a cursor,
// made of the events that the hook told, so that most messages need not be read
// from the log. ok is false where Changes has to read: the events do not follow
// the cursor at once, or do more than post messages and replies. The type is the
// caller's to fill in: no such event changes it.
func (s *Store) ToldChanges(ctx context.Context, after int64, told []chat.Event) (c Changes, ok bool, err error) {
	f := &follower{store: s, seen: map[chat.TS]bool{}}
	for i := range told {
		e := &told[i]
		if e.Seq <= after {
			continue
		}
		if e.Seq != max(after, f.changes.Next)+1 || !f.told(e) {
			return c, false, nil
		}
		f.stream, f.changes.Next, f.changes.Head = e.Stream, e.Seq, e.Seq
		if f.changes.CommittedMS == 0 {
			f.changes.CommittedMS = e.CommittedMS
		}
	}
	if len(f.changes.Changed) == 0 {
		return c, false, nil
	}
	// What replies say of a root of this very piece, its event doesn't.
	if first := f.changes.Changed[0].TS; slices.ContainsFunc(f.targets, func(ts chat.TS) bool { return ts >= first }) {
		return c, false, nil
	}
	err = f.readTargets(ctx)
	return f.changes, err == nil, err
}

// told takes in an event that posts a message, or says of a root that it was
// replied to; it is false for any other.
func (f *follower) told(e *chat.Event) bool {
	var m chat.Message
	if e.Type != chat.TypeMessage || json.Unmarshal(e.Payload, &m) != nil {
		return false
	}
	switch m.Subtype {
	case "", chat.SubtypeBot, chat.SubtypeMe, chat.SubtypeThreadBroadcast:
	case chat.SubtypeReplied:
		f.add(&messageState{kind: kindOther, original: e.Payload})
		return true
	default:
		return false
	}
	// What is older than its commit was imported, with reactions of its own.
	if m.Hidden || e.TS.MS() < e.CommittedMS {
		return false
	}
	m.Channel, m.EventTS = "", 0
	f.changes.Changed = append(f.changes.Changed, Changed{Seq: e.Seq, TS: e.TS, Message: &m})
	return true
}
