package webapi

import (
	"testing"
)

// FuzzPostMessage: whatever the arguments hold, the answer is Slack's, and what
// was accepted can be read again.
func FuzzPostMessage(f *testing.F) {
	w := newWorld(f)
	a := &w.acme
	f.Add(string(a.public), "hello", "", "", "", "k1", "", uint8(0))
	f.Add("#project", "<@U1> *x* ~y~ `z`\n> q\n• l\n```p```", `[{"type":"section","text":{"type":"mrkdwn","text":"<!here>"}}]`, `[{"text":"a"}]`,
		`{"event_type":"e","event_payload":{}}`, "", "1.000001", uint8(7))
	f.Add(string(a.bob.id), "\x00\xff&lt;http://[::1]/", "[]", "{}", "{}", "é", "x", uint8(3))
	f.Fuzz(func(t *testing.T, channel, text, blocks, attachments, metadata, key, thread string, flags uint8) {
		args := []any{"channel", channel, "text", text, "blocks", blocks, "attachments", attachments, "metadata", metadata,
			"client_msg_id", key, "thread_ts", thread, "link_names", flags & 1, "mrkdwn", flags >> 1 & 1, "reply_broadcast", flags >> 2 & 1}
		got := w.call(t, a.ada, "chat.postMessage", args...)
		switch {
		case got.text("error") == "internal_error":
			t.Fatalf("%q gives %v", args, got)
		case got["ok"] == true:
			w.ok(t, a.ada, "reactions.get", "channel", got.text("channel"), "timestamp", got.text("ts"))
		}
	})
}
