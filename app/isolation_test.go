package app

import (
	"strings"
	"testing"

	"taut/chat"
)

const colleagues = "a colleague"

// TestSocketsTellNothingOfWhatIsOthers sends each frame that names something with the
// ids of another workspace, and with ids that never were; and from a member of the same
// workspace with those of a private channel.
func TestSocketsTellNothingOfWhatIsOthers(t *testing.T) {
	ours, theirs, colleague := neighbours(t)
	lines := map[string]*socket{"another workspace": ours.socket(), colleagues: colleague.socket()}
	control := theirs.socket()
	probes := 0
	for _, frame := range []struct {
		text    string
		answers int
		tells   string // in the owner's own answer
		forAll  bool   // of the workspace
	}{
		{`{"type":"message","id":1,"channel":"CHANNEL","text":"hello there"}`, 1, `"ok":true`, false},
		{`{"type":"message","id":1,"channel":"CHANNEL","text":"hello there","thread_ts":"TS"}`, 1, `"ok":true`, false},
		{`{"type":"presence_query","id":1,"ids":["USER"]}`, 1, `"active"`, true},
		{`{"type":"presence_sub","id":1,"ids":["USER"]}`, 1, `"active"`, true},
		{`{"type":"resume","id":1,"incarnation":"none","cursor":{"CHANNEL":0}}`, 3, `"discontinuity"`, false},
		{`{"type":"resume","id":1,"incarnation":"none","cursor":{"USER":0}}`, 3, `"discontinuity"`, false},
		{`{"type":"resume","id":1,"incarnation":"none","cursor":{"TEAM":0}}`, 2, ``, true},
		{`{"type":"typing","id":1,"channel":"CHANNEL"}`, 0, ``, false},
	} {
		real := strings.NewReplacer("CHANNEL", theirs.secret, "USER", theirs.user, "TEAM", theirs.team, "TS", theirs.ts)
		channel, user, team := chat.NewID("C"), chat.NewID("U"), chat.NewID("T")
		never := strings.NewReplacer("CHANNEL", channel, "USER", user, "TEAM", team, "TS", "1400000000.000100")
		same := strings.NewReplacer(theirs.secret, "CHANNEL", channel, "CHANNEL", theirs.user, "USER", user, "USER", theirs.team, "TEAM", team, "TEAM",
			theirs.ts, "TS", "1400000000.000100", "TS")
		for who, line := range lines {
			if who == colleagues && frame.forAll {
				continue
			}
			got, want := line.ask(real.Replace(frame.text), min(frame.answers, 1)), line.ask(never.Replace(frame.text), min(frame.answers, 1))
			probes++
			if g, w := same.Replace(strings.Join(got, "\n")), same.Replace(strings.Join(want, "\n")); g != w {
				t.Errorf("%s by %s: %s\n\tand of what never was: %s", frame.text, who, g, w)
			}
		}
		if own := strings.Join(control.ask(real.Replace(frame.text), frame.answers), "\n"); !strings.Contains(own, frame.tells) {
			t.Errorf("the owner's own %s: %s, without %s", frame.text, own, frame.tells)
		}
	}
	t.Logf("%d probes over sockets", probes)
}

// TestTicketsAreOfWhomTheyWereMadeFor: a ticket beside somebody else's token opens a
// socket of the ticket's own person, once, and of nobody else.
func TestTicketsAreOfWhomTheyWereMadeFor(t *testing.T) {
	ours, theirs, colleague := neighbours(t)
	for _, who := range []*neighbour{ours, colleague} {
		path := theirs.ticket()
		line := who.dial(path)
		if got := line.ask(`{"type":"message","id":1,"channel":"`+theirs.secret+`","text":"x"}`, 1); !strings.Contains(got[0], `"ok":true`) {
			t.Errorf("by a ticket of its own: %s", got)
		}
		if who == ours {
			if got := line.ask(`{"type":"message","id":1,"channel":"`+ours.secret+`","text":"x"}`, 1); strings.Contains(got[0], `"ok":true`) {
				t.Errorf("the token beside a ticket is heeded: %s", got)
			}
		}
		used, never := who.upgrade(path), who.upgrade("/websocket/"+changed(path[len("/websocket/"):]))
		if used != never || !strings.Contains(used.body, "expired") {
			t.Errorf("used: %+v\n\tand one that never was: %+v", used, never)
		}
	}
}
