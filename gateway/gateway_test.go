package gateway_test

import (
	"net/url"
	"strings"
	"testing"

	"taut/chat"
)

func parseURL(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil {
		panic(err)
	}
	return u
}

func TestConversation(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		w := r.world
		w.addUser("ann", chat.Member)
		w.addUser("bob", chat.Member)
		w.join("town", "ann", false)
		w.join("town", "bob", false)
		ann, bob := r.connect("ann"), r.connect("bob")
		for _, c := range []*client{ann, bob} {
			if got := c.take(); len(got) != 1 || !strings.Contains(got[0], `"type":"hello"`) {
				t.Fatalf("first frames %q, want hello", got)
			}
		}
		ann.send(`{"type":"message","id":1,"channel":"%s","text":"hi"}`, channelID("town"))
		if got := ann.take(); len(got) != 1 || !strings.Contains(got[0], `"ok":true,"reply_to":1`) {
			t.Errorf("ann got %q, want an ack", got)
		}
		if got := bob.take(); len(got) != 1 || !strings.Contains(got[0], `"text":"hi"`) {
			t.Errorf("bob got %q, want the message", got)
		}
	})
}
