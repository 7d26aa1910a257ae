package store

import (
	"testing"

	"taut/chat"
)

// Keys and ids are compared byte by byte: what differs by a space at the end is
// another one, on every engine.
func TestSpacesCount(t *testing.T) {
	tm := openTeam(t)
	c := tm.channel("dev")
	post := func(w *Workspace, ch chat.ChannelID, key string) (Posted, error) {
		return w.PostMessage(t.Context(), Post{Channel: ch, Author: tm.owner.ID, Key: key, Message: chat.Message{Text: key}})
	}
	for _, key := range []string{"key", "key ", "key  ", "Key", "\xff\xfe"} {
		if p, err := post(tm.Workspace, c.ID, key); err != nil || p.Duplicate {
			t.Errorf("key %q: %v, duplicate %v", key, err, p.Duplicate)
		}
	}
	_, err := post(tm.Workspace, c.ID+" ", "a")
	tm.want(err, chat.NotFound, "channel")
	_, err = post(tm.store.Workspace(tm.id+" "), c.ID, "a")
	tm.want(err, chat.NotFound, "channel")
	_, err = tm.SetTopic(t.Context(), c.ID+" ", tm.owner.ID, "x")
	tm.want(err, chat.NotFound, "channel")
	tm.want(tm.store.Workspace(tm.id+" ").Archive(t.Context(), c.ID, tm.owner.ID), chat.NotFound, "channel")
}
