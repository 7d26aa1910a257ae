package store

import (
	"context"

	"taut/chat"
)

// NewWorkspace is a tenant to make, with its primary owner.
type NewWorkspace struct {
	Domain string
	Name   string
	Owner  NewUser
}

// CreateWorkspace makes a workspace with its primary owner, #general and
// #random. Exists "domain".
func (s *Store) CreateWorkspace(ctx context.Context, n NewWorkspace) (chat.Workspace, chat.User, error) {
	return chat.Workspace{}, chat.User{}, errStub
}

// Workspaces lists all tenants, by domain.
func (s *Store) Workspaces(ctx context.Context) ([]chat.Workspace, error) { return nil, errStub }

// WorkspaceByDomain finds a tenant. NotFound "workspace".
func (s *Store) WorkspaceByDomain(ctx context.Context, domain string) (chat.Workspace, error) {
	return chat.Workspace{}, errStub
}

// Info is the workspace itself. NotFound "workspace".
func (w *Workspace) Info(ctx context.Context) (chat.Workspace, error) {
	return chat.Workspace{}, errStub
}

var errStub = chat.NewError(chat.Unavailable, "stub")
