package store

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"strings"

	"taut/chat"
)

// Webhook is an URL that posts to a channel: no token is needed, its last part
// is the secret. It posts as a bot of its own, which is in no channel.
type Webhook struct {
	Workspace chat.WorkspaceID
	ID        chat.BotID
	User      chat.UserID // the bot's
	App       chat.AppID
	Channel   chat.ChannelID
	Name      string
	Creator   chat.UserID // "": the server's operator
	Revoked   bool
	CreatedMS int64
}

// NewWebhook is a webhook to make.
type NewWebhook struct {
	Name    string
	Channel chat.ChannelID
}

// webhookSecret is how many hexadecimal digits a secret has.
const webhookSecret = 32

// Path is the path of the webhook's URL.
func (h Webhook) Path(secret string) string {
	return "/services/" + string(h.Workspace) + "/" + string(h.ID) + "/" + secret
}

// CreateWebhook makes a webhook with its bot. The secret is told here alone; its
// hash is kept. NotFound "channel".
func (w *Workspace) CreateWebhook(ctx context.Context, by Actor, n NewWebhook) (Webhook, string, error) {
	if _, err := w.Channel(ctx, n.Channel); err != nil {
		return Webhook{}, "", err
	}
	secret := chat.NewSecret(webhookSecret)
	hash := sha256.Sum256([]byte(secret))
	b, u := NewBot{Name: n.Name}.bot(w.id, chat.Now().UnixMilli())
	// The handle is nobody's to choose: many webhooks may have one name.
	u.Name = "webhook-" + strings.ToLower(string(b.ID))
	h := Webhook{Workspace: w.id, ID: b.ID, User: u.ID, App: b.App, Channel: n.Channel, Name: n.Name, Creator: by.User}
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) error {
		h.CreatedMS = t.nowMS
		if err := t.createUser(u, ""); err != nil {
			return err
		}
		if err := t.listBot(b, ""); err != nil {
			return err
		}
		t.exec("INSERT INTO webhooks (workspace_id, hook_id, user_id, channel_id, name, creator_id, secret_hash, revoked, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			w.id, h.ID, h.User, h.Channel, h.Name, h.Creator, hash[:], false, h.CreatedMS)
		t.audit(AuditEntry{Actor: by, Action: "webhook.create", Target: string(h.ID), Detail: map[string]string{"channel": string(h.Channel)}})
		return nil
	}})
	if err != nil {
		return Webhook{}, "", err
	}
	return h, secret, nil
}

const selectWebhook = "SELECT w.hook_id, w.user_id, b.app_id, w.channel_id, w.name, w.creator_id, w.revoked, w.created_ms, w.secret_hash " +
	"FROM webhooks w JOIN bots b ON b.workspace_id = w.workspace_id AND b.bot_id = w.hook_id WHERE w.workspace_id = ? AND "

func scanWebhook(w chat.WorkspaceID, r scanner, hash *[]byte) (h Webhook, err error) {
	h.Workspace = w
	err = r.Scan(&h.ID, &h.User, &h.App, &h.Channel, &h.Name, &h.Creator, &h.Revoked, &h.CreatedMS, hash)
	return h, absent(err, "webhook")
}

// OpenWebhook finds the webhook that has this secret. NotFound
// "webhook" where there is none, it was revoked, or the secret is another.
func (w *Workspace) OpenWebhook(ctx context.Context, id chat.BotID, secret string) (Webhook, error) {
	given := sha256.Sum256([]byte(secret))
	var hash []byte
	h, err := scanWebhook(w.id, w.store.db.QueryRowContext(ctx, selectWebhook+"w.hook_id = ?", w.id, id), &hash)
	if err == nil && (subtle.ConstantTimeCompare(hash, given[:]) != 1 || h.Revoked) {
		return Webhook{}, chat.NewError(chat.NotFound, "webhook")
	}
	if err != nil {
		return h, err
	}
	u, err := w.User(ctx, h.User)
	if err == nil && u.Deleted {
		err = chat.NewError(chat.NotFound, "webhook")
	}
	return h, err
}

// IsWebhook tells whether the bot is a webhook's.
func (w *Workspace) IsWebhook(ctx context.Context, id chat.BotID) (bool, error) {
	var n int
	err := w.store.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM webhooks WHERE workspace_id = ? AND hook_id = ?", w.id, id).Scan(&n)
	return n > 0, err
}

// Webhooks are those that are not revoked, newest first, at most a page.
func (w *Workspace) Webhooks(ctx context.Context) ([]Webhook, error) {
	rows, err := w.store.db.QueryContext(ctx, selectWebhook+"w.revoked = ? ORDER BY w.created_ms DESC, w.hook_id LIMIT ?", w.id, false, maxPage)
	return collect(rows, err, func(r scanner) (Webhook, error) {
		var hash []byte
		return scanWebhook(w.id, r, &hash)
	})
}

// RevokeWebhook ends a webhook for good, with its bot. NotFound "webhook"; to
// revoke one twice is harmless.
func (w *Workspace) RevokeWebhook(ctx context.Context, by Actor, id chat.BotID) error {
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) error {
		var hash []byte
		h, err := scanWebhook(w.id, t.queryRow(selectWebhook+"w.hook_id = ?", w.id, id), &hash)
		if err != nil || h.Revoked {
			return err
		}
		u, err := scanUser(w.id, t.queryRow("SELECT "+userColumns+" FROM users WHERE workspace_id = ? AND user_id = ?", w.id, h.User))
		if err != nil {
			return err
		}
		t.exec("UPDATE webhooks SET revoked = ? WHERE workspace_id = ? AND hook_id = ?", true, w.id, id)
		t.exec("UPDATE bots SET deleted = ?, updated_ms = ? WHERE workspace_id = ? AND bot_id = ?", true, t.nowMS, w.id, id)
		t.audit(AuditEntry{Actor: by, Action: "webhook.revoke", Target: string(id)})
		u.Deleted = true
		return t.updateUser(u.ID, &u)
	}})
	return err
}
