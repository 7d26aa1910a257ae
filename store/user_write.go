package store

import (
	"cmp"
	"context"
	"slices"

	"taut/chat"
)

// NewUser is a person to add to a workspace. Role "" is chat.Member.
type NewUser struct {
	Name         string
	RealName     string
	DisplayName  string
	Email        string
	Title        string
	TimeZone     string
	Role         chat.Role
	PasswordHash string
	// Tokens makes what is kept with the user in one act, once their id is
	// known; nil: none.
	Tokens func(chat.User) ([]NewToken, error)
	// By is who adds them, to be written down; nil: nobody.
	By *Actor
}

func (n NewUser) user(w chat.WorkspaceID, nowMS int64) chat.User {
	return chat.User{
		ID:          chat.UserID(chat.NewID("U")),
		Workspace:   w,
		Name:        n.Name,
		RealName:    n.RealName,
		DisplayName: n.DisplayName,
		Email:       n.Email,
		Title:       n.Title,
		TimeZone:    n.TimeZone,
		Role:        cmp.Or(n.Role, chat.Member),
		CreatedMS:   nowMS,
		UpdatedMS:   nowMS,
	}
}

// CreateUser adds a person; all but guests join #general. Exists "name" or "email".
func (w *Workspace) CreateUser(ctx context.Context, n NewUser) (chat.User, error) {
	u := n.user(w.id, chat.Now().UnixMilli())
	tokens, err := n.tokens(u)
	if err != nil {
		return u, err
	}
	err = w.addUser(ctx, u, func(t *turn) error {
		if err := t.createUser(u, n.PasswordHash); err != nil {
			return err
		}
		for _, token := range tokens {
			t.insertToken(token)
		}
		if n.By != nil {
			t.audit(AuditEntry{Actor: *n.By, Action: "user.create", Target: string(u.ID), Detail: map[string]string{"role": string(u.Role)}})
		}
		return nil
	})
	return u, err
}

func (n NewUser) tokens(u chat.User) ([]NewToken, error) {
	if n.Tokens == nil {
		return nil, nil
	}
	return n.Tokens(u)
}

// addUser runs create on the workspace's stream and waits until the user is in
// #general. Should we die in between, the carrier lets them in.
func (w *Workspace) addUser(ctx context.Context, u chat.User, create func(t *turn) error) error {
	return w.addUserTo(ctx, u, nil, create)
}

// addUserTo is addUser with further channels, which are a guest's only ones.
func (w *Workspace) addUserTo(ctx context.Context, u chat.User, channels []chat.ChannelID, create func(t *turn) error) error {
	if !u.Role.IsGuest() {
		general, err := w.generalChannel(ctx)
		if err != nil {
			return err
		}
		channels = append(slices.Clip(channels), general)
	}
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) error {
		return t.letInto(u.ID, channels, create)
	}})
	if err != nil {
		return err
	}
	for _, c := range channels {
		if err := w.store.carryOut(ctx, w.id.Directory(), w.id.Channel(c)); err != nil {
			return err
		}
		if err := w.store.carryOut(ctx, w.id.Channel(c), w.id.User(u.ID)); err != nil {
			return err
		}
	}
	return nil
}

// letInto is of a turn of the workspace's stream, where create makes the user, and sends
// them on the way to channels.
func (t *turn) letInto(u chat.UserID, channels []chat.ChannelID, create func(t *turn) error) error {
	public, err := t.publicAmong(channels)
	if err != nil {
		return err
	}
	if err := create(t); err != nil {
		return err
	}
	for _, c := range channels {
		f := enterFact{User: u, Public: public[c]}
		if err := t.carry(fact{Target: t.head.stream.Workspace.Channel(c), Kind: factEnter, Body: f}); err != nil {
			return err
		}
	}
	return nil
}

// createUser is of a turn of the workspace's stream, whose lock keeps the names unique.
func (t *turn) createUser(u chat.User, passwordHash string) error {
	if err := t.checkUserUnique(u); err != nil {
		return err
	}
	return t.listUser(u, passwordHash)
}

// listUser writes the user into the directory.
func (t *turn) listUser(u chat.User, passwordHash string) error {
	values := append(userValues(u), nameKey(u.Name), nullable(nameKey(u.Email)), passwordHash)
	t.exec("INSERT INTO users (workspace_id, "+userColumns+", name_key, email_key, password_hash) VALUES ("+placeholders(len(values))+")", values...)
	return t.emitObject("team_join", u.ID, map[string]any{"user": t.userObject(u)})
}

func userValues(u chat.User) []any {
	return []any{u.Workspace, u.ID, u.Name, nullable(u.Email), u.RealName, u.DisplayName, u.Title, u.StatusText, u.StatusEmoji,
		u.TimeZone, u.Role, u.Deleted, u.Away, u.Bot, u.App, u.CreatedMS, u.UpdatedMS, u.Avatar, u.StatusEnds, detailsOf(u)}
}

// nullable is NULL for "": a unique key lets many rows have none.
func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// checkUserUnique tells Exists "name" or "email" where another user has it.
func (t *turn) checkUserUnique(u chat.User) error {
	err := t.checkNoOther("SELECT COUNT(*) FROM users WHERE workspace_id = ? AND name_key = ? AND user_id <> ?",
		"name", u.Workspace, nameKey(u.Name), u.ID)
	if err == nil {
		// A handle names one user or one group.
		err = t.checkNoOther("SELECT COUNT(*) FROM usergroups WHERE workspace_id = ? AND handle_key = ?", "name", u.Workspace, nameKey(u.Name))
	}
	if err != nil || u.Email == "" {
		return err
	}
	return t.checkNoOther("SELECT COUNT(*) FROM users WHERE workspace_id = ? AND email_key = ? AND user_id <> ?",
		"email", u.Workspace, nameKey(u.Email), u.ID)
}

func (t *turn) checkNoOther(count, what string, args ...any) error {
	var n int
	if err := t.queryRow(count, args...).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return chat.NewError(chat.Exists, what)
	}
	return nil
}

// UpdateUser applies change, which may run more than once, and tells the
// workspace. Exists "name" or "email".
func (w *Workspace) UpdateUser(ctx context.Context, id chat.UserID, update func(*chat.User) error) (chat.User, error) {
	var u chat.User
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) (err error) {
		u, err = scanUser(w.id, t.queryRow("SELECT "+userColumns+" FROM users WHERE workspace_id = ? AND user_id = ?", w.id, id))
		if err != nil {
			return err
		}
		if err := update(&u); err != nil {
			return err
		}
		return t.updateUser(id, &u)
	}})
	if err != nil { // the turn may still run, where the caller went away
		return chat.User{}, err
	}
	if u.StatusEnds > 0 {
		w.store.noteDue()
	}
	return u, nil
}

// updateUser writes the user that was id's, whatever the caller did to the keys.
func (t *turn) updateUser(id chat.UserID, u *chat.User) error {
	u.ID, u.Workspace, u.UpdatedMS = id, t.head.stream.Workspace, t.nowMS
	if err := t.checkUserUnique(*u); err != nil {
		return err
	}
	before, err := t.user(id)
	if err != nil {
		return err
	}
	if before.Role != u.Role && u.Role == chat.SingleGuest {
		if err := t.mayBeSingle(id); err != nil {
			return err
		}
	}
	t.exec("UPDATE users SET name = ?, email = ?, real_name = ?, display_name = ?, title = ?, status_text = ?, status_emoji = ?, "+
		"time_zone = ?, role = ?, deleted = ?, away = ?, updated_ms = ?, avatar = ?, status_expiration = ?, profile = ?, name_key = ?, email_key = ? WHERE workspace_id = ? AND user_id = ?",
		u.Name, nullable(u.Email), u.RealName, u.DisplayName, u.Title, u.StatusText, u.StatusEmoji,
		u.TimeZone, u.Role, u.Deleted, u.Away, u.UpdatedMS, u.Avatar, u.StatusEnds, detailsOf(*u), nameKey(u.Name), nullable(nameKey(u.Email)), u.Workspace, u.ID)
	t.setStatusDue(*u)
	if before.Role != u.Role || u.Deleted && !before.Deleted {
		// What was made for another rank, and what somebody made who left, is void.
		t.exec("DELETE FROM entry_codes WHERE workspace_id = ? AND kind = ? AND (user_id = ? OR creator_id = ?)", u.Workspace, PasswordReset, id, id)
	}
	if before.Deleted != u.Deleted {
		if err := t.recountGroups(id); err != nil {
			return err
		}
	}
	return t.emitObject("user_change", u.ID, map[string]any{"user": t.userObject(*u)})
}
