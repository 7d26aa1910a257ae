package webapi

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"taut/chat"
	"taut/store"
)

// What the log keeps of a bot is for everybody, and says nothing of where one
// request came to; answers have the URL that the server has now.
func TestIconsOfStoredMessages(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	w.server.publicURL = ""
	r := post("/api/chat.postMessage", "", "channel="+string(a.public)+"&text=x")
	r.Host = "evil.example"
	r.Header.Set("Authorization", "Bearer "+a.robot.token)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	recorded := httptest.NewRecorder()
	w.server.ServeHTTP(recorded, r)
	if !strings.Contains(recorded.Body.String(), `"image_36":"http://evil.example/avatars/`) {
		t.Errorf("the answer: %s", recorded.Body)
	}
	page, err := w.store.Read(t.Context(), chat.ReadRequest{Stream: a.workspace.ID.Channel(a.public), Limit: 100})
	must(t, err)
	last := string(page.Events[len(page.Events)-1].Payload)
	if !strings.Contains(last, `"image_36":"https://taut.example/avatars/`) || strings.Contains(last, "evil") {
		t.Errorf("the log keeps %s", last)
	}
	history := w.ok(t, a.ada, "conversations.history", "channel", a.public)
	if icon := history.text("messages.0.bot_profile.icons.image_36"); !strings.HasPrefix(icon, "http://example.com/avatars/") {
		t.Errorf("history has the icon %s", icon)
	}
}

func TestMetadataOfRootsAndReactions(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	metadata := `{"event_type":"made","event_payload":{"id":1}}`
	root := w.posts(t, a.ada, a.private, 1, "metadata", metadata)[0]
	w.posts(t, a.bob, a.private, 1, "thread_ts", root, "reply_broadcast", "1")
	w.ok(t, a.bob, "reactions.add", "channel", a.private, "timestamp", root, "name", "eyes")
	has := func(got result) bool {
		return slices.ContainsFunc(got.keys(), func(key string) bool { return strings.HasSuffix(key, "metadata.event_type") })
	}
	for _, call := range [][]any{
		{"conversations.history", "channel", a.private, "limit", 1},
		{"conversations.replies", "channel", a.private, "ts", root},
		{"reactions.get", "channel", a.private, "timestamp", root},
		{"reactions.list"},
	} {
		if got := w.ok(t, a.bob, fmt.Sprint(call[0]), call[1:]...); has(got) {
			t.Errorf("%v: unasked-for metadata: %v", call, got)
		}
	}
	got := w.ok(t, a.bob, "conversations.history", "channel", a.private, "limit", 1, "include_all_metadata", "1")
	if got.text("messages.0.root.metadata.event_type") != "made" {
		t.Errorf("asked for: %v", got)
	}
}

// A socket's refusals have Slack's names.
func TestWhyASocketsPostIsRefused(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	c, err := w.auth.Authenticate(t.Context(), a.ada.token)
	must(t, err)
	root := w.posts(t, a.ada, a.public, 1)[0]
	reply := w.posts(t, a.ada, a.public, 1, "thread_ts", root)[0]
	_, appUser, err := a.bound.CreateBot(t.Context(), store.NewBot{Name: "app"})
	must(t, err)
	app := chat.Caller{Workspace: a.workspace.ID, User: appUser.ID, TokenType: chat.AppToken}
	for _, test := range []struct {
		caller chat.Caller
		post   chat.RTMPost
		want   string
	}{
		{c, chat.RTMPost{Channel: string(a.public), Text: " \n"}, "no_text"},
		{c, chat.RTMPost{Text: "x"}, "invalid_arguments"},
		{c, chat.RTMPost{Channel: string(a.public), Text: "x", ThreadTS: tsOf(t, reply)}, "cannot_reply_to_message"},
		{app, chat.RTMPost{Channel: string(a.public), Text: "x"}, "not_allowed_token_type"},
	} {
		_, err := w.server.Post(t.Context(), test.caller, test.post)
		if err == nil || err.Error() != "invalid: "+test.want {
			t.Errorf("%+v gives %v, want %s", test.post, err, test.want)
		}
	}
}
