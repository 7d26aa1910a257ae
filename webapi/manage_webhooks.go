package webapi

import (
	"context"
	"strings"

	"taut/chat"
	"taut/store"
)

func (s *Server) webhookMethods() []method {
	revoke := s.managed("manage.webhooks.revoke", chat.ManageApps, s.manageWebhooksRevoke, "webhook")
	revoke.errors = map[string]string{"not_found:webhook": "webhook_not_found"}
	return []method{
		s.managed("manage.webhooks.create", chat.ManageApps, s.manageWebhooksCreate, "channel"),
		s.managed("manage.webhooks.list", chat.ManageApps, s.manageWebhooksList),
		revoke,
	}
}

// webhookObject is a webhook as those who manage apps see it.
type webhookObject struct {
	ID      chat.BotID     `json:"id"`
	Name    string         `json:"name"`
	Channel chat.ChannelID `json:"channel"`
	Creator chat.UserID    `json:"creator,omitempty"`
	Created int64          `json:"date_create"`
	// URL is told once, to who made it: the store keeps no secrets.
	URL string `json:"url,omitempty"`
}

func newWebhookObject(h store.Webhook) webhookObject {
	return webhookObject{ID: h.ID, Name: h.Name, Channel: h.Channel, Creator: h.Creator, Created: h.CreatedMS / 1000}
}

type webhookAnswer struct {
	reply
	Webhook webhookObject `json:"webhook"`
}

type webhooksAnswer struct {
	reply
	Webhooks []webhookObject `json:"webhooks"`
}

// maxWebhookName is in bytes.
const maxWebhookName = 80

func (s *Server) manageWebhooksCreate(ctx context.Context, q *request) (answer, error) {
	name := strings.TrimSpace(q.args.text("name"))
	if name == "" {
		name = "incoming-webhook"
	}
	if len(name) > maxWebhookName {
		return nil, invalidArguments("[ERROR] must be at most 80 bytes [json-pointer:/name]")
	}
	channel, err := q.namedChannel(ctx, q.args.text("channel"))
	if err != nil {
		return nil, err
	}
	if channel.Type != chat.PublicChannel && channel.Type != chat.PrivateChannel {
		return nil, chat.NewError(chat.NotFound, "channel")
	}
	h, secret, err := q.workspace.CreateWebhook(ctx, q.actor(), store.NewWebhook{Name: name, Channel: channel.ID})
	if err != nil {
		return nil, err
	}
	object := newWebhookObject(h)
	object.URL = q.publicURL() + h.Path(secret)
	return &webhookAnswer{Webhook: object}, nil
}

// The list names channels by their ids alone: to see them takes membership.
func (s *Server) manageWebhooksList(ctx context.Context, q *request) (answer, error) {
	all, err := q.workspace.Webhooks(ctx)
	if err != nil {
		return nil, err
	}
	shown := &webhooksAnswer{Webhooks: []webhookObject{}}
	for _, h := range all {
		shown.Webhooks = append(shown.Webhooks, newWebhookObject(h))
	}
	return shown, nil
}

func (s *Server) manageWebhooksRevoke(ctx context.Context, q *request) (answer, error) {
	return done(), q.workspace.RevokeWebhook(ctx, q.actor(), chat.BotID(q.args.text("webhook")))
}

// actor is the caller as the audit log names them.
func (q *request) actor() store.Actor {
	return store.Actor{User: q.caller.User, Address: q.address()}
}
