package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"taut/chat"
)

// DueKind says what is due.
type DueKind string

const (
	DueMessage  DueKind = "message"  // a scheduled message is to be sent
	DueForget   DueKind = "forget"   // one that failed is to be forgotten
	DueReminder DueKind = "reminder" // a person is to be reminded
	DueSkip     DueKind = "skip"     // a reminder that recurs goes by untold
	DueSaved    DueKind = "saved"    // of a message that they saved
	DueStatus   DueKind = "status"   // a person's status ends
)

// Due is a thing that is to be done at a time. Stream is where it belongs: it is
// done in a turn of it, or not at all.
type Due struct {
	Stream   chat.Stream
	Kind     DueKind
	Item     string
	MS       int64
	Attempts int // that failed by a fault of ours
}

// Due lists what is due at a time, the longest due first. So that a workspace
// with much of it keeps no other waiting, the caller asks again, without the
// workspaces whose share it has.
func (s *Store) Due(ctx context.Context, ms int64, limit int, without []chat.WorkspaceID) ([]Due, error) {
	but, args := butWorkspaces(without, ms)
	rows, err := s.db.QueryContext(ctx, "SELECT workspace_id, stream_id, kind, item_id, due_ms, attempts FROM due WHERE due_ms <= ?"+
		but+" ORDER BY due_ms, workspace_id LIMIT ?", append(args, pageLimit(limit))...)
	return collect(rows, err, func(r scanner) (d Due, err error) {
		return d, r.Scan(&d.Stream.Workspace, &d.Stream.ID, &d.Kind, &d.Item, &d.MS, &d.Attempts)
	})
}

// NextDue is when the next thing is due, of all workspaces but those; 0 where
// nothing is.
func (s *Store) NextDue(ctx context.Context, without []chat.WorkspaceID) (ms int64, err error) {
	but, args := butWorkspaces(without, 0)
	err = s.db.QueryRowContext(ctx, "SELECT COALESCE(MIN(due_ms), 0) FROM due WHERE due_ms >= ?"+but, args...).Scan(&ms)
	return ms, err
}

// butWorkspaces leaves workspaces out of a query whose only argument is ms.
func butWorkspaces(without []chat.WorkspaceID, ms int64) (but string, args []any) {
	args = []any{ms}
	if len(without) == 0 {
		return "", args
	}
	for _, w := range without {
		args = append(args, w)
	}
	return " AND workspace_id NOT IN (" + placeholders(len(without)) + ")", args
}

// DueAdded tells that something was added, by this process, that may be due
// before what was next.
func (s *Store) DueAdded() <-chan struct{} { return s.dueAdded }

func (s *Store) noteDue() {
	select {
	case s.dueAdded <- struct{}{}:
	default: // who listens has yet to hear of an earlier one
	}
}

// PutOffDue tries again later what failed by a fault of ours.
func (s *Store) PutOffDue(ctx context.Context, d Due, ms int64) error {
	_, err := s.append(ctx, change{stream: d.Stream, apply: func(t *turn) error {
		st := t.head.stream
		t.exec("UPDATE due SET due_ms = ?, attempts = attempts + 1 WHERE workspace_id = ? AND stream_id = ? AND kind = ? AND item_id = ? AND due_ms = ?",
			ms, st.Workspace, st.ID, d.Kind, d.Item, d.MS)
		return nil
	}})
	return err
}

// DropDue gives up what can't be done.
func (s *Store) DropDue(ctx context.Context, d Due) error {
	_, err := s.append(ctx, change{stream: d.Stream, apply: func(t *turn) error {
		t.clearDue(d.Kind, d.Item)
		return nil
	}})
	return err
}

// setDue says when the item is due, in place of what was said before.
func (t *turn) setDue(kind DueKind, item string, ms int64) {
	st := t.head.stream
	t.exec(t.batch.store.dialect.upsert("due", "workspace_id, stream_id, kind, item_id", "due_ms, attempts"),
		string(st.Workspace), string(st.ID), string(kind), item, ms, 0)
}

func (t *turn) clearDue(kind DueKind, item string) {
	st := t.head.stream
	t.exec("DELETE FROM due WHERE workspace_id = ? AND stream_id = ? AND kind = ? AND item_id = ?",
		string(st.Workspace), string(st.ID), string(kind), item)
}

// errNotDue: there is nothing left to do.
var errNotDue = errors.New("it is not due any more")

// mustBeDue is errNotDue where the thing, under the stream's lock, is not to be
// done now: another process may have done it meanwhile, or the person changed
// their mind.
func (t *turn) mustBeDue(d Due) error {
	var ms int64
	st := t.head.stream
	err := t.queryRow("SELECT due_ms FROM due WHERE workspace_id = ? AND stream_id = ? AND kind = ? AND item_id = ?",
		string(st.Workspace), string(st.ID), string(d.Kind), d.Item).Scan(&ms)
	if errors.Is(err, sql.ErrNoRows) || err == nil && ms != d.MS {
		return errNotDue
	}
	return err
}

// itemOf joins and partsOf takes apart what names an item by several ids.
func itemOf(parts ...string) string { return strings.Join(parts, ":") }

func partsOf(item string) (first, second string) {
	first, second, _ = strings.Cut(item, ":")
	return first, second
}
