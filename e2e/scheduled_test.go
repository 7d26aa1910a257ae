//go:build e2e

package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestScheduledMessagesAreSentOnceThoughKilled kills the server again and again
// while messages come due.
func TestScheduledMessagesAreSentOnceThoughKilled(t *testing.T) {
	s, w := running(t, "--users", "3", "--channels", "1")
	api := s.caller(w.Users[0].Token)
	channel := api.must(t, "conversations.create", "name", "punctual").text("channel", "id")
	const messages = 30
	last := time.Now()
	for i := range messages {
		last = comingSoon(t, time.Duration(2+i/10)*time.Second, func(at string) error {
			_, err := api.call(t.Context(), "chat.scheduleMessage", form("channel", channel, "post_at", at, "text", fmt.Sprintf("due %d.", i)))
			return err
		})
	}
	kills, pace := 0, time.NewTicker(400*time.Millisecond)
	defer pace.Stop()
	for time.Now().Before(last.Add(2 * time.Second)) {
		<-pace.C
		s.kill()
		kills++
		s.start()
	}
	texts := map[string]int{}
	eventually(t, "all that was due is sent", func() error {
		clear(texts)
		history, err := api.call(t.Context(), "conversations.history", form("channel", channel, "limit", "999"))
		if err != nil {
			return err
		}
		for _, m := range history.list("messages") {
			if strings.HasPrefix(m.text("text"), "due ") {
				texts[m.text("text")]++
			}
		}
		if len(texts) < messages {
			return fmt.Errorf("%d of %d are there", len(texts), messages)
		}
		return nil
	})
	for text, n := range texts {
		if n != 1 {
			t.Errorf("%q was sent %d times", text, n)
		}
	}
	if left := api.must(t, "chat.scheduledMessages.list").list("scheduled_messages"); len(left) != 0 {
		t.Errorf("still scheduled: %v", left)
	}
	t.Logf("%d messages over %d kills", messages, kills)
}

// comingSoon asks for something so long from now, and for longer where that is past by
// the time the server looks, as on a machine that has much else to do. It gives when
// it is due.
func comingSoon(t *testing.T, wait time.Duration, ask func(at string) error) time.Time {
	t.Helper()
	for {
		due := time.Now().Add(wait)
		err := ask(strconv.FormatInt(due.Unix(), 10))
		if err == nil {
			return due
		}
		if wait *= 2; !strings.Contains(err.Error(), "time_in_past") || wait > time.Minute {
			t.Fatal(err)
		}
	}
}

// TestScheduledBySDKsSurviveAKill: what SDKs asked for before a kill is there after it,
// once, as is what they still wait for.
func TestScheduledBySDKsSurviveAKill(t *testing.T) {
	s, w := running(t, "--users", "2", "--channels", "1")
	owner := w.Users[0]
	channel := s.caller(owner.Token).must(t, "conversations.create", "name", "punctual").text("channel", "id")
	clients := []*sdk{
		silent(t, s, "node", owner.ID, owner.Token, "node", "node/driver.js"),
		pythonCalls(t, s, owner.ID, owner.Token), slackGo(t, s, owner.ID, owner.Token),
	}
	for _, client := range clients {
		for text, wait := range map[string]time.Duration{"soon, by " + client.name: 4 * time.Second, "tomorrow": 24 * time.Hour} {
			comingSoon(t, wait, func(at string) error {
				_, err := client.call("chat.scheduleMessage", object{"channel": channel, "post_at": at, "text": text})
				return err
			})
		}
	}
	s.kill()
	s.start()
	for _, client := range clients {
		eventually(t, "what was due is sent", func() error {
			history, err := client.call("conversations.history", object{"channel": channel, "limit": 100})
			if err != nil {
				return err
			}
			sent := map[string]int{}
			for _, m := range history.list("messages") {
				sent[m.text("text")]++
			}
			for _, c := range clients {
				if n := sent["soon, by "+c.name]; n != 1 {
					return fmt.Errorf("that of %s is there %d times", c.name, n)
				}
			}
			return nil
		})
		waiting := client.must(t, "chat.scheduledMessages.list", object{"channel": channel}).list("scheduled_messages")
		if len(waiting) != len(clients) {
			t.Errorf("%s: still scheduled is %v", client.name, waiting)
		}
	}
}

// TestRemindersSurviveAKill: Slackbot tells it after the restart, once.
func TestRemindersSurviveAKill(t *testing.T) {
	s, w := running(t, "--users", "2", "--channels", "1")
	api := s.caller(w.Users[1].Token)
	at := strconv.FormatInt(time.Now().Unix()+2, 10)
	api.must(t, "reminders.add", "text", "stand up and stretch", "time", at)
	s.kill()
	s.start()
	eventually(t, "the reminder comes", func() error {
		told := 0
		for _, c := range api.must(t, "users.conversations", "types", "im").list("channels") {
			for _, m := range api.must(t, "conversations.history", "channel", c.text("id")).list("messages") {
				if strings.Contains(m.text("text"), "stand up and stretch") && m.text("user") == "USLACKBOT" {
					told++
				}
			}
		}
		if told != 1 {
			return fmt.Errorf("told %d times", told)
		}
		return nil
	})
}
