package webapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"taut/chat"
	"taut/internal/limit"
	"taut/store"
)

// webhookPost is what a call of a webhook counts as, in metrics and in the log.
var webhookPost = &method{name: "webhook", errors: map[string]string{
	"archived":   "channel_is_archived",
	"forbidden":  "action_prohibited",
	"not_found":  "channel_not_found",
	"not_member": "channel_not_found", // one that became private meanwhile

	"not_found:thread": "thread_not_found",
}}

// webhookScopes let a webhook say under which name and picture it posts.
var webhookScopes = []string{"chat:write", "chat:write.customize", "incoming-webhook"}

// Webhooks serves POST /services/TEAM/WEBHOOK/SECRET: the answer is the text
// "ok", or an error's name with a status of its own.
func (s *Server) Webhooks() http.Handler { return http.HandlerFunc(s.serveWebhook) }

func (s *Server) serveWebhook(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	q := s.newCall(webhookPost, chat.Caller{})
	q.http = r
	ctx, cancel := context.WithTimeout(r.Context(), requestTime)
	defer cancel()
	err := q.hook(ctx, w)
	text, status := "ok", http.StatusOK
	if err != nil {
		text, status = q.webhookFailure(err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'")
	h.Set("Cache-Control", "no-store")
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		h.Set("Retry-After", strconv.Itoa(max(1, q.retryAfter)))
	}
	w.WriteHeader(status)
	io.WriteString(w, text)
	q.sent = len(text)
	q.finish(start, text, err)
}

// hook does all that may fail.
func (q *request) hook(ctx context.Context, w http.ResponseWriter) (err error) {
	defer q.recover(&err)
	h, err := q.openWebhook(ctx)
	if err != nil {
		return err
	}
	if err := q.keepWebhookSlow(time.Now()); err != nil {
		return err
	}
	if err := q.readPayload(w); err != nil {
		return err
	}
	p, err := q.compose(ctx)
	if err != nil {
		return err
	}
	p.Message.Subtype = chat.SubtypeBot
	if p.Channel, err = q.webhookTarget(ctx, h); err != nil {
		return err
	}
	// A channel that isn't the webhook's must be public still as the message is written.
	p.Author, p.SkipMembership, p.Openly = h.User, p.Channel == h.Channel, p.Channel != h.Channel
	posted, err := q.send(ctx, p)
	if err == nil {
		q.unfurl(p.Channel, posted.Message)
	}
	return err
}

// keepWebhookSlow holds each webhook to the limits of a user, or to Slack's.
func (q *request) keepWebhookSlow(now time.Time) error {
	l := q.server.limits
	if !l.Allow(q.caller.Workspace, q.caller.User, now) {
		return fail("rate_limited")
	}
	if !q.server.slackLimits {
		return nil
	}
	if wait := l.Take(limit.Key{Workspace: q.caller.Workspace, Who: string(q.caller.Bot), What: "webhook"}, slackChannel, now); wait > 0 {
		return q.limited("rate_limited", wait)
	}
	return nil
}

var errNoService = fail("no_service")

// openWebhook finds the webhook that the path names. A workspace or webhook that
// is none, one that was revoked, and a wrong secret are all the same.
func (q *request) openWebhook(ctx context.Context) (h store.Webhook, err error) {
	team, id, secret := q.http.PathValue("team"), q.http.PathValue("webhook"), q.http.PathValue("secret")
	if !chat.ValidID(team, "T") || !chat.ValidID(id, "B") || secret == "" {
		return h, errNoService
	}
	q.workspace = q.server.store.Workspace(chat.WorkspaceID(team))
	h, err = q.workspace.OpenWebhook(ctx, chat.BotID(id), secret)
	if chat.CodeOf(err) == chat.NotFound {
		return h, errNoService
	}
	if err != nil {
		return h, err
	}
	q.caller = chat.Caller{
		Workspace: chat.WorkspaceID(team), User: h.User, Bot: h.ID, App: h.App,
		Role: chat.Member, Scopes: webhookScopes, TokenType: chat.BotToken, TokenID: string(h.ID),
	}
	return h, nil
}

var errPayload = fail("invalid_payload")

// readPayload takes the arguments out of a body of JSON, or of a form's payload.
func (q *request) readPayload(w http.ResponseWriter) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, q.http.Body, maxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return fail("request_too_large")
	}
	if err != nil {
		return errPayload
	}
	kind, _, _ := mime.ParseMediaType(q.http.Header.Get("Content-Type"))
	text := strings.TrimSpace(string(body))
	// Many senders leave the form's type on a body of JSON, as curl does.
	if kind == "application/x-www-form-urlencoded" && !strings.HasPrefix(text, "{") {
		form, err := url.ParseQuery(text)
		if err != nil || form.Get("payload") == "" {
			return errPayload
		}
		text = form.Get("payload")
	}
	return q.setPayload([]byte(text))
}

// setPayload keeps what a webhook may say.
func (q *request) setPayload(text []byte) error {
	var members map[string]json.RawMessage
	if !nestedWithin(text, maxBodyNesting) || json.Unmarshal(text, &members) != nil || members == nil {
		return errPayload
	}
	for _, name := range []string{
		"text", "blocks", "attachments", "thread_ts", "reply_broadcast", "username", "icon_emoji", "icon_url",
		"channel", "mrkdwn", "parse", "link_names", "unfurl_links", "unfurl_media", "metadata",
	} {
		if raw, ok := members[name]; ok {
			q.args.setJSON(name, raw)
		}
	}
	return nil
}

// webhookTarget is the webhook's channel, or the public one that the payload
// names. Private ones and people it can't reach: who has its URL is no member.
func (q *request) webhookTarget(ctx context.Context, h store.Webhook) (chat.ChannelID, error) {
	named := q.args.text("channel")
	if named == "" || named == string(h.Channel) {
		return h.Channel, nil
	}
	c, err := q.namedChannel(ctx, named)
	switch {
	case err != nil && chat.CodeOf(err) != chat.NotFound:
		return "", err
	case err == nil && c.ID == h.Channel:
		return h.Channel, nil
	case err != nil || c.Type != chat.PublicChannel:
		// The webhook's own channel by its name, where that is private.
		if own, err := q.workspace.Channel(ctx, h.Channel); err == nil && own.Name == strings.TrimPrefix(named, "#") {
			return h.Channel, nil
		}
		return "", fail("channel_not_found")
	}
	return c.ID, nil
}

// webhookFailure is an error's text and status.
func (q *request) webhookFailure(err error) (string, int) {
	e := q.method.asAPIError(err)
	switch e.name {
	case "no_service", "channel_not_found":
		return e.name, http.StatusNotFound
	case "action_prohibited":
		return e.name, http.StatusForbidden
	case "channel_is_archived":
		return e.name, http.StatusGone
	case "rate_limited", "ratelimited":
		return "rate_limited", http.StatusTooManyRequests
	case "request_too_large":
		return "invalid_payload", http.StatusRequestEntityTooLarge
	case "service_unavailable":
		return e.name, http.StatusServiceUnavailable
	case "internal_error":
		return "rollup_error", http.StatusInternalServerError
	}
	return e.name, http.StatusBadRequest
}
