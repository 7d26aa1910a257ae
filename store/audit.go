package store

import (
	"context"
	"encoding/json"
	"fmt"

	"taut/chat"
)

// Actor is who does what an administrator may do: a user of the workspace, or
// with no user the server's operator.
type Actor struct {
	User    chat.UserID
	Address string // of the client
}

// AuditEntry is one line of the audit log. No secret and no text of a message
// is ever part of it.
type AuditEntry struct {
	ID     string
	AtMS   int64
	Actor  Actor
	Action string // what was done: "user.deactivate"
	Target string // the id of what it was done to
	Detail map[string]string

	at int64
}

const insertAudit = "INSERT INTO audit (workspace_id, at_ns, entry_id, actor_id, action, target, detail, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"

func (e AuditEntry) values(w chat.WorkspaceID) []any {
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		panic(err) // a map of texts always has JSON
	}
	return []any{w, nextOrdinal(), chat.NewID("Au"), e.Actor.User, e.Action, e.Target, string(detail), e.Actor.Address}
}

// audit writes an entry in the transaction of what it tells of: neither is
// without the other.
func (t *turn) audit(e AuditEntry) {
	t.exec(insertAudit, e.values(t.head.stream.Workspace)...)
}

// audit is turn.audit for a transaction that belongs to no stream.
func (t *tx) audit(w chat.WorkspaceID, e AuditEntry) error {
	_, err := t.exec(insertAudit, e.values(w)...)
	return err
}

// Audit writes an entry by itself, of what was done elsewhere.
func (w *Workspace) Audit(ctx context.Context, e AuditEntry) error {
	return w.store.write(ctx, func(t *tx) error { return t.audit(w.id, e) })
}

// AuditQuery asks for entries, newest first, those before the one that the
// cursor names. "" is any actor and any action.
type AuditQuery struct {
	Before int64 // of the page before; 0: from the newest
	Actor  chat.UserID
	Action string
	Limit  int
}

// AuditLog is a page of the audit log; next is 0 after the last one.
func (w *Workspace) AuditLog(ctx context.Context, q AuditQuery) (entries []AuditEntry, next int64, err error) {
	where, args := "workspace_id = ?", []any{w.id}
	for _, c := range []struct {
		condition string
		value     any
		asked     bool
	}{{"at_ns < ?", q.Before, q.Before > 0}, {"actor_id = ?", q.Actor, q.Actor != ""}, {"action = ?", q.Action, q.Action != ""}} {
		if c.asked {
			where, args = where+" AND "+c.condition, append(args, c.value)
		}
	}
	limit := pageLimit(q.Limit)
	rows, err := w.store.db.QueryContext(ctx, "SELECT at_ns, entry_id, actor_id, action, target, detail, address FROM audit WHERE "+
		where+" ORDER BY at_ns DESC LIMIT ?", append(args, limit)...)
	entries, err = collect(rows, err, scanAudit)
	if err != nil {
		return nil, 0, fmt.Errorf("read the audit log: %w", err)
	}
	if len(entries) == limit {
		next = entries[limit-1].at
	}
	return entries, next, nil
}

func scanAudit(r scanner) (e AuditEntry, err error) {
	var detail []byte
	if err := r.Scan(&e.at, &e.ID, &e.Actor.User, &e.Action, &e.Target, &detail, &e.Actor.Address); err != nil {
		return e, err
	}
	e.AtMS = e.at / 1e6
	return e, json.Unmarshal(detail, &e.Detail)
}
