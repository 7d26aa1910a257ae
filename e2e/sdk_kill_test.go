//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"testing"
)

// TestSDKsSurviveAKill lets different SDKs converse while the server is killed
// between their sentences. All come back by themselves; what was acknowledged, or
// heard, before is in the history after.
func TestSDKsSurviveAKill(t *testing.T) {
	s, w := running(t, "--users", "4", "--bots", "1", "--channels", "1")
	k := &killed{t: t, server: s, channel: w.Channels[0].ID, talkers: []*sdk{
		slackGo(t, s, w.Users[1].ID, w.Users[1].Token),
		node(t, s, w.Users[2].ID, w.Users[2].Token),
		python(t, s, "sync", w.Bots[0].User, w.Bots[0].Token),
	}}
	k.converse(k.post)
	k.kill()
	k.converse(k.post)
	k.kill()
	k.converse(k.speak)
	k.kill()
	k.converse(k.speak)
	history := k.talkers[0].must(t, "conversations.history", object{"channel": k.channel, "limit": 100})
	got := timestamps(history.list("messages"))
	slices.Reverse(got)
	if len(got) < len(k.said) || !slices.Equal(got[len(got)-len(k.said):], k.said) {
		t.Fatalf("history holds %v, said was %v", got, k.said)
	}
}

// killed is a conversation on a server that is killed.
type killed struct {
	t       *testing.T
	server  *server
	channel string
	talkers []*sdk
	said    []string // the ts
	rounds  int
}

// converse lets each say something that the next one hears.
func (k *killed) converse(say func(from *sdk, text string) (ts string)) {
	k.t.Helper()
	k.rounds++
	for i, from := range k.talkers {
		to, text := k.talkers[(i+1)%len(k.talkers)], fmt.Sprintf("round %d, %s", k.rounds, from.name)
		ts := say(from, text)
		heard := to.await(k.t, fmt.Sprintf("%s hears %q of %s", to.name, text, from.name), all(has("message", "type"), has(text, "text")))
		if ts != "" && heard.text("ts") != ts {
			k.t.Errorf("%s heard %q with ts %s, said was %s", to.name, text, heard.text("ts"), ts)
		}
		k.said = append(k.said, heard.text("ts"))
	}
}

// post says it over the Web API. The SDK's own retries may not last until the
// server is back.
func (k *killed) post(from *sdk, text string) (ts string) {
	k.t.Helper()
	eventually(k.t, from.name+" posts", func() error {
		answer, err := from.call("chat.postMessage", object{"channel": k.channel, "text": text})
		ts = answer.text("ts")
		return err
	})
	return ts
}

// speak says it over the socket. @slack/rtm-api ends its process when it comes
// back after having sent, so that one posts.
func (k *killed) speak(from *sdk, text string) (ts string) {
	k.t.Helper()
	if from.name == "node" {
		return k.post(from, text)
	}
	from.act(k.t, object{"do": "send", "channel": k.channel, "text": text})
	return ""
}

// kill ends the server and waits until all are back.
func (k *killed) kill() {
	k.t.Helper()
	marks := make([]int, len(k.talkers))
	for i, c := range k.talkers {
		marks[i] = c.mark()
	}
	k.server.kill()
	k.server.start()
	for i, c := range k.talkers {
		c.awaitFrom(k.t, marks[i], c.name+" is back", has("hello", "type"))
	}
}
