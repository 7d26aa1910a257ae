package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"taut/chat"
)

// A broadcast reply holds a copy of its root as it was when the reply came. What
// was edited out of the root since must not be read in the copy; so readers get
// the copy with the root's present content.

// maxRootBytes bounds what one page has of roots that were edited. Beyond it
// copies are without content.
const maxRootBytes = 1 << 20

// freshenRoots brings the copies of roots in messages of one channel up to date,
// and after them all files.
func (w *Workspace) freshenRoots(ctx context.Context, ch chat.ChannelID, messages []chat.Message) error {
	if err := w.freshenCopies(ctx, ch, messages); err != nil {
		return err
	}
	return w.freshenFiles(ctx, messages)
}

func (w *Workspace) freshenCopies(ctx context.Context, ch chat.ChannelID, messages []chat.Message) error {
	copies := make(map[chat.TS][]*chat.Message)
	for _, m := range messages {
		if m.Root != nil {
			copies[m.Root.TS] = append(copies[m.Root.TS], m.Root)
		}
	}
	if len(copies) == 0 {
		return nil
	}
	var roots []chat.TS
	for ts := range copies {
		roots = append(roots, ts)
	}
	slices.Sort(roots)
	room := maxRootBytes
	return inChunks(roots, func(chunk []any) error {
		rows, err := w.store.db.QueryContext(ctx, "SELECT ts, payload FROM message_state WHERE workspace_id = ? AND stream_id = ?"+
			" AND payload IS NOT NULL AND ts IN ("+placeholders(len(chunk))+")", append([]any{w.id, ch}, chunk...)...)
		_, err = collect(rows, err, func(row scanner) (ts chat.TS, err error) {
			var payload []byte
			if err := row.Scan(&ts, &payload); err != nil {
				return ts, err
			}
			for _, c := range copies[ts] {
				room -= len(payload)
				w.store.freshen(c, payload, room >= 0)
			}
			return ts, nil
		})
		return err
	})
}

// freshenRoot is freshenRoots for one message of the turn's stream.
func (t *turn) freshenRoot(m *chat.Message) error {
	if m.Root == nil {
		return nil
	}
	root, err := t.anyMessage(m.Root.TS)
	if err != nil || root == nil || root.payload == nil {
		return err
	}
	fresh := *m.Root
	t.batch.store.freshen(&fresh, root.payload, true)
	m.Root = &fresh
	return nil
}

// freshen gives a copy of a root the content of the root's present version, or
// none; of the thread it tells what it told.
func (s *Store) freshen(c *chat.Message, payload []byte, withContent bool) {
	var now chat.Message
	if err := json.Unmarshal(payload, &now); err != nil {
		s.log.Error("message cannot be read", "err", fmt.Errorf("root %s: %w", c.TS, err))
		withContent = false
	}
	if !withContent {
		*c = withoutContent(*c)
		return
	}
	now.Channel, now.EventTS = "", 0
	now.ThreadTS, now.ReplyCount, now.ReplyUsersCount, now.ReplyUsers, now.LatestReply = c.ThreadTS, c.ReplyCount, c.ReplyUsersCount, c.ReplyUsers, c.LatestReply
	now.IsLocked, now.Subscribed, now.Reactions = c.IsLocked, c.Subscribed, c.Reactions
	*c = now
}
