package store

import (
	"context"

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
}

// CreateUser adds a person; all but guests join #general. Exists "name" or "email".
func (w *Workspace) CreateUser(ctx context.Context, n NewUser) (chat.User, error) {
	return chat.User{}, errStub
}

// User is one person or bot user. NotFound "user".
func (w *Workspace) User(ctx context.Context, id chat.UserID) (chat.User, error) {
	return chat.User{}, errStub
}

// Users lists by id, those after the given one.
func (w *Workspace) Users(ctx context.Context, after chat.UserID, limit int) ([]chat.User, error) {
	return nil, errStub
}

// UsersByID gives those that exist, in no order.
func (w *Workspace) UsersByID(ctx context.Context, ids []chat.UserID) ([]chat.User, error) {
	return nil, errStub
}

// UserByName finds a user by the handle. NotFound "user".
func (w *Workspace) UserByName(ctx context.Context, name string) (chat.User, error) {
	return chat.User{}, errStub
}

// UserByEmail finds a person. NotFound "user".
func (w *Workspace) UserByEmail(ctx context.Context, email string) (chat.User, error) {
	return chat.User{}, errStub
}

// UpdateUser applies change, which may run more than once, and tells the
// workspace. Exists "name" or "email".
func (w *Workspace) UpdateUser(ctx context.Context, id chat.UserID, change func(*chat.User) error) (chat.User, error) {
	return chat.User{}, errStub
}

// PasswordHash is what the user's password is compared with; "" where none is set.
func (w *Workspace) PasswordHash(ctx context.Context, id chat.UserID) (string, error) {
	return "", errStub
}

// SetPasswordHash replaces it. NotFound "user".
func (w *Workspace) SetPasswordHash(ctx context.Context, id chat.UserID, hash string) error {
	return errStub
}
