package app

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"taut/internal/admin"
)

// A webhook, by the client of an unmodified SDK, and the image proxy that shows
// nothing that it didn't sign.
func TestHooks(t *testing.T) {
	a := start(t, t.TempDir())
	d := door(t, a)
	owner, err := d.CreateWorkspace(t.Context(), admin.NewWorkspace{Domain: "acme"})
	if err != nil {
		t.Fatal(err)
	}
	hook, err := d.AddWebhook(t.Context(), admin.NewWebhook{Channel: "general", Name: "deploys"})
	if err != nil {
		t.Fatal(err)
	}
	url := d.Door.URL + hook.Path
	if err := slack.PostWebhookContext(t.Context(), url, &slack.WebhookMessage{Text: "done", Username: "ci", IconEmoji: ":rocket:"}); err != nil {
		t.Fatal(err)
	}
	refused, ok := errors.AsType[slack.StatusCodeError](slack.PostWebhookContext(t.Context(), url[:len(url)-1]+"x", &slack.WebhookMessage{Text: "x"}))
	if !ok || refused.Code != http.StatusNotFound {
		t.Errorf("a wrong secret: %v", refused)
	}
	person := slack.New(owner.Token, slack.OptionAPIURL(d.Door.URL+"/api/"))
	history, err := person.GetConversationHistoryContext(t.Context(), &slack.GetConversationHistoryParameters{ChannelID: string(hook.ChannelID), Limit: 1})
	if err != nil || len(history.Messages) != 1 {
		t.Fatalf("history %+v, %v", history, err)
	}
	if m := history.Messages[0]; m.Text != "done" || m.SubType != "bot_message" || m.Username != "ci" || m.BotID != string(hook.WebhookID) || m.Icons == nil {
		t.Errorf("posted %+v", m.Msg)
	}
	if status, body := get(t, d.Door.URL+"/img-proxy/x/aHR0cDovL2V4YW1wbGUuY29tLw"); status != http.StatusForbidden || strings.Contains(body, "<") {
		t.Errorf("not signed: %d %s", status, body)
	}
	if status, _ := get(t, url); status != http.StatusNotFound {
		t.Errorf("a webhook is for POST: %d", status)
	}
}
