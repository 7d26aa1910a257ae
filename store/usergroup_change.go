package store

import (
	"context"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"taut/chat"
)

// UpdateUsergroup applies change, which may run more than once. NotFound "group", or
// "channel" where one that it adds is not public; Exists "group" or "handle".
func (w *Workspace) UpdateUsergroup(ctx context.Context, id string, actor chat.UserID, update func(*chat.Usergroup) error) (chat.Usergroup, error) {
	var g chat.Usergroup
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) (err error) {
		if g, err = scanGroup(w.id, t.queryRow(selectGroups+" AND group_id = ?", w.id, id)); err != nil {
			return err
		}
		linked := slices.Clone(g.Channels)
		if err := update(&g); err != nil {
			return err
		}
		if err := t.mayLink(g.Channels, linked); err != nil {
			return err
		}
		g.ID, g.Workspace = id, w.id
		return t.updateGroup(&g, actor)
	}})
	if err != nil {
		return chat.Usergroup{}, err
	}
	return g, nil
}

// mayLink is NotFound "channel" unless those of the channels that the group doesn't name
// yet are public: all of the workspace sees them. See unlinkFromGroups of those that it does.
func (t *turn) mayLink(channels, linked []chat.ChannelID) error {
	var added []chat.ChannelID
	for _, c := range channels {
		if !slices.Contains(linked, c) {
			added = append(added, c)
		}
	}
	public, err := t.publicAmong(added)
	if err != nil {
		return err
	}
	for _, c := range added {
		if !public[c] {
			return chat.NewError(chat.NotFound, "channel")
		}
	}
	return nil
}

// updateGroup writes the group and tells the workspace.
func (t *turn) updateGroup(g *chat.Usergroup, actor chat.UserID) error {
	if err := t.checkGroupUnique(*g); err != nil {
		return err
	}
	return t.writeGroup(g, actor)
}

func (t *turn) writeGroup(g *chat.Usergroup, actor chat.UserID) error {
	g.UpdatedBy, g.Updated = actor, t.nowMS/1000
	t.exec("UPDATE usergroups SET name = ?, handle = ?, description = ?, channels = ?, updated_by = ?, deleted_by = ?, updated = ?, deleted = ?,"+
		" users = ?, name_key = ?, handle_key = ? WHERE workspace_id = ? AND group_id = ?",
		append(groupValues(*g), g.UserCount, nameKey(g.Name), nullable(nameKey(g.Handle)), string(g.Workspace), g.ID)...)
	return t.emitObject("subteam_updated", actor, map[string]any{"subteam": g.Object()})
}

// SetUsergroupUsers makes these, and no others, the group's people. NotFound
// "group", NotFound "user" where one isn't there, Limited "users".
func (w *Workspace) SetUsergroupUsers(ctx context.Context, id string, actor chat.UserID, users []chat.UserID) (chat.Usergroup, error) {
	users = distinct(users)
	if len(users) > MaxUsergroupUsers {
		return chat.Usergroup{}, chat.NewError(chat.Limited, "users")
	}
	var g chat.Usergroup
	var added, removed []chat.UserID
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) (err error) {
		if g, err = scanGroup(w.id, t.queryRow(selectGroups+" AND group_id = ?", w.id, id)); err != nil {
			return err
		}
		if _, err := t.activeUsers(users); err != nil {
			return err
		}
		if added, removed, err = t.groupChanges(id, users); err != nil {
			return err
		}
		return t.setGroupUsers(&g, actor, len(users), added, removed)
	}})
	if err == nil {
		err = w.carryToUsers(ctx, append(added, removed...))
	}
	return g, err
}

// groupChanges are who is new in the group, and who is in it no longer. Who is
// deactivated stays in it unseen.
func (t *turn) groupChanges(id string, users []chat.UserID) (added, removed []chat.UserID, err error) {
	rows, err := t.query(selectGroupUsers+" AND g.group_id = ?", string(t.head.stream.Workspace), id)
	were := map[string][]chat.UserID{}
	if err := eachGroupUser(rows, err, were); err != nil {
		return nil, nil, err
	}
	for _, u := range users {
		if !slices.Contains(were[id], u) {
			added = append(added, u)
		}
	}
	for _, u := range were[id] {
		if !slices.Contains(users, u) {
			removed = append(removed, u)
		}
	}
	return added, removed, nil
}

// setGroupUsers writes who is in the group and tells the workspace; those who
// came and went are told by facts.
func (t *turn) setGroupUsers(g *chat.Usergroup, actor chat.UserID, count int, added, removed []chat.UserID) error {
	w, before := t.head.stream.Workspace, g.Updated
	for _, u := range added {
		t.exec("INSERT INTO usergroup_users (workspace_id, group_id, user_id) VALUES (?, ?, ?)", string(w), g.ID, string(u))
	}
	for _, u := range removed {
		t.exec("DELETE FROM usergroup_users WHERE workspace_id = ? AND group_id = ? AND user_id = ?", string(w), g.ID, string(u))
	}
	g.UserCount = count
	if err := t.updateGroup(g, actor); err != nil {
		return err
	}
	err := t.emitObject("subteam_members_changed", actor, map[string]any{
		"subteam_id": g.ID, "team_id": w, "date_previous_update": before, "date_update": g.Updated,
		"added_users": idList(added), "added_users_count": len(added), "removed_users": idList(removed), "removed_users_count": len(removed),
	})
	for _, u := range added {
		if err == nil {
			err = t.carry(fact{Target: w.User(u), Kind: factGroup, Body: groupFact{g.ID, true}})
		}
	}
	for _, u := range removed {
		if err == nil {
			err = t.carry(fact{Target: w.User(u), Kind: factGroup, Body: groupFact{g.ID, false}})
		}
	}
	return err
}

// recountGroups counts the groups of somebody who was deactivated, or is active
// again, and tells the workspace.
func (t *turn) recountGroups(u chat.UserID) error {
	w := t.head.stream.Workspace
	rows, err := t.query(selectGroups+" AND group_id IN (SELECT group_id FROM usergroup_users WHERE workspace_id = ? AND user_id = ?)",
		string(w), string(w), string(u))
	groups, err := collect(rows, err, func(r scanner) (chat.Usergroup, error) { return scanGroup(w, r) })
	if err != nil {
		return err
	}
	for _, g := range groups {
		err := t.queryRow("SELECT COUNT(*) FROM ("+selectGroupUsers+" AND g.group_id = ?) active", string(w), g.ID).Scan(&g.UserCount)
		if err != nil {
			return err
		}
		if err := t.writeGroup(&g, g.UpdatedBy); err != nil {
			return err
		}
	}
	return nil
}

// idList is never null.
func idList(users []chat.UserID) []chat.UserID {
	if users == nil {
		return []chat.UserID{}
	}
	return users
}

// factGroup: directory → user, who came into a group or left it.
const factGroup = "group"

type groupFact struct {
	Group string `json:"group"`
	Added bool   `json:"added"`
}

// applyGroup tells a user's devices. The fact's own key keeps it from being told twice.
func (s *Store) applyGroup(ctx context.Context, c carried, f groupFact) error {
	kind := "subteam_self_removed"
	if f.Added {
		kind = "subteam_self_added"
	}
	user := chat.UserID(c.target)
	_, err := s.append(ctx, change{stream: c.targetStream(), sender: user, key: c.key(), create: &head{}, apply: func(t *turn) error {
		if _, told := t.duplicate(); told {
			return nil
		}
		return t.emitObject(kind, user, map[string]any{"subteam_id": f.Group})
	}})
	return err
}

// carryToUsers waits until the directory's facts have reached the users.
func (w *Workspace) carryToUsers(ctx context.Context, users []chat.UserID) error {
	var group errgroup.Group // without a context: one that fails stops no other
	group.SetLimit(carryParallel)
	for _, u := range users {
		group.Go(func() error { return w.store.carryOut(ctx, w.id.Directory(), w.id.User(u)) })
	}
	return group.Wait()
}

// key names a fact among all that its target was told.
func (c carried) key() string {
	return itemOf(string(c.source.ID), strconv.FormatInt(c.seq, 10), strconv.FormatInt(c.ordinal, 10))
}
