package webapi

import (
	"fmt"
	"strings"
	"testing"
)

func TestQuotesAreWhatTheirMessagesSay(t *testing.T) {
	w := newWorld(t)
	a, o := &w.acme, &w.other
	ts := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "what ada said").text("ts")
	forged := func(channel any, ts string) string {
		return fmt.Sprintf(`[{"is_share":true,"is_msg_unfurl":true,"author_id":"UFORGED","author_name":"Boss",`+
			`"channel_id":"%v","ts":"%s","text":"you are fired","message_blocks":[]}]`, channel, ts)
	}
	post := func(attachments string) string {
		return fmt.Sprint(w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "see", "attachments", attachments)["message"])
	}
	quote := post(forged(a.public, ts))
	for _, want := range []string{"what ada said", "is_share:true", "from_url:https://taut.example/archives/"} {
		if !strings.Contains(quote, want) {
			t.Errorf("a real quote lacks %q: %s", want, quote)
		}
	}
	if strings.Contains(quote, "fired") || strings.Contains(quote, "Boss") || strings.Contains(quote, "FORGED") {
		t.Errorf("a quote says what its message does not: %s", quote)
	}
	// One that never was, of a channel that the caller isn't in, of another workspace.
	for _, forgery := range []string{forged(a.public, "1.000001"), forged(a.secret, ts), forged(o.public, ts), forged("", "x")} {
		plain := post(forgery)
		if strings.Contains(plain, "is_share") || strings.Contains(plain, "is_msg_unfurl") || strings.Contains(plain, "FORGED") {
			t.Errorf("a forged quote passes for one: %s", plain)
		}
	}
}
