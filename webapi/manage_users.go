package webapi

import (
	"context"

	"taut/chat"
	"taut/store"
)

// managedObject is a person as those who manage accounts see them.
type managedObject struct {
	ID        chat.UserID `json:"id"`
	Name      string      `json:"name"`
	RealName  string      `json:"real_name"`
	Email     string      `json:"email"`
	Role      chat.Role   `json:"role"`
	Deleted   bool        `json:"deleted"`
	IsBot     bool        `json:"is_bot"`
	TwoFactor bool        `json:"two_factor"`
	Created   int64       `json:"date_create"`
}

func newManagedObject(u chat.User, twoFactor bool) managedObject {
	return managedObject{u.ID, u.Name, u.RealName, u.Email, u.Role, u.Deleted, u.Bot != "", twoFactor, u.CreatedMS / 1000}
}

type managedUsersAnswer struct {
	reply
	Users []managedObject `json:"users"`
}

type managedUserAnswer struct {
	reply
	User managedObject `json:"user"`
}

func (s *Server) manageUsersList(ctx context.Context, q *request) (answer, error) {
	limit, err := q.args.limit("limit", 200, maxPage)
	if err != nil {
		return nil, err
	}
	users, err := q.workspace.Users(ctx, chat.UserID(q.args.text("cursor")), limit)
	if err != nil {
		return nil, err
	}
	ids := make([]chat.UserID, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	factors, err := q.workspace.WithSecondFactor(ctx, ids)
	if err != nil {
		return nil, err
	}
	a := &managedUsersAnswer{Users: []managedObject{}}
	for _, u := range users {
		a.Users = append(a.Users, newManagedObject(u, factors[u.ID]))
	}
	next := ""
	if len(users) == limit {
		next = string(ids[limit-1])
	}
	a.page(next)
	return a, nil
}

func (q *request) answerManaged(ctx context.Context, u chat.User, err error) (answer, error) {
	if err != nil {
		return nil, err
	}
	f, err := q.workspace.WithSecondFactor(ctx, []chat.UserID{u.ID})
	return &managedUserAnswer{User: newManagedObject(u, f[u.ID])}, err
}

// manageUsersSetRole gives a role below the caller's own.
func (s *Server) manageUsersSetRole(ctx context.Context, q *request) (answer, error) {
	role := chat.Role(q.args.text("role"))
	if !chat.ValidRole(role) {
		return nil, chat.NewError(chat.Invalid, "role")
	}
	if !q.caller.Role.MayManage(role) {
		return nil, chat.NewError(chat.Forbidden, "rank")
	}
	u, err := q.change(ctx, "user.set_role", map[string]string{"role": string(role)}, func(u *chat.User) error {
		if u.Deleted {
			return chat.NewError(chat.NotFound, "user")
		}
		u.Role = role
		return nil
	})
	return q.answerManaged(ctx, u, err)
}

// manageUsersDeactivate ends an account: first it can do nothing, then its tokens
// go for good, so that they don't come back with the account.
func (s *Server) manageUsersDeactivate(ctx context.Context, q *request) (answer, error) {
	u, err := q.change(ctx, "user.deactivate", nil, func(u *chat.User) error {
		u.Deleted = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	if _, err := q.workspace.Revoke(ctx, store.Revocation{User: u.ID}); err != nil {
		return nil, err
	}
	return q.answerManaged(ctx, u, nil)
}

// manageUsersReactivate first ends tokens that a deactivation, cut off, may have
// left.
func (s *Server) manageUsersReactivate(ctx context.Context, q *request) (answer, error) {
	u, err := q.managedUser(ctx)
	if err != nil {
		return nil, err
	}
	if u.Deleted {
		if _, err := q.workspace.Revoke(ctx, store.Revocation{User: u.ID}); err != nil {
			return nil, err
		}
	}
	u, err = q.change(ctx, "user.reactivate", nil, func(u *chat.User) error {
		u.Deleted = false
		return nil
	})
	return q.answerManaged(ctx, u, err)
}

func (s *Server) manageUsersDropSecondFactor(ctx context.Context, q *request) (answer, error) {
	u, err := q.managedUser(ctx)
	if err != nil {
		return nil, err
	}
	return done(), q.workspace.DropSecondFactor(ctx, u.ID, store.Factor{}, &store.AuditEntry{
		Actor: q.actor(), Action: "user.drop_second_factor", Target: string(u.ID),
	})
}

func (s *Server) manageSessionsList(ctx context.Context, q *request) (answer, error) {
	u, err := q.managedUser(ctx)
	if err != nil {
		return nil, err
	}
	return q.sessionsOf(ctx, u.ID)
}

// manageSessionsRevoke ends one session, or all.
func (s *Server) manageSessionsRevoke(ctx context.Context, q *request) (answer, error) {
	u, err := q.managedUser(ctx)
	if err != nil {
		return nil, err
	}
	return done(), q.endSession(ctx, store.Revocation{User: u.ID, Only: q.args.text("session"), Audit: &store.AuditEntry{
		Actor: q.actor(), Action: "user.revoke_sessions", Target: string(u.ID),
	}})
}

// manageTransferOwnership hands the primary owner's role on; it takes their
// password once more.
func (s *Server) manageTransferOwnership(ctx context.Context, q *request) (answer, error) {
	if q.caller.Role != chat.PrimaryOwner {
		return nil, chat.NewError(chat.Forbidden, "actor")
	}
	if _, err := s.auth.VerifyPassword(ctx, q.caller, q.args.text("password"), q.address()); err != nil {
		return nil, err
	}
	return done(), q.workspace.TransferOwnership(ctx, q.actor(), q.args.user("user"))
}
