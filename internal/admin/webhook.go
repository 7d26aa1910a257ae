package admin

import (
	"context"
	"fmt"
	"strings"

	"taut/chat"
	"taut/store"
)

// NewWebhook asks for an incoming webhook to a channel, which is named by its
// name or id.
type NewWebhook struct {
	Workspace string `json:"workspace"`
	Channel   string `json:"channel"`
	Name      string `json:"name"`
}

// WebhookCredentials are a webhook's, shown once.
type WebhookCredentials struct {
	WorkspaceID chat.WorkspaceID `json:"workspace_id"`
	Domain      string           `json:"domain"`
	WebhookID   chat.BotID       `json:"webhook_id"`
	ChannelID   chat.ChannelID   `json:"channel_id"`
	Path        string           `json:"path"` // of the URL, with the secret
}

func (c WebhookCredentials) ids() []any {
	return []any{"workspace", string(c.WorkspaceID), "webhook", string(c.WebhookID)}
}

// AddWebhook makes an incoming webhook.
func (l Local) AddWebhook(ctx context.Context, n NewWebhook) (WebhookCredentials, error) {
	w, err := l.workspace(ctx, n.Workspace)
	if err != nil {
		return WebhookCredentials{}, err
	}
	bound := l.Store.Workspace(w.ID)
	c, err := bound.ChannelByName(ctx, strings.TrimPrefix(n.Channel, "#"))
	if chat.CodeOf(err) == chat.NotFound && chat.ValidID(n.Channel, "CG") {
		c, err = bound.Channel(ctx, chat.ChannelID(n.Channel))
	}
	if chat.CodeOf(err) == chat.NotFound || err == nil && c.Type != chat.PublicChannel && c.Type != chat.PrivateChannel {
		return WebhookCredentials{}, plainly(chat.NewError(chat.NotFound, "channel"), "there is no channel %s in %s", n.Channel, w.Domain)
	}
	if err != nil {
		return WebhookCredentials{}, fmt.Errorf("channel %s: %w", n.Channel, err)
	}
	h, secret, err := bound.CreateWebhook(ctx, store.Actor{}, store.NewWebhook{Name: orElse(n.Name, "incoming-webhook"), Channel: c.ID})
	if err != nil {
		return WebhookCredentials{}, fmt.Errorf("add webhook: %w", err)
	}
	return WebhookCredentials{WorkspaceID: w.ID, Domain: w.Domain, WebhookID: h.ID, ChannelID: c.ID, Path: h.Path(secret)}, nil
}

// AddWebhook makes an incoming webhook.
func (c *Client) AddWebhook(ctx context.Context, n NewWebhook) (WebhookCredentials, error) {
	return call[WebhookCredentials](ctx, c, "/admin/webhooks", n)
}
