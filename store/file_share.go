package store

import (
	"context"
	"encoding/json"
	"slices"

	"taut/chat"
)

// maxFiles bounds the files of one message.
const maxFiles = 20

// attach puts the files' objects into the message, as they are now. They must be
// the author's. NotFound "file".
func (p *posting) attach(t *turn) error {
	objects := make([]chat.FileObject, 0, len(p.Files))
	for _, id := range p.Files {
		f, err := t.ownFile(p.Author, id)
		if err != nil {
			return err
		}
		f.Public = t.head.channelType == chat.PublicChannel
		objects = append(objects, f.Object(t.batch.store.URL()))
	}
	raw, err := marshal(objects)
	if err == nil && len(raw) > maxFilesBytes {
		for i := range objects {
			objects[i].Preview, objects[i].AltText = "", ""
		}
		raw, err = marshal(objects)
	}
	p.Message.Files, p.Message.Upload = raw, true
	return err
}

// maxFilesBytes is what the files of a message's event should not exceed. Readers
// of history get all of their objects in any case.
const maxFilesBytes = 32 << 10

// ownFile is a file that its owner may share.
func (t *turn) ownFile(owner chat.UserID, id chat.FileID) (chat.File, error) {
	w := t.head.stream.Workspace
	query := selectFile
	if t.batch.store.dialect.mysql {
		query += " LOCK IN SHARE MODE" // a deletion waits for the share, and then sees it
	}
	f, err := scanFile(w, t.queryRow(query, string(w), string(id)))
	if err == nil && (f.State != chat.FileReady || f.Owner != owner) {
		err = errNoFile
	}
	return f, err
}

// share notes that the message shows the files, and says so.
func (t *turn) share(user chat.UserID, ts, thread chat.TS, files []chat.FileID) error {
	st := t.head.stream
	for _, id := range files {
		t.listShare(user, ts, thread, id)
		if err := t.emitFile("file_shared", user, id, map[string]any{"channel_id": st.ID}); err != nil {
			return err
		}
	}
	return nil
}

// listShare notes it alone.
func (t *turn) listShare(user chat.UserID, ts, thread chat.TS, id chat.FileID) {
	st := t.head.stream
	t.exec(t.batch.store.dialect.ignore+"file_shares (workspace_id, stream_id, ts, file_id, thread_ts, user_id, is_public) VALUES (?, ?, ?, ?, ?, ?, ?)",
		string(st.Workspace), string(st.ID), int64(ts), string(id), int64(thread), string(user), asInt(t.head.channelType == chat.PublicChannel))
}

// unshare takes all files off a message that goes, and says so.
func (t *turn) unshare(user chat.UserID, ts chat.TS) error {
	st := t.head.stream
	rows, err := t.query("SELECT file_id FROM file_shares WHERE workspace_id = ? AND stream_id = ? AND ts = ? ORDER BY file_id",
		string(st.Workspace), string(st.ID), int64(ts))
	files, err := collect(rows, err, func(r scanner) (id chat.FileID, err error) { return id, r.Scan(&id) })
	if err != nil {
		return err
	}
	for _, id := range files {
		if err := t.unshareOne(user, ts, id); err != nil {
			return err
		}
	}
	return nil
}

func (t *turn) unshareOne(user chat.UserID, ts chat.TS, id chat.FileID) error {
	st := t.head.stream
	t.exec("DELETE FROM file_shares WHERE workspace_id = ? AND stream_id = ? AND ts = ? AND file_id = ?",
		string(st.Workspace), string(st.ID), int64(ts), string(id))
	return t.emitFile("file_unshared", user, id, map[string]any{"channel_id": st.ID})
}

// reshare gives a message that is edited the files of its new version: those
// that it keeps, and others of the editor's.
func (t *turn) reshare(m *messageState, after *chat.Message, e *Edit) error {
	had := fileIDs(after.Files)
	var objects []json.RawMessage
	if err := json.Unmarshal(orEmptyList(after.Files), &objects); err != nil {
		return err
	}
	kept, added := []json.RawMessage{}, []chat.FileID{}
	for _, id := range *e.Files {
		if i := slices.Index(had, id); i >= 0 {
			kept = append(kept, objects[i])
			continue
		}
		f, err := t.ownFile(e.Actor, id)
		if err != nil {
			return err
		}
		raw, err := marshal(f.Object(t.batch.store.URL()))
		if err != nil {
			return err
		}
		kept, added = append(kept, raw), append(added, id)
	}
	for _, id := range had {
		if !slices.Contains(*e.Files, id) {
			if err := t.forgetFile(m, id); err != nil {
				return err
			}
			if err := t.unshareOne(e.Actor, m.ts, id); err != nil {
				return err
			}
		}
	}
	raw, err := marshal(kept)
	if err != nil {
		return err
	}
	if after.Files = raw; len(kept) == 0 {
		after.Files = nil
	}
	return t.share(e.Actor, m.ts, m.thread, added)
}

func orEmptyList(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 {
		return json.RawMessage("[]")
	}
	return raw
}

// fileIDs are the ids in a message's files.
func fileIDs(raw json.RawMessage) []chat.FileID {
	if len(raw) == 0 {
		return nil
	}
	var objects []struct {
		ID chat.FileID `json:"id"`
	}
	if json.Unmarshal(raw, &objects) != nil {
		return nil
	}
	ids := make([]chat.FileID, len(objects))
	for i, o := range objects {
		ids[i] = o.ID
	}
	return ids
}

// freshenFiles shows the files of messages as they are now: in the log they
// stand as they were.
func (w *Workspace) freshenFiles(ctx context.Context, messages []chat.Message) error {
	var ids []chat.FileID
	for i := range messages {
		ids = append(ids, fileIDs(messages[i].Files)...)
		if messages[i].Root != nil {
			ids = append(ids, fileIDs(messages[i].Root.Files)...)
		}
	}
	if ids == nil {
		return nil
	}
	slices.Sort(ids)
	files, err := w.FilesByID(ctx, slices.Compact(ids))
	if err != nil {
		return err
	}
	for i := range messages {
		m := &messages[i]
		if m.Files, err = freshFiles(m.Files, files); err != nil {
			return err
		}
		if m.Root != nil && len(m.Root.Files) > 0 {
			root := *m.Root
			if root.Files, err = freshFiles(root.Files, files); err != nil {
				return err
			}
			m.Root = &root
		}
	}
	return nil
}

// freshFiles leaves those that are no files of ours as they are.
func freshFiles(raw json.RawMessage, files map[chat.FileID]chat.File) (json.RawMessage, error) {
	if len(raw) == 0 {
		return raw, nil
	}
	var objects []json.RawMessage
	if json.Unmarshal(raw, &objects) != nil {
		return raw, nil
	}
	for i, id := range fileIDs(raw) {
		f, known := files[id]
		if !known {
			continue
		}
		fresh, err := marshal(f.Object(""))
		if err != nil {
			return nil, err
		}
		objects[i] = fresh
	}
	return marshal(objects)
}
