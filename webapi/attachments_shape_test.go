package webapi

import (
	"testing"
)

func TestAttachmentsAreWhatReadersTakeThemFor(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	for _, attachments := range []string{
		`[1,"x"]`, `[null]`, `[[]]`, `{}`, `"x"`, `[{"text":{}}]`, `[{"title":["x"]}]`, `[{"fields":7}]`, `[{"fields":[1]}]`, `[{"fields":[null]}]`,
		`[{"fields":[{"title":{}}]}]`, `[{"fields":[{"value":[]}]}]`, `[{"blocks":{}}]`, `[{"blocks":[1]}]`, `[{"blocks":[{"type":"rich_text","elements":"x"}]}]`,
		`[{"mrkdwn_in":"text"}]`, `[{"mrkdwn_in":[1]}]`, `[{"ts":{}}]`, `[{"files":[null]}]`, `[{"image_width":"wide"}]`, `[{"color":{}}]`, `[{"actions":"x"}]`,
	} {
		w.fails(t, "invalid_attachments", a.ada, "chat.postMessage", "channel", a.public, "text", "x", "attachments", attachments)
	}
	posted := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "attachments",
		`[{"text":5,"title":true,"footer":null,"ts":1700000000,"fields":[{"title":2.50,"value":null,"short":"yes"}]}]`)
	for path, want := range map[string]string{"text": "5", "title": "true", "fields.0.title": "2.50"} {
		if got := posted.text("message.attachments.0." + path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	for _, path := range []string{"footer", "fields.0.short", "fields.0.value"} {
		if got := posted.at("message.attachments.0." + path); got != nil {
			t.Errorf("%s is %v", path, got)
		}
	}
	ts := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "see https://example.com/x").text("ts")
	w.fails(t, "cannot_parse_attachment", a.robot, "chat.unfurl", "channel", a.public, "ts", ts, "unfurls", `{"https://example.com/x":{"text":{}}}`)
}
