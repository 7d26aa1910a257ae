package store

import (
	"context"

	"taut/chat"
)

// UserChange is what an administrator does to a user.
type UserChange struct {
	By     Actor
	Action string // what the audit log calls it
	User   chat.UserID
	Detail map[string]string
	// Update changes the user; actor is who does it as they are now, nil for the
	// operator. It may run more than once; its error refuses the change.
	Update func(actor, u *chat.User) error
}

// ChangeUser is UpdateUser with a look at who does it, in the same turn: a right
// that was lost meanwhile is no right. NotFound "user".
func (w *Workspace) ChangeUser(ctx context.Context, c UserChange) (chat.User, error) {
	var u chat.User
	var enters []fact
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) (err error) {
		if u, err = t.user(c.User); err != nil {
			return err
		}
		actor, err := t.actor(c.By)
		if err != nil {
			return err
		}
		wasGuest := u.Role.IsGuest()
		if err := c.Update(actor, &u); err != nil {
			return err
		}
		if err := t.updateUser(c.User, &u); err != nil {
			return err
		}
		t.audit(AuditEntry{Actor: c.By, Action: c.Action, Target: string(c.User), Detail: c.Detail})
		enters, err = t.enterGeneral(u, wasGuest)
		return err
	}})
	if err != nil {
		return chat.User{}, err
	}
	for _, f := range enters {
		if err := w.store.carryOut(ctx, w.id.Directory(), f.Target); err != nil {
			return u, err
		}
		if err := w.store.carryOut(ctx, f.Target, w.id.User(u.ID)); err != nil {
			return u, err
		}
	}
	return u, nil
}

// enterGeneral lets who is no guest any more into #general.
func (t *turn) enterGeneral(u chat.User, wasGuest bool) ([]fact, error) {
	if !wasGuest || u.Role.IsGuest() {
		return nil, nil
	}
	var general chat.ChannelID
	err := t.queryRow("SELECT general_id FROM workspaces WHERE workspace_id = ?", u.Workspace).Scan(&general)
	if err != nil {
		return nil, absent(err, "workspace")
	}
	f := fact{Target: u.Workspace.Channel(general), Kind: factEnter, Body: enterFact{User: u.ID, Public: true}}
	return []fact{f}, t.carry(f)
}

func (t *turn) user(id chat.UserID) (chat.User, error) {
	w := t.head.stream.Workspace
	return scanUser(w, t.queryRow(selectUser, w, id))
}

const selectUser = "SELECT " + userColumns + " FROM users WHERE workspace_id = ? AND user_id = ?"

// actor is who does it; nil is the operator. Forbidden "actor" for one who was
// deactivated meanwhile.
func (t *turn) actor(by Actor) (*chat.User, error) {
	if by.User == "" {
		return nil, nil
	}
	u, err := t.user(by.User)
	if err == nil && u.Deleted {
		err = chat.NewError(chat.Forbidden, "actor")
	}
	return &u, err
}

// TransferOwnership makes another person the primary owner; who was it becomes an
// owner. Forbidden "actor" unless it is the primary owner who does it, or the
// operator; NotFound "user" for a bot or who is deactivated; Invalid "role" for a guest.
func (w *Workspace) TransferOwnership(ctx context.Context, by Actor, to chat.UserID) error {
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) error {
		actor, err := t.actor(by)
		if err != nil {
			return err
		}
		if actor != nil && actor.Role != chat.PrimaryOwner {
			return chat.NewError(chat.Forbidden, "actor")
		}
		heir, err := t.user(to)
		switch {
		case err != nil:
			return err
		case heir.Deleted || heir.Bot != "":
			return chat.NewError(chat.NotFound, "user")
		case heir.Role.IsGuest() || heir.Role == chat.PrimaryOwner:
			return chat.NewError(chat.Invalid, "role")
		}
		before, err := scanUser(w.id, t.queryRow("SELECT "+userColumns+" FROM users WHERE workspace_id = ? AND role = ?", w.id, chat.PrimaryOwner))
		if err != nil {
			return err
		}
		before.Role, heir.Role = chat.Owner, chat.PrimaryOwner
		if err := t.updateUser(before.ID, &before); err != nil {
			return err
		}
		t.audit(AuditEntry{Actor: by, Action: "workspace.transfer", Target: string(to)})
		return t.updateUser(heir.ID, &heir)
	}})
	return err
}
