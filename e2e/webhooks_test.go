//go:build e2e

package e2e

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

// TestWebhooks posts through an incoming webhook with each SDK's own client.
func TestWebhooks(t *testing.T) {
	s, w := running(t, "--users", "3", "--channels", "1")
	owner := w.Users[0]
	listener := node(t, s, w.Users[1].ID, w.Users[1].Token)
	api := s.caller(owner.Token)
	channel := api.must(t, "conversations.create", "name", "alerts").text("channel", "id")
	api.must(t, "conversations.invite", "channel", channel, "users", listener.user)
	hook := api.must(t, "manage.webhooks.create", "channel", channel, "name", "deploys")
	url, id := hook.text("webhook", "url"), hook.text("webhook", "id")

	senders := []*sdk{slackGoHook(), listener, pythonCalls(t, s, owner.ID, owner.Token), python(t, s, "async", w.Users[2].ID, w.Users[2].Token)}
	for _, sender := range senders {
		t.Run(sender.name, func(t *testing.T) {
			text := "built by " + sender.name + " & *green*"
			answer, err := sender.do(object{"do": "webhook", "url": url, "message": object{
				"text": text, "attachments": []any{object{"text": "details", "color": "#36a64f"}},
			}})
			if err != nil || answer.text("text") != "ok" && sender.name != "slack-go" {
				t.Fatalf("answered %v, %v, want ok", answer, err)
			}
			said := listener.await(t, "what the webhook said", func(e object) bool {
				return e.text("subtype") == "bot_message" && strings.Contains(e.text("text"), sender.name)
			})
			if said.text("channel") != channel || said.text("bot_id") != id {
				t.Errorf("heard %v", said)
			}
		})
	}
	t.Run("Slack's texts", func(t *testing.T) {
		archived := api.must(t, "conversations.create", "name", "closed").text("channel", "id")
		dead := api.must(t, "manage.webhooks.create", "channel", archived).text("webhook", "url")
		api.must(t, "conversations.archive", "channel", archived)
		for _, c := range []struct {
			url, kind, body, want string
			status                int
		}{
			{url, "application/json", `{"text":"plain"}`, "ok", 200},
			{url, "application/x-www-form-urlencoded", `payload=%7B%22text%22%3A%22form%22%7D`, "ok", 200},
			{url, "application/json", `{"text":""}`, "no_text", 400},
			{url, "application/json", `{"text":`, "invalid_payload", 400},
			{url, "application/json", `{"text":"x","channel":"#nowhere"}`, "channel_not_found", 404},
			{dead, "application/json", `{"text":"x"}`, "channel_is_archived", 410},
			{url + "x", "application/json", `{"text":"x"}`, "no_service", 404},
			{strings.Replace(url, w.ID, "T0000000000", 1), "application/json", `{"text":"x"}`, "no_service", 404},
		} {
			if status, got := postTo(t, c.url, c.kind, c.body); got != c.want || status != c.status {
				t.Errorf("%s %s: %d %q, want %d %q", c.kind, c.body, status, got, c.status, c.want)
			}
		}
		api.must(t, "manage.webhooks.revoke", "webhook", id)
		if status, got := postTo(t, url, "application/json", `{"text":"x"}`); got != "no_service" {
			t.Errorf("a revoked webhook answers %d %q", status, got)
		}
	})
}

func postTo(t *testing.T, url, kind, body string) (int, string) {
	t.Helper()
	answer, err := http.Post(url, kind, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// slackGoHook is slack-go, which posts to webhooks without a client.
func slackGoHook() *sdk {
	return &sdk{name: "slack-go", do: func(c object) (object, error) {
		message, ok := c["message"].(object)
		if !ok {
			return nil, errors.New("no message")
		}
		err := slack.PostWebhook(c.text("url"), &slack.WebhookMessage{
			Text: message.text("text"), Attachments: []slack.Attachment{{Text: "details", Color: "#36a64f"}},
		})
		return object{}, err
	}}
}
