package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"taut/chat"
)

// maxBroadcastGap is how many events may lie between a reply that is to be shown
// in the channel and the next message shown there: the links of all of them change.
const maxBroadcastGap = 10_000

// BroadcastReply shows a reply of a thread in the channel too, at the place where
// it was posted; it makes the channel unread for nobody. The edit's Apply is not
// asked. Errors: Invalid "broadcast" of what is no reply, is shown already or lies
// too far back, else as UpdateMessage.
func (w *Workspace) BroadcastReply(ctx context.Context, e Edit) (chat.Message, error) {
	var after chat.Message
	c := change{stream: w.id.Channel(e.Channel), sender: e.Actor, reads: []read{{member: e.Actor}, {message: e.TS}}}
	c.apply = func(t *turn) (err error) {
		if err = t.requireActor(e.Actor); err == nil {
			after, err = e.broadcast(t)
		}
		return err
	}
	if _, err := w.store.append(ctx, c); err != nil {
		return chat.Message{}, err
	}
	return after, nil
}

func (e *Edit) broadcast(t *turn) (after chat.Message, err error) {
	m, err := t.message(e.TS)
	if err != nil {
		return after, err
	}
	before := t.batch.store.shown(m)
	if e.Check != nil {
		if err := e.Check(before); err != nil {
			return after, err
		}
	}
	if m.kind != kindReply {
		return after, errBroadcast
	}
	root, err := t.message(m.thread)
	if chat.CodeOf(err) == chat.NotFound {
		return after, errBroadcast
	}
	if err != nil {
		return after, err
	}
	if err := t.showReply(m); err != nil {
		return after, err
	}
	after = before
	shown := t.batch.store.shown(root)
	after.Subtype, after.Root = chat.SubtypeThreadBroadcast, &shown
	event, err := t.emitHidden(e.Actor, hiddenEvent{Subtype: chat.SubtypeChanged, Message: &after, Previous: &before})
	if err != nil {
		return after, err
	}
	t.copied(m.ts, event.Seq)
	t.copied(root.ts, event.Seq)
	t.copied(root.ts, m.seq) // its version has a copy of the root
	return after, t.storeVersion(m, after)
}

var errBroadcast = chat.NewError(chat.Invalid, "broadcast")

// showReply puts a reply into the chain of what is shown: those after it, up to
// the next message shown, lead to it.
func (t *turn) showReply(m *messageState) error {
	if err := t.linkHead(); err != nil {
		return err
	}
	st, to := t.head.stream, t.head.seq
	if t.head.shown > m.seq {
		err := t.queryRow("SELECT seq FROM events WHERE workspace_id = ? AND stream_id = ? AND seq > ? AND seq <= ? AND kind IN (1, 3, 4) ORDER BY seq LIMIT 1",
			string(st.Workspace), string(st.ID), m.seq, m.seq+maxBroadcastGap).Scan(&to)
		if errors.Is(err, sql.ErrNoRows) {
			return errBroadcast
		}
		if err != nil {
			return fmt.Errorf("next message shown: %w", err)
		}
	}
	if to-m.seq > maxBroadcastGap {
		return errBroadcast
	}
	t.head.shown = max(t.head.shown, m.seq)
	m.kind, m.late = kindBroadcast, true
	t.exec("UPDATE events SET kind = ? WHERE workspace_id = ? AND stream_id = ? AND seq = ?", int64(kindBroadcast), string(st.Workspace), string(st.ID), m.seq)
	t.exec("UPDATE events SET shown = ? WHERE workspace_id = ? AND stream_id = ? AND seq > ? AND seq <= ?", m.seq, string(st.Workspace), string(st.ID), m.seq, to)
	return nil
}
