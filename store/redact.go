package store

import (
	"encoding/json"
	"fmt"
	"log/slog"

	"taut/chat"
)

// What a tombstone says, and who.
const (
	tombstoneText = "This message was deleted."
	tombstoneUser = chat.UserID("USLACKBOT")
)

// redact takes a message's content out of everything that the store holds.
func (t *turn) redact(m *messageState, before chat.Message) (err error) {
	if err := t.redactCopies(m.ts); err != nil {
		return err
	}
	m.original, err = marshal(&chat.Message{
		Type: chat.TypeMessage, Subtype: chat.SubtypeTombstone, Hidden: true, Channel: chat.ChannelID(t.head.stream.ID),
		User: tombstoneUser, Text: tombstoneText, TS: m.ts, EventTS: m.ts, Team: t.head.stream.Workspace,
		ThreadTS: m.thread, ParentUserID: before.ParentUserID,
	})
	if err != nil {
		return err
	}
	t.replacePayload(m.seq, m.original)
	m.payload, m.reactions, m.pinned, m.deleted = nil, nil, false, deletedGone
	if m.replyCount > 0 {
		m.deleted = deletedTombstone
	}
	st := t.head.stream
	t.unmention(m)
	for _, table := range []string{"reactions", "message_copies", "pins"} {
		t.exec("DELETE FROM "+table+" WHERE workspace_id = ? AND stream_id = ? AND ts = ?", string(st.Workspace), string(st.ID), int64(m.ts))
	}
	return t.saveMessage(m)
}

func (t *turn) replacePayload(seq int64, payload []byte) {
	t.batch.redacts = true
	st := t.head.stream
	t.exec("UPDATE events SET payload = ? WHERE workspace_id = ? AND stream_id = ? AND seq = ?", payload, string(st.Workspace), string(st.ID), seq)
}

// redactCopies takes the message's content out of later events, and out of the
// versions of broadcast replies that show their root.
func (t *turn) redactCopies(ts chat.TS) error {
	events, err := t.copies(ts)
	if err != nil {
		return err
	}
	for _, e := range events {
		payload, err := t.redacted(e.Payload, ts, e)
		if err != nil {
			return fmt.Errorf("redact event %d: %w", e.Seq, err)
		}
		t.replacePayload(e.Seq, payload)
		if err := t.redactRootOf(e, payload, ts); err != nil {
			return err
		}
	}
	return nil
}

// copies are the events that hold text of the message.
func (t *turn) copies(ts chat.TS) ([]chat.Event, error) {
	st := t.head.stream
	rows, err := t.query("SELECT e.seq, e.ts, e.n, e.committed_ms, e.type, e.user_id, e.payload FROM message_copies c"+
		" JOIN events e ON e.workspace_id = c.workspace_id AND e.stream_id = c.stream_id AND e.seq = c.seq"+
		" WHERE c.workspace_id = ? AND c.stream_id = ? AND c.ts = ?", string(st.Workspace), string(st.ID), int64(ts))
	return collect(rows, err, func(row scanner) (chat.Event, error) { return scanEvent(st, row) })
}

// redactRootOf takes the root's content out of the broadcast reply that an event
// created, if it created one.
func (t *turn) redactRootOf(e chat.Event, original []byte, root chat.TS) error {
	m, err := t.anyMessage(e.TS)
	if err != nil || m == nil {
		return err
	}
	m.original = original
	if m.payload == nil {
		return nil
	}
	if m.payload, err = t.redacted(m.payload, root, e); err != nil {
		return err
	}
	return t.saveMessage(m)
}

// redacted is redactedIn; of a payload of the event that can't be read nothing
// is left but that it was there.
func (t *turn) redacted(payload []byte, ts chat.TS, e chat.Event) ([]byte, error) {
	redacted, err := redactedIn(payload, ts)
	if err == nil {
		return redacted, nil
	}
	t.batch.store.log.Error("event cannot be read, so all of it is redacted", slog.Int64("seq", e.Seq), slog.Any("err", err))
	return marshal(&chat.Message{
		Type: chat.TypeMessage, Subtype: chat.SubtypeTombstone, Hidden: true, Channel: chat.ChannelID(e.Stream.ID),
		User: e.User, TS: e.TS, EventTS: e.TS, Team: e.Stream.Workspace,
	})
}

// kept are the keys that stay of a redacted copy.
var kept = map[string]bool{
	"type": true, "subtype": true, "user": true, "bot_id": true, "app_id": true, "ts": true, "team": true, "thread_ts": true,
	"parent_user_id": true, "client_msg_id": true, "edited": true, "reply_count": true, "reply_users": true, "reply_users_count": true,
	"latest_reply": true, "permalink": true,
}

// redactedIn takes the content of the message with this ts out of a payload that
// holds it as message, previous_message or root, or as the message of an item.
func redactedIn(payload []byte, ts chat.TS) ([]byte, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(payload, &object); err != nil {
		return nil, err
	}
	for _, key := range []string{"message", "previous_message", "root", "item"} {
		inner, ok := object[key]
		if !ok {
			continue
		}
		inner, err := redactedIn(inner, ts)
		if err == nil {
			object[key], err = bareIf(inner, ts)
		}
		if err != nil {
			return nil, err
		}
	}
	return marshal(object)
}

// bareIf leaves only the kept keys if the message has this ts.
func bareIf(message json.RawMessage, ts chat.TS) (json.RawMessage, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(message, &object); err != nil {
		return nil, err
	}
	if string(object["ts"]) != `"`+ts.String()+`"` {
		return message, nil
	}
	for key := range object {
		if !kept[key] {
			delete(object, key)
		}
	}
	object["text"] = json.RawMessage(`""`)
	return marshal(object)
}
