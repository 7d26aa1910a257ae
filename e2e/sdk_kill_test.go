//go:build e2e

package e2e

import (
	"fmt"
	"testing"
)

// TestSDKsSurviveAKill lets two different SDKs converse while the server is
// killed between their sentences. Both come back by themselves; what was
// acknowledged before is in the history after.
func TestSDKsSurviveAKill(t *testing.T) {
	s, w := running(t, "--users", "4", "--bots", "1", "--channels", "1")
	channel := w.Channels[0].ID
	talkers := []*sdk{
		slackGo(t, s, w.Users[1].ID, w.Users[1].Token),
		node(t, s, w.Users[2].ID, w.Users[2].Token),
		python(t, s, "sync", w.Bots[0].User, w.Bots[0].Token),
	}
	var said []string
	say := func(from, to *sdk, text string) {
		t.Helper()
		var ts string
		// The SDK's own retries may not last until the server is back.
		eventually(t, from.name+" posts", func() error {
			answer, err := from.call("chat.postMessage", object{"channel": channel, "text": text})
			ts = answer.text("ts")
			return err
		})
		said = append(said, ts)
		to.await(t, fmt.Sprintf("%s hears %q of %s", to.name, text, from.name), all(has("message", "type"), has(ts, "ts"), has(text, "text")))
	}
	for round := range 2 {
		for i, from := range talkers {
			say(from, talkers[(i+1)%len(talkers)], fmt.Sprintf("round %d, %s", round, from.name))
		}
		marks := make([]int, len(talkers))
		for i, c := range talkers {
			marks[i] = c.mark()
		}
		s.kill()
		s.start()
		for i, c := range talkers {
			c.awaitFrom(t, marks[i], c.name+" is back", has("hello", "type"))
		}
	}
	history := talkers[0].must(t, "conversations.history", object{"channel": channel, "limit": 100})
	got := timestamps(history.list("messages"))
	for i, ts := range said {
		if at := len(said) - 1 - i; at >= len(got) || got[at] != ts {
			t.Fatalf("history holds %v, said was %v", got, said)
		}
	}
}
