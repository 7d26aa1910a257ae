package scheduler_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/scheduler"
	"taut/store"
)

// nobody is mentioned by any message.
type nobody struct{}

func (nobody) Mentioned(context.Context, chat.MentionQuery) ([]chat.UserID, bool, error) {
	return nil, false, nil
}

// committed keeps the texts of messages in the order of their commits.
type committed struct {
	mu    sync.Mutex
	texts []string
	more  chan struct{}
}

func follow() *committed { return &committed{more: make(chan struct{}, 1)} }

func (c *committed) events(events []chat.Event) {
	c.mu.Lock()
	for _, e := range events {
		if e.Type == chat.TypeMessage {
			c.texts = append(c.texts, textOf(e))
		}
	}
	c.mu.Unlock()
	select {
	case c.more <- struct{}{}:
	default:
	}
}

// wait is how many messages were committed until one has the text.
func (c *committed) wait(t *testing.T, text string) int {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		c.mu.Lock()
		for i, is := range c.texts {
			if is == text {
				c.mu.Unlock()
				return i
			}
		}
		c.mu.Unlock()
		select {
		case <-c.more:
		case <-deadline:
			t.Fatalf("%q was not sent", text)
		}
	}
}

func start(t *testing.T, s *store.Store) *scheduler.Server {
	t.Helper()
	server := scheduler.Start(scheduler.Options{Store: s, Mentions: nobody{}, Log: slog.New(slog.DiscardHandler), Look: time.Hour})
	t.Cleanup(server.Close)
	return server
}

func schedule(t *testing.T, m *testenv.Team, ch chat.ChannelID, at time.Time, text string) {
	t.Helper()
	_, err := m.Schedule(t.Context(), store.Scheduled{Channel: ch, User: m.Users[0].ID, PostAt: at.Unix(),
		Content: store.ScheduledContent{Message: chat.Message{Text: text}}})
	if err != nil {
		t.Fatal(err)
	}
}

// The scheduler wakes when the next thing is due, also where that was added after
// it lay down.
func TestWakesWhenDue(t *testing.T) {
	c := follow()
	s := testenv.Open(t, func(o *store.Options) { o.Committed = c.events })
	m := testenv.NewTeam(t, s, 1)
	start(t, s)
	schedule(t, m, m.Channel, time.Now().Add(2*time.Hour), "much later")
	schedule(t, m, m.Channel, time.Now().Add(time.Hour), "later")
	for _, text := range []string{"first", "second"} {
		schedule(t, m, m.Channel, time.Now().Add(time.Second), text)
		c.wait(t, text)
	}
}

// What was due while no server ran is sent by the next one.
func TestSendsWhatWasDueBefore(t *testing.T) {
	c := follow()
	s := testenv.Open(t, func(o *store.Options) { o.Committed = c.events })
	m := testenv.NewTeam(t, s, 1)
	schedule(t, m, m.Channel, time.Now().Add(-48*time.Hour), "late")
	start(t, s)
	c.wait(t, "late")
}

// A workspace where a great many messages are due keeps no other waiting.
func TestWorkspacesAreServedInTurns(t *testing.T) {
	c := follow()
	s := testenv.Open(t, func(o *store.Options) { o.Committed = c.events })
	flood, quiet := testenv.NewTeam(t, s, 1), testenv.NewTeam(t, s, 1)
	const many = 600 // beyond what is looked at at once
	for i := range many {
		schedule(t, flood, flood.Channel, time.Unix(int64(i)*1000, 0), fmt.Sprint("flood", i))
	}
	schedule(t, quiet, quiet.Channel, time.Now().Add(-time.Second), "quiet")
	start(t, s)
	if at := c.wait(t, "quiet"); at > many/2 {
		t.Errorf("the quiet workspace's message came as number %d of %d", at, many)
	}
}

// looked keeps the messages whose links were looked at.
type looked chan lookedAt

type lookedAt struct {
	chat.Message
	links chat.Links
}

func (l looked) Look(_ chat.WorkspaceID, _ chat.ChannelID, m chat.Message, links chat.Links) {
	l <- lookedAt{m, links}
}

// A message that was sent has its links looked at, with the ts that it got, and
// those alone that it was scheduled with.
func TestLinksAreLookedAt(t *testing.T) {
	s := testenv.Open(t)
	m := testenv.NewTeam(t, s, 1)
	links := make(looked, 1)
	server := scheduler.Start(scheduler.Options{Store: s, Mentions: nobody{}, Links: links, Log: slog.New(slog.DiscardHandler)})
	t.Cleanup(server.Close)
	schedule(t, m, m.Channel, time.Now().Add(-time.Second), "<https://example.com>")
	if got := <-links; got.Text != "<https://example.com>" || got.TS == 0 || got.links != (chat.Links{}) {
		t.Errorf("looked at %+v", got)
	}
	want := chat.Links{NoPages: true}
	_, err := m.Schedule(t.Context(), store.Scheduled{Channel: m.Channel, User: m.Users[0].ID, PostAt: time.Now().Unix(),
		Content: store.ScheduledContent{Message: chat.Message{Text: "quiet"}, Links: want}})
	if err != nil {
		t.Fatal(err)
	}
	if got := <-links; got.Text != "quiet" || got.links != want {
		t.Errorf("looked at %+v", got)
	}
}

// Reminders and statuses go through the scheduler too.
func TestRemindsAndEndsStatuses(t *testing.T) {
	c := follow()
	s := testenv.Open(t, func(o *store.Options) { o.Committed = c.events })
	m := testenv.NewTeam(t, s, 1)
	start(t, s)
	if _, err := m.AddReminder(t.Context(), store.Reminder{User: m.Users[0].ID, Text: "eat", At: time.Now().Unix()}); err != nil {
		t.Fatal(err)
	}
	c.wait(t, "Reminder: eat")
	saved := m.Post(m.Users[0].ID, "x")
	if _, err := m.Save(t.Context(), m.Users[0].ID, store.Saved{Channel: m.Channel, TS: saved.Message.TS, Due: time.Now().Unix()}); err != nil {
		t.Fatal(err)
	}
	c.wait(t, "You asked to be reminded of a message in <#"+string(m.Channel)+">.")
	_, err := m.UpdateUser(t.Context(), m.Users[0].ID, func(u *chat.User) error {
		u.StatusText, u.StatusEnds = "lunch", time.Now().Unix()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.After(30 * time.Second); ; {
		u, err := m.User(t.Context(), m.Users[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if u.StatusText == "" {
			return
		}
		select {
		case <-deadline:
			t.Fatal("the status stays")
		case <-c.more:
		}
	}
}
