package store

import (
	"context"
	"encoding/json"
	"slices"

	"taut/chat"
)

const (
	// MaxUsergroups is how many groups a workspace may have, those that are not in
	// use included.
	MaxUsergroups = 1000
	// MaxUsergroupUsers is how many people a group may have: a mention of it makes
	// a row for each of them who is in the channel.
	MaxUsergroupUsers = 500
)

// CreateUsergroup adds a group. Exists "group" or "handle", Limited "groups", NotFound
// "channel" where one of its channels is not public.
func (w *Workspace) CreateUsergroup(ctx context.Context, g chat.Usergroup) (chat.Usergroup, error) {
	g.ID, g.Workspace, g.UpdatedBy = chat.NewID("S"), w.id, g.CreatedBy
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) error {
		g.Created, g.Updated = t.nowMS/1000, t.nowMS/1000
		var n int
		if err := t.queryRow("SELECT COUNT(*) FROM usergroups WHERE workspace_id = ?", string(w.id)).Scan(&n); err != nil {
			return err
		}
		if n >= MaxUsergroups {
			return chat.NewError(chat.Limited, "groups")
		}
		if err := t.checkGroupUnique(g); err != nil {
			return err
		}
		if err := t.mayLink(g.Channels, nil); err != nil {
			return err
		}
		t.exec("INSERT INTO usergroups (workspace_id, "+groupColumns+", name_key, handle_key) VALUES ("+placeholders(15)+")",
			append(append([]any{string(w.id), g.ID}, groupValues(g)...), g.CreatedBy, g.Created, g.UserCount, nameKey(g.Name), nullable(nameKey(g.Handle)))...)
		return t.emitObject("subteam_created", g.CreatedBy, map[string]any{"subteam": g.Object()})
	}})
	return g, err
}

const groupColumns = "group_id, name, handle, description, channels, updated_by, deleted_by, updated, deleted, created_by, created, users"

// groupValues are the values of the columns that may change.
func groupValues(g chat.Usergroup) []any {
	return []any{g.Name, g.Handle, g.Description, jsonText(g.Channels), string(g.UpdatedBy), string(g.DeletedBy), g.Updated, g.Deleted}
}

func scanGroup(w chat.WorkspaceID, r scanner) (chat.Usergroup, error) {
	g := chat.Usergroup{Workspace: w}
	var channels []byte
	err := r.Scan(&g.ID, &g.Name, &g.Handle, &g.Description, &channels, &g.UpdatedBy, &g.DeletedBy, &g.Updated, &g.Deleted, &g.CreatedBy, &g.Created, &g.UserCount)
	if err != nil {
		return g, absent(err, "group")
	}
	return g, json.Unmarshal(channels, &g.Channels)
}

// checkGroupUnique: no two groups have a name, and no two groups, or a group and
// a user, a handle. Exists "group" or "handle".
func (t *turn) checkGroupUnique(g chat.Usergroup) error {
	err := t.checkNoOther("SELECT COUNT(*) FROM usergroups WHERE workspace_id = ? AND name_key = ? AND group_id <> ?", "group", g.Workspace, nameKey(g.Name), g.ID)
	if err != nil || g.Handle == "" {
		return err
	}
	err = t.checkNoOther("SELECT COUNT(*) FROM usergroups WHERE workspace_id = ? AND handle_key = ? AND group_id <> ?", "handle", g.Workspace, nameKey(g.Handle), g.ID)
	if err != nil {
		return err
	}
	return t.checkNoOther("SELECT COUNT(*) FROM users WHERE workspace_id = ? AND name_key = ?", "handle", g.Workspace, nameKey(g.Handle))
}

const selectGroups = "SELECT " + groupColumns + " FROM usergroups WHERE workspace_id = ?"

// Usergroup is one group. NotFound "group".
func (w *Workspace) Usergroup(ctx context.Context, id string) (chat.Usergroup, error) {
	return scanGroup(w.id, w.store.db.QueryRowContext(ctx, selectGroups+" AND group_id = ?", w.id, id))
}

// UsergroupByHandle is the group in use with a handle. NotFound "group".
func (w *Workspace) UsergroupByHandle(ctx context.Context, handle string) (chat.Usergroup, error) {
	return scanGroup(w.id, w.store.db.QueryRowContext(ctx, selectGroups+" AND handle_key = ? AND deleted = 0", w.id, nameKey(handle)))
}

// Usergroups are all groups, by name.
func (w *Workspace) Usergroups(ctx context.Context) ([]chat.Usergroup, error) {
	rows, err := w.store.db.QueryContext(ctx, selectGroups+" ORDER BY name_key", w.id)
	groups, err := collect(rows, err, func(r scanner) (chat.Usergroup, error) { return scanGroup(w.id, r) })
	if err != nil {
		return nil, err
	}
	return groups, w.withoutPrivate(ctx, groups)
}

// withoutPrivate leaves out of groups the channels that became private and are yet to be
// taken from them (see unlinkFromGroups).
func (w *Workspace) withoutPrivate(ctx context.Context, groups []chat.Usergroup) error {
	var named []chat.ChannelID
	for _, g := range groups {
		named = append(named, g.Channels...)
	}
	public, err := w.PublicAmong(ctx, named)
	if err != nil {
		return err
	}
	for i := range groups {
		g := &groups[i]
		g.Channels = slices.DeleteFunc(g.Channels, func(c chat.ChannelID) bool { return !public[c] })
	}
	return nil
}

// selectGroupUsers are the people of groups, without those who are deactivated:
// they are in their groups again when they are active again.
const selectGroupUsers = "SELECT g.group_id, g.user_id FROM usergroup_users g" +
	" JOIN users u ON u.workspace_id = g.workspace_id AND u.user_id = g.user_id AND u.deleted = 0 WHERE g.workspace_id = ?"

// UsergroupUsers are the people of some groups, each group's sorted.
func (w *Workspace) UsergroupUsers(ctx context.Context, groups []string) (map[string][]chat.UserID, error) {
	users := make(map[string][]chat.UserID, len(groups))
	err := inChunks(groups, func(chunk []any) error {
		rows, err := w.store.db.QueryContext(ctx, selectGroupUsers+" AND g.group_id IN ("+
			placeholders(len(chunk))+") ORDER BY g.group_id, g.user_id", append([]any{w.id}, chunk...)...)
		return eachGroupUser(rows, err, users)
	})
	return users, err
}

func eachGroupUser(rows someRows, err error, into map[string][]chat.UserID) error {
	_, err = collect(rows, err, func(r scanner) (struct{}, error) {
		var group string
		var u chat.UserID
		err := r.Scan(&group, &u)
		into[group] = append(into[group], u)
		return struct{}{}, err
	})
	return err
}

const selectGroupsOf = "SELECT g.group_id FROM usergroup_users u JOIN usergroups g ON g.workspace_id = u.workspace_id AND g.group_id = u.group_id AND g.deleted = 0" +
	" WHERE u.workspace_id = ? AND u.user_id = ? ORDER BY g.name_key"

// UsergroupsOf are the ids of the groups in use that the user is in, by name.
func (w *Workspace) UsergroupsOf(ctx context.Context, user chat.UserID) ([]string, error) {
	rows, err := w.store.db.QueryContext(ctx, selectGroupsOf, w.id, user)
	groups, err := collect(rows, err, func(r scanner) (g string, err error) { return g, r.Scan(&g) })
	return append([]string{}, groups...), err
}

// UsergroupUsersIn are those people of the groups in use who are members of the
// channel, each once.
func (w *Workspace) UsergroupUsersIn(ctx context.Context, groups []string, ch chat.ChannelID) ([]chat.UserID, error) {
	var users []chat.UserID
	err := inChunks(groups, func(chunk []any) error {
		rows, err := w.store.db.QueryContext(ctx, "SELECT DISTINCT u.user_id FROM usergroup_users u"+
			" JOIN usergroups g ON g.workspace_id = u.workspace_id AND g.group_id = u.group_id AND g.deleted = 0"+
			" JOIN users p ON p.workspace_id = u.workspace_id AND p.user_id = u.user_id AND p.deleted = 0"+
			" JOIN stream_members m ON m.workspace_id = u.workspace_id AND m.stream_id = ? AND m.user_id = u.user_id AND m.left_seq = 0"+
			" WHERE u.workspace_id = ? AND u.group_id IN ("+placeholders(len(chunk))+")", append([]any{ch, w.id}, chunk...)...)
		found, err := collect(rows, err, func(r scanner) (u chat.UserID, err error) { return u, r.Scan(&u) })
		users = append(users, found...)
		return err
	})
	return distinct(users), err
}
