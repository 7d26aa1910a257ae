package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"taut/chat"
)

// A file is deleted in three steps, of which the first decides: its row says so,
// and from then on nobody gets it. Then each channel that shows it forgets what
// it was called, and its bytes go. Whoever deletes it does all three; the
// sweeper of the files role finishes what a crash cut off.

// DeleteFile marks the file as deleted, and tells its owner's devices. check may
// refuse. NotFound "file".
func (w *Workspace) DeleteFile(ctx context.Context, id chat.FileID, by chat.UserID, check func(chat.File) error) error {
	return w.deleteFile(ctx, id, by, func(_ *turn, f chat.File) error { return check(f) })
}

func (w *Workspace) deleteFile(ctx context.Context, id chat.FileID, by chat.UserID, check func(*turn, chat.File) error) error {
	f, err := w.File(ctx, id)
	if err != nil {
		return err
	}
	_, err = w.store.append(ctx, change{stream: w.id.User(f.Owner), create: &head{}, apply: func(t *turn) error {
		f, err := scanFile(w.id, t.queryRow(w.store.dialect.selectFileToChange(), string(w.id), string(id)))
		if err != nil {
			return err
		}
		if f.State != chat.FileReady {
			return errNoFile
		}
		if err := check(t, f); err != nil {
			return err
		}
		t.batch.redacts = true
		t.exec("UPDATE files SET state = ?, name = '', title = '', alt_text = '', media = '', sha = '', updated_ms = ?, due_ms = ? WHERE workspace_id = ? AND file_id = ?",
			int64(chat.FileDeleted), t.nowMS, t.nowMS, string(w.id), string(id))
		t.exec(freeUsage, f.Size, string(w.id))
		return t.emitObject(chat.TypeFileDeleted, by, map[string]any{"file_id": id, "channel_ids": []any{}})
	}})
	return err
}

// ForgetShares takes what is left of a deleted file out of the channels' logs.
func (w *Workspace) ForgetShares(ctx context.Context, id chat.FileID) error {
	for {
		rows, err := w.store.db.QueryContext(ctx, "SELECT DISTINCT stream_id FROM file_shares WHERE workspace_id = ? AND file_id = ? LIMIT ?", w.id, id, maxShares)
		channels, err := collect(rows, err, func(r scanner) (c chat.ChannelID, err error) { return c, r.Scan(&c) })
		if err != nil || len(channels) == 0 {
			return err
		}
		for _, c := range channels {
			if err := w.forgetIn(ctx, c, id); err != nil {
				return fmt.Errorf("forget file in a channel: %w", err)
			}
		}
	}
}

// forgetIn makes tombstones of a file in a channel's messages.
func (w *Workspace) forgetIn(ctx context.Context, ch chat.ChannelID, id chat.FileID) error {
	_, err := w.store.append(ctx, change{stream: w.id.Channel(ch), apply: func(t *turn) error {
		st := t.head.stream
		rows, err := t.query("SELECT ts FROM file_shares WHERE workspace_id = ? AND stream_id = ? AND file_id = ? ORDER BY ts LIMIT ?",
			string(st.Workspace), string(st.ID), string(id), maxShares)
		shown, err := collect(rows, err, func(r scanner) (ts chat.TS, err error) { return ts, r.Scan(&ts) })
		if err != nil || len(shown) == 0 {
			return err
		}
		for _, ts := range shown {
			m, err := t.anyMessage(ts)
			if err == nil && m != nil {
				err = t.forgetFile(m, id)
			}
			if err != nil {
				return err
			}
			t.exec("DELETE FROM file_shares WHERE workspace_id = ? AND stream_id = ? AND ts = ? AND file_id = ?",
				string(st.Workspace), string(st.ID), int64(ts), string(id))
		}
		return t.emitObject(chat.TypeFileDeleted, "", map[string]any{"file_id": id, "channel_ids": []any{st.ID}})
	}})
	return err
}

// forgetFile puts a tombstone in place of a file in a message, and in all copies
// of it that the log holds.
func (t *turn) forgetFile(m *messageState, id chat.FileID) (err error) {
	events, err := t.copies(m.ts)
	if err != nil {
		return err
	}
	if m.original, err = t.forgottenAt(m.seq, m.original, id); err != nil {
		return err
	}
	if err := t.forgetVersion(m, id); err != nil {
		return err
	}
	for _, e := range events {
		payload, err := t.forgottenAt(e.Seq, e.Payload, id)
		if err != nil {
			return err
		}
		// A broadcast reply has a copy of its root, also in its later version.
		reply, err := t.anyMessage(e.TS)
		if err != nil {
			return err
		}
		if reply != nil {
			reply.original = payload
			if err := t.forgetVersion(reply, id); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *turn) forgetVersion(m *messageState, id chat.FileID) (err error) {
	if m.payload == nil {
		return nil
	}
	before := m.payload
	if m.payload, err = withoutFile(before, id); err != nil || bytes.Equal(before, m.payload) {
		return err
	}
	return t.saveMessage(m)
}

// forgottenAt replaces the payload of the event with this seq.
func (t *turn) forgottenAt(seq int64, payload []byte, id chat.FileID) ([]byte, error) {
	clean, err := withoutFile(payload, id)
	if err == nil && !bytes.Equal(clean, payload) {
		t.replacePayload(seq, clean)
	}
	return clean, err
}

// withoutFile makes a tombstone of the file in a message's files, and in those of
// the messages that the payload holds. What can't be read stays: it shows nothing.
func withoutFile(payload []byte, id chat.FileID) ([]byte, error) {
	if !bytes.Contains(payload, []byte(id)) {
		return payload, nil
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(payload, &object) != nil {
		return payload, nil
	}
	for _, key := range []string{"message", "previous_message", "root", "item"} {
		inner, ok := object[key]
		if !ok {
			continue
		}
		clean, err := withoutFile(inner, id)
		if err != nil {
			return nil, err
		}
		object[key] = clean
	}
	if err := entomb(object, id); err != nil {
		return nil, err
	}
	return marshal(object)
}

func entomb(object map[string]json.RawMessage, id chat.FileID) error {
	var files []json.RawMessage
	if json.Unmarshal(orEmptyList(object["files"]), &files) != nil || len(files) == 0 {
		return nil
	}
	for i, other := range fileIDs(object["files"]) {
		if other != id {
			continue
		}
		tombstone, err := marshal(id.Tombstone())
		if err != nil {
			return err
		}
		files[i] = tombstone
	}
	clean, err := marshal(files)
	object["files"] = clean
	return err
}

// DueFile is a file that the sweeper has something to do with.
type DueFile struct {
	Workspace chat.WorkspaceID
	ID        chat.FileID
	State     chat.FileState
}

// DueFiles are files, of all workspaces, whose upload is given up by then, or
// whose deletion was not finished.
func (s *Store) DueFiles(ctx context.Context, then time.Time, limit int) ([]DueFile, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT workspace_id, file_id, state FROM files WHERE due_ms > 0 AND due_ms <= ? ORDER BY due_ms LIMIT ?",
		then.UnixMilli(), pageLimit(limit))
	return collect(rows, err, func(r scanner) (d DueFile, err error) { return d, r.Scan(&d.Workspace, &d.ID, &d.State) })
}

// FileGone says that nothing of a deleted file is left.
func (w *Workspace) FileGone(ctx context.Context, id chat.FileID) error {
	return w.store.write(ctx, func(t *tx) error {
		_, err := t.exec("UPDATE files SET state = ?, due_ms = 0 WHERE workspace_id = ? AND file_id = ? AND state = ?",
			int64(chat.FileGone), string(w.id), string(id), int64(chat.FileDeleted))
		return err
	})
}
