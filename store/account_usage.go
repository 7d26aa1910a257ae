package store

import (
	"context"
	"fmt"

	"taut/chat"
)

// Usage is how much there is of what a workspace holds.
type Usage struct {
	Members  int `json:"members"` // active, guests not counted
	Guests   int `json:"guests"`
	Bots     int `json:"bots"`
	Inactive int `json:"deactivated"`
	Channels int `json:"channels"`
	Sessions int `json:"sessions"`
	Messages int `json:"messages"` // in all conversations, replies in threads not counted
}

// Usage counts.
func (w *Workspace) Usage(ctx context.Context) (u Usage, err error) {
	count := func(into *int, query string, args ...any) {
		if err == nil {
			err = w.store.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+query, append([]any{w.id}, args...)...).Scan(into)
		}
	}
	count(&u.Members, "users WHERE workspace_id = ? AND deleted = ? AND bot_id = '' AND role NOT IN (?, ?)", false, chat.Guest, chat.SingleGuest)
	count(&u.Guests, "users WHERE workspace_id = ? AND deleted = ? AND bot_id = '' AND role IN (?, ?)", false, chat.Guest, chat.SingleGuest)
	count(&u.Bots, "users WHERE workspace_id = ? AND deleted = ? AND bot_id <> ''", false)
	count(&u.Inactive, "users WHERE workspace_id = ? AND deleted = ?", true)
	count(&u.Channels, "channels WHERE workspace_id = ? AND type IN (?, ?)", chat.PublicChannel, chat.PrivateChannel)
	count(&u.Sessions, "sessions WHERE workspace_id = ? AND expires_ms > ?", chat.Now().UnixMilli())
	if err == nil {
		err = w.store.db.QueryRowContext(ctx, "SELECT COALESCE(SUM(n), 0) FROM stream_heads WHERE workspace_id = ?", w.id).Scan(&u.Messages)
	}
	if err != nil {
		return u, fmt.Errorf("count what there is: %w", err)
	}
	return u, nil
}

// WithSecondFactor tells who of the users has one.
func (w *Workspace) WithSecondFactor(ctx context.Context, users []chat.UserID) (map[chat.UserID]bool, error) {
	have := map[chat.UserID]bool{}
	err := inChunks(users, func(chunk []any) error {
		rows, err := w.store.db.QueryContext(ctx, "SELECT user_id FROM second_factors WHERE workspace_id = ? AND confirmed_ms > 0 AND user_id IN ("+
			placeholders(len(chunk))+")", append([]any{w.id}, chunk...)...)
		_, err = collect(rows, err, func(r scanner) (struct{}, error) {
			var u chat.UserID
			err := r.Scan(&u)
			have[u] = true
			return struct{}{}, err
		})
		return err
	})
	return have, err
}

// Bots are the workspace's but for those of webhooks, at most a page.
func (w *Workspace) Bots(ctx context.Context) ([]chat.Bot, error) {
	rows, err := w.store.db.QueryContext(ctx, "SELECT b.bot_id, b.user_id, b.app_id, b.name, u.deleted, b.updated_ms FROM bots b "+
		"JOIN users u ON u.workspace_id = b.workspace_id AND u.user_id = b.user_id WHERE b.workspace_id = ? "+
		"AND NOT EXISTS (SELECT 1 FROM webhooks h WHERE h.workspace_id = b.workspace_id AND h.hook_id = b.bot_id) "+
		"ORDER BY b.bot_id LIMIT ?", w.id, maxPage)
	return collect(rows, err, func(r scanner) (chat.Bot, error) {
		b := chat.Bot{Workspace: w.id}
		return b, r.Scan(&b.ID, &b.User, &b.App, &b.Name, &b.Deleted, &b.UpdatedMS)
	})
}
