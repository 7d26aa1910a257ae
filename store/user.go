package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"taut/chat"
)

const userColumns = "user_id, name, email, real_name, display_name, title, status_text, status_emoji, " +
	"time_zone, role, deleted, away, bot_id, app_id, created_ms, updated_ms, avatar, status_expiration, profile"

// scanner is a row or rows at a row.
type scanner interface{ Scan(...any) error }

func scanUser(w chat.WorkspaceID, r scanner) (chat.User, error) {
	u := chat.User{Workspace: w}
	var email sql.NullString
	var details []byte
	err := r.Scan(&u.ID, &u.Name, &email, &u.RealName, &u.DisplayName, &u.Title, &u.StatusText, &u.StatusEmoji,
		&u.TimeZone, &u.Role, &u.Deleted, &u.Away, &u.Bot, &u.App, &u.CreatedMS, &u.UpdatedMS, &u.Avatar, &u.StatusEnds, &details)
	u.Email = email.String
	if err == nil && len(details) > 0 {
		err = json.Unmarshal(details, &u.Details)
	}
	return u, absent(err, "user")
}

// absent turns the lack of a row into NotFound what.
func absent(err error, what string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return chat.NewError(chat.NotFound, what)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	return nil
}

// User is one person or bot user. NotFound "user".
func (w *Workspace) User(ctx context.Context, id chat.UserID) (chat.User, error) {
	return w.userWhere(ctx, "user_id = ?", id)
}

// UserByName finds a user by the handle. NotFound "user".
func (w *Workspace) UserByName(ctx context.Context, name string) (chat.User, error) {
	return w.userWhere(ctx, "name_key = ?", nameKey(name))
}

// UserByEmail finds a person. NotFound "user".
func (w *Workspace) UserByEmail(ctx context.Context, email string) (chat.User, error) {
	return w.userWhere(ctx, "email_key = ?", nameKey(email))
}

func (w *Workspace) userWhere(ctx context.Context, condition string, arg any) (chat.User, error) {
	return scanUser(w.id, w.store.db.QueryRowContext(ctx,
		"SELECT "+userColumns+" FROM users WHERE workspace_id = ? AND "+condition, w.id, arg))
}

// Users lists by id, those after the given one.
func (w *Workspace) Users(ctx context.Context, after chat.UserID, limit int) ([]chat.User, error) {
	return w.usersWhere(ctx, "user_id > ? ORDER BY user_id LIMIT ?", after, pageLimit(limit))
}

// UsersByID gives those that exist, in no order.
func (w *Workspace) UsersByID(ctx context.Context, ids []chat.UserID) ([]chat.User, error) {
	var found []chat.User
	err := inChunks(ids, func(chunk []any) error {
		users, err := w.usersWhere(ctx, "user_id IN ("+placeholders(len(chunk))+")", chunk...)
		found = append(found, users...)
		return err
	})
	return found, err
}

func (w *Workspace) usersWhere(ctx context.Context, condition string, args ...any) ([]chat.User, error) {
	rows, err := w.store.db.QueryContext(ctx,
		"SELECT "+userColumns+" FROM users WHERE workspace_id = ? AND "+condition, append([]any{w.id}, args...)...)
	return collect(rows, err, func(r scanner) (chat.User, error) { return scanUser(w.id, r) })
}

// PasswordHash is what the user's password is compared with; "" where none is set.
func (w *Workspace) PasswordHash(ctx context.Context, id chat.UserID) (string, error) {
	var hash string
	err := w.store.db.QueryRowContext(ctx,
		"SELECT password_hash FROM users WHERE workspace_id = ? AND user_id = ?", w.id, id).Scan(&hash)
	return hash, absent(err, "user")
}

// SetPasswordHash replaces it. NotFound "user".
func (w *Workspace) SetPasswordHash(ctx context.Context, id chat.UserID, hash string) error {
	if _, err := w.User(ctx, id); err != nil {
		return err
	}
	return w.store.write(ctx, func(t *tx) error {
		_, err := t.exec("UPDATE users SET password_hash = ? WHERE workspace_id = ? AND user_id = ?", hash, w.id, id)
		return err
	})
}
