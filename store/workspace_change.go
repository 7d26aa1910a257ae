package store

import (
	"context"

	"taut/chat"
)

// UpdateWorkspace gives the workspace another name or domain, and tells it.
// Exists "domain".
func (w *Workspace) UpdateWorkspace(ctx context.Context, by Actor, name, domain string) (chat.Workspace, error) {
	var after chat.Workspace
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) error {
		before, err := scanWorkspace(t.queryRow("SELECT "+workspaceColumns+" FROM workspaces WHERE workspace_id = ?", w.id))
		if err != nil {
			return err
		}
		after = before
		after.Name, after.Domain = name, domain
		return t.updateWorkspace(by, before, after)
	}})
	if chat.CodeOf(err) == chat.Internal {
		if other, found := w.store.WorkspaceByDomain(ctx, domain); found == nil && other.ID != w.id {
			err = chat.NewError(chat.Exists, "domain") // another one was faster
		}
	}
	if err != nil {
		return chat.Workspace{}, err
	}
	return after, nil
}

func (t *turn) updateWorkspace(by Actor, before, after chat.Workspace) error {
	detail := map[string]string{}
	if after.Domain != before.Domain {
		err := t.checkNoOther("SELECT COUNT(*) FROM workspaces WHERE domain = ? AND workspace_id <> ?", "domain", after.Domain, after.ID)
		if err != nil {
			return err
		}
		detail["domain"] = after.Domain
	}
	if after.Name != before.Name {
		detail["name"] = after.Name
	}
	if len(detail) == 0 {
		return nil
	}
	t.exec("UPDATE workspaces SET name = ?, domain = ? WHERE workspace_id = ?", after.Name, after.Domain, after.ID)
	t.audit(AuditEntry{Actor: by, Action: "workspace.update", Target: string(after.ID), Detail: detail})
	if detail["name"] != "" {
		if err := t.emitObject("team_rename", by.User, map[string]any{"name": after.Name}); err != nil {
			return err
		}
	}
	if detail["domain"] != "" {
		return t.emitObject("team_domain_change", by.User, map[string]any{"domain": after.Domain})
	}
	return nil
}
