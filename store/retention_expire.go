package store

import (
	"context"
	"fmt"
	"time"

	"taut/chat"
)

// expireBatch is how many events one transaction removes.
const expireBatch = 100

// expireChannel removes a channel's messages before the policy's cut, batch by
// batch. What it left as tombstones before, it looks at again.
func (w *Workspace) expireChannel(ctx context.Context, p policy) (removed int, err error) {
	// What comes meanwhile is not old, whatever the clock says.
	head, err := w.store.headSeq(ctx, w.id.Channel(p.channel))
	if err != nil {
		return 0, err
	}
	for after := int64(0); ; {
		e := &expiry{policy: p, after: after, head: head, untold: removed > 0}
		if _, err := w.store.append(ctx, change{stream: w.id.Channel(p.channel), apply: e.apply}); err != nil {
			return removed, err
		}
		removed += e.messages
		if e.over {
			return removed, nil
		}
		after = e.last.seq
		select {
		case <-ctx.Done():
			return removed, ctx.Err()
		case <-time.After(expirePause):
		}
	}
}

// expiry is one batch.
type expiry struct {
	policy
	after, head int64 // the seqs between which it is
	untold      bool  // batches before it removed messages

	last     oldRow // of the batch; seq 0: there was none
	messages int    // removed
	over     bool   // nothing old is left
}

// oldRow is an event that is old.
type oldRow struct {
	seq     int64
	ts      chat.TS
	kind    eventKind
	n       int64
	thread  chat.TS
	deleted int
}

func (e *expiry) apply(t *turn) error {
	e.last, e.messages, e.over = oldRow{}, 0, false
	rows, err := e.read(t)
	if e.over = len(rows) <= expireBatch; err != nil || len(rows) == 0 {
		return err
	}
	rows = rows[:min(len(rows), expireBatch)]
	e.last = rows[len(rows)-1]
	if err := t.orphan(rows[0], e.last); err != nil {
		return err
	}
	if err := t.redactLater(rows[0], e.last); err != nil {
		return err
	}
	var kept []oldRow
	for _, r := range rows {
		stays, err := e.one(t, r)
		if err != nil {
			return fmt.Errorf("message %s: %w", r.ts, err)
		}
		if stays {
			kept = append(kept, r)
		}
	}
	t.removeBetween(rows[0], e.last, kept)
	if e.last.seq > e.horizon {
		if err := t.setHorizon(e.last, e.cut); err != nil {
			return err
		}
	}
	return e.tell(t)
}

// tell says with the last batch that messages went, also those of a removal that
// was cut off. Were it said with each, the log would keep an event for each.
func (e *expiry) tell(t *turn) error {
	st := t.head.stream
	var untold bool
	err := t.queryRow("SELECT untold FROM horizons WHERE workspace_id = ? AND stream_id = ?", string(st.Workspace), string(st.ID)).Scan(&untold)
	if err != nil {
		return fmt.Errorf("horizon: %w", err)
	}
	tell := untold || e.untold || e.messages > 0
	if later := tell && !e.over; later != untold {
		t.exec("UPDATE horizons SET untold = ? WHERE workspace_id = ? AND stream_id = ?", asInt(later), string(st.Workspace), string(st.ID))
	}
	if !tell || !e.over {
		return nil
	}
	return t.emitHistoryChanged(e.last.ts)
}

// read is the batch's events, and one more where there is one; those are in order of ts as they are of seq.
func (e *expiry) read(t *turn) ([]oldRow, error) {
	st := t.head.stream
	rows, err := t.query("SELECT e.seq, e.ts, e.kind, e.n, e.thread_ts, COALESCE(s.deleted, 0)"+fromMessages+
		" WHERE e.workspace_id = ? AND e.stream_id = ? AND e.seq > ? AND e.seq <= ? ORDER BY e.seq LIMIT ?",
		string(st.Workspace), string(st.ID), e.after, e.head, expireBatch+1)
	all, err := collect(rows, err, func(r scanner) (o oldRow, err error) {
		return o, r.Scan(&o.seq, &o.ts, &o.kind, &o.n, &o.thread, &o.deleted)
	})
	for i, r := range all {
		if r.ts >= e.cut {
			return all[:i], err
		}
	}
	return all, err
}

// one decides over an event. A reply leaves its thread; a root whose thread goes on
// stays as a tombstone.
func (e *expiry) one(t *turn, r oldRow) (stays bool, err error) {
	if r.kind == kindOther {
		return false, nil
	}
	if r.thread != 0 && r.thread != r.ts {
		if r.deleted == deletedNot {
			e.messages++
			err = t.expireReply(r)
		}
		return false, err
	}
	goesOn, err := t.goesOn(r.ts, e.cut)
	if err != nil {
		return false, err
	}
	if r.deleted == deletedNot {
		e.messages++
	}
	if !goesOn {
		put(&t.own.messages, messageKey{t.head.stream, r.ts}, nil)
		return false, nil
	}
	if r.deleted != deletedNot {
		return true, nil
	}
	m, err := t.anyMessage(r.ts)
	if err != nil || m == nil {
		return false, err
	}
	st := t.head.stream
	t.exec("DELETE FROM file_shares WHERE workspace_id = ? AND stream_id = ? AND ts = ?", string(st.Workspace), string(st.ID), int64(r.ts))
	return true, t.redact(m, t.batch.store.shown(m))
}

// goesOn tells whether the thread has a reply that stays.
func (t *turn) goesOn(root, cut chat.TS) (bool, error) {
	st := t.head.stream
	var n int
	err := t.queryRow("SELECT COUNT(*) FROM (SELECT 1 AS one FROM thread_replies WHERE workspace_id = ? AND stream_id = ? AND root_ts = ? AND ts >= ? LIMIT 1) r",
		string(st.Workspace), string(st.ID), int64(root), int64(cut)).Scan(&n)
	return n > 0, err
}

func (t *turn) expireReply(r oldRow) error {
	m, err := t.anyMessage(r.ts)
	if err != nil || m == nil {
		return err
	}
	t.unmention(m) // of the thread's too, which goes on
	root, err := t.unthread(m)
	if err == nil && root != nil {
		err = t.saveMessage(root)
	}
	put(&t.own.messages, messageKey{t.head.stream, r.ts}, nil)
	return err
}

// redactLater takes the content of the batch's messages out of events that stay:
// edits that came later, and broadcast replies with a copy of their root.
func (t *turn) redactLater(first, last oldRow) error {
	st := t.head.stream
	rows, err := t.query("SELECT DISTINCT ts FROM message_copies WHERE workspace_id = ? AND stream_id = ? AND ts >= ? AND ts <= ? AND seq > ?",
		string(st.Workspace), string(st.ID), int64(first.ts), int64(last.ts), last.seq)
	copied, err := collect(rows, err, func(r scanner) (ts chat.TS, err error) { return ts, r.Scan(&ts) })
	if err != nil {
		return err
	}
	for _, ts := range copied {
		if err := t.redactCopies(ts); err != nil {
			return err
		}
	}
	return nil
}

// ofMessages are the tables with rows of single messages, and the column with the
// message's ts, the third of their keys.
var ofMessages = []struct{ table, ts string }{
	{"message_state", "ts"}, {"reactions", "ts"}, {"mentions", "ts"}, {"message_copies", "ts"}, {"file_shares", "ts"},
	{"thread_replies", "root_ts"}, {"thread_users", "root_ts"}, {"thread_mentions", "root_ts"}, {"pins", "ts"},
}

// removeBetween removes what there is from first to last, but for what is kept.
func (t *turn) removeBetween(first, last oldRow, kept []oldRow) {
	t.batch.redacts = true
	st := t.head.stream
	from := oldRow{seq: first.seq - 1, ts: first.ts - 1}
	for _, to := range append(kept, oldRow{seq: last.seq + 1, ts: last.ts + 1}) {
		if to.seq > from.seq+1 {
			t.exec("DELETE FROM events WHERE workspace_id = ? AND stream_id = ? AND seq > ? AND seq < ?", string(st.Workspace), string(st.ID), from.seq, to.seq)
			for _, of := range ofMessages {
				t.exec("DELETE FROM "+of.table+" WHERE workspace_id = ? AND stream_id = ? AND "+of.ts+" > ? AND "+of.ts+" < ?",
					string(st.Workspace), string(st.ID), int64(from.ts), int64(to.ts))
			}
		}
		from = to
	}
}

// historyChanged is Slack's event for a change of many messages at once: clients
// forget what they have from before latest.
var historyChanged = map[chat.ChannelType]string{
	chat.PublicChannel: "channel_history_changed", chat.PrivateChannel: "group_history_changed",
	chat.DM: "im_history_changed", chat.GroupDM: "group_history_changed",
}

const deleteKeysTo = "DELETE FROM dedupe_keys WHERE day = ? AND workspace_id = ? AND stream_id = ? AND seq <= ?"

// setHorizon notes up to where messages went.
func (t *turn) setHorizon(last oldRow, cut chat.TS) error {
	st := t.head.stream
	d := t.batch.store.dialect
	t.head.trimmed = max(t.head.trimmed, last.seq)
	t.exec(d.upsert("horizons", "workspace_id, stream_id", "seq, ts, n"), string(st.Workspace), string(st.ID), last.seq, int64(last.ts), last.n)
	// The key of a message that is no more leads nowhere. By single days it is found
	// by its key; a stream's clock may be a little ahead.
	today := chat.Now().UnixMilli() / 86_400_000
	if first := cut.MS() / 86_400_000; first >= today-keyDays {
		for day := first - 1; day <= today+1; day++ {
			t.exec(deleteKeysTo, day, string(st.Workspace), string(st.ID), last.seq)
		}
	}
	if t.head.shown != unknownShown && t.head.shown <= last.seq {
		err := t.queryRow(lastShown, string(st.Workspace), string(st.ID), last.seq+1).Scan(&t.head.shown)
		if err != nil {
			return fmt.Errorf("last event shown: %w", err)
		}
	}
	return nil
}

// emitHistoryChanged tells whoever reads the stream.
func (t *turn) emitHistoryChanged(latest chat.TS) error {
	return t.emitObject(historyChanged[t.head.channelType], "", map[string]any{"channel": t.head.stream.ID, "latest": latest, "ts": latest})
}

// orphan notes the files that the batch's messages showed.
func (t *turn) orphan(first, last oldRow) error {
	st := t.head.stream
	rows, err := t.query("SELECT DISTINCT file_id FROM file_shares WHERE workspace_id = ? AND stream_id = ? AND ts >= ? AND ts <= ?",
		string(st.Workspace), string(st.ID), int64(first.ts), int64(last.ts))
	files, err := collect(rows, err, func(r scanner) (id chat.FileID, err error) { return id, r.Scan(&id) })
	for _, id := range files {
		t.exec(t.batch.store.dialect.upsert("expired_files", "workspace_id, file_id", "due_ms"),
			string(st.Workspace), string(id), t.nowMS+orphanGrace.Milliseconds())
	}
	return err
}
