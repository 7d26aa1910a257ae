package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"taut/chat"
)

// Draft is what a person has begun to write in a conversation or thread; there is
// one in each. The last writer wins, by the time that the clients tell.
type Draft struct {
	ID       string // Dr…
	Channel  chat.ChannelID
	ThreadTS chat.TS
	ClientTS chat.TS // of the change that it shows
	Created  int64   // seconds
	Updated  int64   // milliseconds, by the server's clock
	// Deleted ones are kept for a while without their body, so that a device that
	// was away doesn't bring an old one back.
	Deleted bool
	Body    DraftBody
}

// DraftBody is what is written.
type DraftBody struct {
	ClientMsgID    string          `json:"client_msg_id,omitempty"`
	Text           string          `json:"text,omitempty"`
	Blocks         json.RawMessage `json:"blocks,omitempty"`
	FileIDs        []string        `json:"file_ids,omitempty"`
	Broadcast      bool            `json:"broadcast,omitempty"`
	IsFromComposer bool            `json:"is_from_composer,omitempty"`
}

// maxDrafts is how many a person may have, deleted ones included: the oldest of
// those make room.
const maxDrafts = 1000

const draftColumns = "channel_id, thread_ts, draft_id, client_ts, updated_ms, created, deleted, body"

const selectDrafts = "SELECT " + draftColumns + " FROM drafts WHERE workspace_id = ? AND user_id = ?"

func scanDraft(r scanner) (d Draft, err error) {
	var body []byte
	if err := r.Scan(&d.Channel, &d.ThreadTS, &d.ID, &d.ClientTS, &d.Updated, &d.Created, &d.Deleted, &body); err != nil {
		return d, absent(err, "draft")
	}
	return d, json.Unmarshal(body, &d.Body)
}

// errOldDraft: another device has written later.
var errOldDraft = errors.New("there is a newer draft")

// WriteDraft keeps a draft, in place of the one that its conversation has, unless
// that one is newer; it gives the one that holds. Limited "drafts".
func (w *Workspace) WriteDraft(ctx context.Context, user chat.UserID, d Draft) (Draft, error) {
	return w.changeDraft(ctx, user, d.Channel, d.ThreadTS, func(t *turn, had Draft, exists bool) (Draft, error) {
		if exists && had.ClientTS >= d.ClientTS {
			return had, errOldDraft
		}
		event := "draft_update"
		if !exists || had.Deleted {
			event = "draft_create"
			had.ID, had.Created = chat.NewID("Dr"), t.nowMS/1000
			if err := t.roomForDraft(user); err != nil {
				return had, err
			}
		}
		d.ID, d.Created, d.Updated, d.Deleted = had.ID, had.Created, t.nowMS, false
		return d, t.writeDraft(event, user, d)
	})
}

// DeleteDraft ends the draft with this id, unless it was written after clientTS.
// NotFound "draft".
func (w *Workspace) DeleteDraft(ctx context.Context, user chat.UserID, id string, clientTS chat.TS) error {
	d, err := w.Draft(ctx, user, id)
	if err != nil {
		return err
	}
	_, err = w.changeDraft(ctx, user, d.Channel, d.ThreadTS, func(t *turn, had Draft, exists bool) (Draft, error) {
		if !exists || had.ID != id || had.Deleted || had.ClientTS > clientTS {
			return had, errOldDraft
		}
		t.batch.redacts = true
		had.ClientTS, had.Updated, had.Deleted, had.Body = clientTS, t.nowMS, true, DraftBody{}
		return had, t.writeDraft("draft_delete", user, had)
	})
	return err
}

// changeDraft runs do with the draft that a conversation has, under the lock of
// its person's stream.
func (w *Workspace) changeDraft(ctx context.Context, user chat.UserID, ch chat.ChannelID, thread chat.TS, do func(*turn, Draft, bool) (Draft, error)) (Draft, error) {
	var now Draft
	_, err := w.store.append(ctx, change{stream: w.id.User(user), create: &head{}, apply: func(t *turn) error {
		had, err := scanDraft(t.queryRow(selectDrafts+" AND channel_id = ? AND thread_ts = ?", string(w.id), string(user), string(ch), int64(thread)))
		exists := err == nil
		if err != nil && chat.CodeOf(err) != chat.NotFound {
			return err
		}
		now, err = do(t, had, exists)
		return err
	}})
	if err != nil && !errors.Is(err, errOldDraft) {
		return Draft{}, err
	}
	return now, nil
}

// roomForDraft forgets the oldest deleted ones.
func (t *turn) roomForDraft(user chat.UserID) error {
	w := string(t.head.stream.Workspace)
	var all, open int
	err := t.queryRow("SELECT COUNT(*), COALESCE(SUM(CASE WHEN deleted = 0 THEN 1 ELSE 0 END), 0) FROM drafts WHERE workspace_id = ? AND user_id = ?", w, string(user)).Scan(&all, &open)
	switch {
	case err != nil:
		return err
	case open >= maxDrafts:
		return chat.NewError(chat.Limited, "drafts")
	case all >= maxDrafts:
		t.exec("DELETE FROM drafts WHERE workspace_id = ? AND user_id = ? AND deleted = 1", w, string(user))
	}
	return nil
}

func (t *turn) writeDraft(event string, user chat.UserID, d Draft) error {
	body, err := marshal(d.Body)
	if err != nil {
		return fmt.Errorf("draft: %w", err)
	}
	t.exec(t.batch.store.dialect.upsert("drafts", "workspace_id, user_id, channel_id, thread_ts", "draft_id, client_ts, updated_ms, created, deleted, body"),
		string(t.head.stream.Workspace), string(user), string(d.Channel), int64(d.ThreadTS), d.ID, int64(d.ClientTS), d.Updated, d.Created, d.Deleted, body)
	// The text is not in the event: the log would keep what was never sent.
	return t.emitObject(event, user, map[string]any{
		"draft_id": d.ID, "channel_id": d.Channel, "thread_ts": d.ThreadTS, "last_updated_ts": d.ClientTS,
	})
}

// Draft is one of a person's own, deleted or not. NotFound "draft".
func (w *Workspace) Draft(ctx context.Context, user chat.UserID, id string) (Draft, error) {
	return scanDraft(w.store.db.QueryRowContext(ctx, selectDrafts+" AND draft_id = ?", w.id, user, id))
}

// Drafts are those of a person that are not deleted, the newest first, those
// after the given one, and whether there are more. A page ends early where its
// drafts are large.
func (w *Workspace) Drafts(ctx context.Context, user chat.UserID, after Draft, limit int) (page []Draft, more bool, err error) {
	where, args := " AND deleted = 0", []any{w.id, user}
	if after.ID != "" {
		where += " AND (updated_ms < ? OR updated_ms = ? AND draft_id > ?)"
		args = append(args, after.Updated, after.Updated, after.ID)
	}
	rows, err := w.store.db.QueryContext(ctx, selectDrafts+where+" ORDER BY updated_ms DESC, draft_id LIMIT ?", append(args, pageLimit(limit)+1)...)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	for bytes := 0; rows.Next(); {
		if len(page) == pageLimit(limit) || bytes > maxPageBytes {
			return page, true, nil
		}
		d, err := scanDraft(rows)
		if err != nil {
			return nil, false, err
		}
		page = append(page, d)
		bytes += len(d.Body.Text) + len(d.Body.Blocks)
	}
	return page, false, rows.Err()
}
