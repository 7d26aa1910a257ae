package store

import (
	"context"
	"errors"
	"fmt"

	"taut/chat"
)

// NewWorkspace is a tenant to make, with its primary owner.
type NewWorkspace struct {
	Domain string
	Name   string
	// Owner is its primary owner, whose tokens are kept in the same act.
	Owner NewUser
	// Setup is the one-time code that it costs; nil: none.
	Setup *TokenHash
}

// CreateWorkspace makes a workspace with its primary owner, #general and
// #random. Exists "domain", NotFound "code".
func (s *Store) CreateWorkspace(ctx context.Context, n NewWorkspace) (chat.Workspace, chat.User, error) {
	now := chat.Now().UnixMilli()
	created := chat.Workspace{ID: chat.WorkspaceID(chat.NewID("T")), Domain: n.Domain, Name: n.Name, CreatedMS: now}
	n.Owner.Role = chat.PrimaryOwner
	owner := n.Owner.user(created.ID, now)
	general := newGeneral(created.ID, owner.ID)
	random := newChannel(created.ID, "random", chat.PublicChannel, owner.ID)
	tokens, err := n.Owner.tokens(owner)
	if err != nil {
		return created, owner, err
	}
	_, err = s.append(ctx, change{stream: created.ID.Directory(), create: &head{}, apply: func(t *turn) error {
		if err := t.useSetupCode(n.Setup); err != nil {
			return err
		}
		if err := t.insertWorkspace(created, general.ID); err != nil {
			return err
		}
		if err := t.createUser(owner, n.Owner.PasswordHash); err != nil {
			return err
		}
		for _, c := range []chat.Channel{general, random} {
			if err := t.createChannel(c, []chat.UserID{owner.ID}); err != nil {
				return err
			}
		}
		for _, token := range tokens {
			t.insertToken(token)
		}
		if n.Owner.By != nil {
			t.audit(AuditEntry{Actor: *n.Owner.By, Action: "workspace.create", Target: string(created.ID), Detail: map[string]string{"domain": n.Domain}})
		}
		return nil
	}})
	if err != nil {
		return created, owner, s.domainTaken(ctx, n.Domain, err)
	}
	return created, owner, errors.Join(s.carryCreation(ctx, created.ID.Channel(general.ID)), s.carryCreation(ctx, created.ID.Channel(random.ID)))
}

func newGeneral(w chat.WorkspaceID, owner chat.UserID) chat.Channel {
	c := newChannel(w, "general", chat.PublicChannel, owner)
	c.General = true
	c.Purpose.Value = "Announcements and talk for everybody in the workspace"
	return c
}

func (t *turn) insertWorkspace(w chat.Workspace, general chat.ChannelID) error {
	if err := t.checkNoOther("SELECT COUNT(*) FROM workspaces WHERE domain = ?", "domain", w.Domain); err != nil {
		return err
	}
	t.listWorkspace(w, general)
	return nil
}

func (t *turn) listWorkspace(w chat.Workspace, general chat.ChannelID) {
	t.exec("INSERT INTO workspaces (workspace_id, domain, name, general_id, created_ms) VALUES (?, ?, ?, ?, ?)",
		w.ID, w.Domain, w.Name, general, w.CreatedMS)
}

// domainTaken explains a failed creation where another one was faster: no head
// is locked by both, so that it is the unique key that refuses the second.
func (s *Store) domainTaken(ctx context.Context, domain string, err error) error {
	if chat.CodeOf(err) != chat.Internal {
		return err
	}
	if _, found := s.WorkspaceByDomain(ctx, domain); found == nil {
		return chat.NewError(chat.Exists, "domain")
	}
	return fmt.Errorf("create workspace: %w", err)
}

const workspaceColumns = "workspace_id, domain, name, created_ms"

func scanWorkspace(r scanner) (w chat.Workspace, err error) {
	return w, absent(r.Scan(&w.ID, &w.Domain, &w.Name, &w.CreatedMS), "workspace")
}

// Workspaces lists all tenants, by domain.
func (s *Store) Workspaces(ctx context.Context) ([]chat.Workspace, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+workspaceColumns+" FROM workspaces ORDER BY domain")
	return collect(rows, err, scanWorkspace)
}

// WorkspaceByDomain finds a tenant. NotFound "workspace".
func (s *Store) WorkspaceByDomain(ctx context.Context, domain string) (chat.Workspace, error) {
	return scanWorkspace(s.db.QueryRowContext(ctx, "SELECT "+workspaceColumns+" FROM workspaces WHERE domain = ?", domain))
}

// Info is the workspace itself. NotFound "workspace".
func (w *Workspace) Info(ctx context.Context) (chat.Workspace, error) {
	return scanWorkspace(w.store.db.QueryRowContext(ctx, "SELECT "+workspaceColumns+" FROM workspaces WHERE workspace_id = ?", w.id))
}

// generalChannel is the channel that everybody is in.
func (w *Workspace) generalChannel(ctx context.Context) (id chat.ChannelID, err error) {
	err = w.store.db.QueryRowContext(ctx, "SELECT general_id FROM workspaces WHERE workspace_id = ?", w.id).Scan(&id)
	return id, absent(err, "workspace")
}
