package webapi

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"taut/chat"
)

// nest is a JSON value that lies depth arrays deep.
func nest(depth int) string { return strings.Repeat("[", depth) + "1" + strings.Repeat("]", depth) }

func deepBlocks(depth int) string {
	return `[{"type":"section","text":{"type":"mrkdwn","text":"[[{{\"[["},"x":` + nest(depth-2) + `}]`
}

func TestNesting(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	in := []any{"channel", a.public}
	ts := w.ok(t, a.ada, "chat.postMessage", append(in, "text", "x", "blocks", deepBlocks(maxNesting))...).text("ts")
	for _, depth := range []int{maxNesting + 1, 7_000} {
		for want, args := range map[string][]any{
			"invalid_blocks":          {"blocks", deepBlocks(depth)},
			"invalid_attachments":     {"attachments", `[{"x":` + nest(depth-2) + `}]`},
			"invalid_metadata_format": {"metadata", `{"event_type":"x","event_payload":{"x":` + nest(depth-2) + `}}`},
		} {
			args = append(args, "channel", a.public, "text", "x", "user", a.bob.id, "ts", ts)
			for _, method := range []string{"chat.postMessage", "chat.update", "chat.postEphemeral"} {
				if got := w.call(t, a.ada, method, args...); got["error"] != want {
					t.Errorf("%s nested %d deep: %v, want %s", method, depth, got["error"], want)
				}
			}
		}
	}
	w.ok(t, a.ada, "conversations.history", in...)
}

func TestNestingOfBodies(t *testing.T) {
	for depth, want := range map[int]string{maxBodyNesting - 1: "", maxBodyNesting: "invalid_json", 9_998: "invalid_json"} {
		got, _ := do(t, bare(), post("/api/api.test", "application/json", `{"x":`+nest(depth)+`}`))
		if got.Error != want {
			t.Errorf("nested %d deep: %q, want %q", depth, got.Error, want)
		}
	}
}

// What is no UTF-8 must not get into what is stored, nor come back.
func TestOnlyUTF8(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	for _, bad := range []string{
		`{"channel":"%s","text":"x","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"` + "\xff" + `","` + "\xfe" + `":1}}]}`,
		`{"channel":"%s","text":"x","attachments":[{"text":"` + "\xc3\x28" + `"}]}`,
		`{"channel":"%s","text":"x","metadata":{"event_type":"x","event_payload":{"x":"` + "\xed\xa0\x80" + `"}}}`,
		`{"channel":"%s","text":["` + "\xff" + `"]}`,
	} {
		r := post("/api/chat.postMessage", "application/json", fmt.Sprintf(bad, a.public))
		r.Header.Set("Authorization", "Bearer "+a.ada.token)
		answer := httptest.NewRecorder()
		w.server.ServeHTTP(answer, r)
		if body := answer.Body.String(); !utf8.ValidString(body) || !strings.Contains(body, `"ok":true`) || !strings.Contains(body, "\uFFFD") {
			t.Errorf("%q answers %q", bad, body)
		}
	}
	page, err := w.store.Read(t.Context(), chat.ReadRequest{Stream: a.workspace.ID.Channel(a.public)})
	must(t, err)
	for _, e := range page.Events {
		if !utf8.Valid(e.Payload) {
			t.Errorf("stored %q", e.Payload)
		}
	}
	_, answer := do(t, bare(), post("/api/api.test", "application/json", `{"x":["`+"\xff"+`"]}`))
	if body := answer.Body.String(); !utf8.ValidString(body) || !strings.Contains(body, "\uFFFD") {
		t.Errorf("api.test answers %q", body)
	}
}

func TestNoHTMLEscapes(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	for _, text := range []string{"text", "attachments"} {
		value := map[string]string{"text": "<&>", "attachments": `[{"text":"<&>"}]`}[text]
		w.ok(t, a.ada, "chat.postMessage", "channel", a.public, text, value)
	}
	r := post("/api/conversations.history", "application/x-www-form-urlencoded", "channel="+string(a.public))
	r.Header.Set("Authorization", "Bearer "+a.ada.token)
	answer := httptest.NewRecorder()
	w.server.ServeHTTP(answer, r)
	body := answer.Body.String()
	// The text's own entities stay Slack's; an attachment's text is the sender's.
	for _, want := range []string{`"text":"<&>"`, `"text":"&lt;&amp;&gt;"`, "<@" + string(a.ada.id) + "> has joined the channel"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not in %s", want, body)
		}
	}
	if strings.Contains(body, `\u00`) {
		t.Errorf("escapes in %s", body)
	}
}

func TestMessageSize(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	long := func(n int) string { return strings.Repeat("&", n) }
	attachments := `[{"text":"` + long(90_000) + `"}]`
	blocks := `[{"type":"section","text":{"type":"mrkdwn","text":"` + long(95_000) + `"}}]`
	in := func(args ...any) []any { return append(args, "channel", a.public, "user", a.bob.id) }
	ts := w.ok(t, a.ada, "chat.postMessage", in("text", long(40_000))...).text("ts")
	for want, args := range map[string][]any{
		"msg_too_long":                      in("text", long(40_000), "blocks", blocks),
		"msg_blocks_too_long":               in("text", long(10_000), "blocks", blocks, "attachments", attachments),
		"attachment_payload_limit_exceeded": in("text", long(12_000), "blocks", strings.Replace(blocks, long(95_000), long(60_000), 1), "attachments", attachments),
	} {
		for _, method := range []string{"chat.postMessage", "chat.postEphemeral"} {
			if got := w.call(t, a.ada, method, args...); got["error"] != want {
				t.Errorf("%s: %v, want %s", method, got["error"], want)
			}
		}
	}
	// An edit keeps what it does not name: with that too the message must fit.
	w.fails(t, "msg_too_long", a.ada, "chat.update", "channel", a.public, "ts", ts, "attachments", attachments)
	w.ok(t, a.ada, "chat.update", "channel", a.public, "ts", ts, "attachments", attachments, "text", "short")
	w.fails(t, "msg_too_long", a.ada, "chat.meMessage", "channel", a.public, "text", strings.Repeat("\x01", 40_000))
}

func TestCostumeSize(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	for name, most := range map[string]int{"username": maxUsername, "icon_url": maxIconURL, "icon_emoji": chat.MaxEmojiName + 2} {
		args := []any{"channel", a.public, "text", "x", name}
		text := "https://" + strings.Repeat("x", most-len("https://"))
		w.ok(t, a.robot, "chat.postMessage", append(args, text)...)
		w.fails(t, "invalid_arguments", a.robot, "chat.postMessage", append(args, text+"x")...)
	}
}

// What readers' clients would open or run is no icon.
func TestIconsAreOfTheWeb(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	for _, url := range []string{"javascript:alert(1)", "data:image/png,x", "file:///etc/passwd", "//example.com/x.png", "x.png", "https://"} {
		w.fails(t, "invalid_arguments", a.robot, "chat.postMessage", "channel", a.public, "text", "x", "icon_url", url)
	}
	w.ok(t, a.robot, "chat.postMessage", "channel", a.public, "text", "x", "icon_url", "http://example.com/x.png")
}
