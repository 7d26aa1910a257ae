package scheduler_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/scheduler"
	"taut/store"
)

// stuck says nothing about the messages with its name until it is told to, or
// fails for them.
type stuck struct {
	fails   error
	reached chan struct{}
	release chan struct{}
}

func (s stuck) Mentioned(_ context.Context, q chat.MentionQuery) ([]chat.UserID, bool, error) {
	if q.Text != "stuck" {
		return nil, false, nil
	}
	select {
	case s.reached <- struct{}{}:
	default:
	}
	if s.release != nil {
		<-s.release
	}
	return nil, false, s.fails
}

func startStuck(t *testing.T, s *store.Store, m stuck) {
	t.Helper()
	server := scheduler.Start(scheduler.Options{Store: s, Mentions: m, Log: slog.New(slog.DiscardHandler), Look: time.Hour})
	t.Cleanup(server.Close)
}

// What hangs in one workspace keeps no other waiting, neither with what was due
// at the same time nor with what comes later.
func TestAStuckWorkspaceKeepsNoOtherWaiting(t *testing.T) {
	c := follow()
	s := testenv.Open(t, func(o *store.Options) { o.Committed = c.events })
	one, two := testenv.NewTeam(t, s, 1), testenv.NewTeam(t, s, 1)
	schedule(t, one, one.Channel, time.Unix(1000, 0), "stuck")
	m := stuck{reached: make(chan struct{}, 1), release: make(chan struct{})}
	startStuck(t, s, m)
	t.Cleanup(func() { close(m.release) }) // before the scheduler is closed
	<-m.reached
	for _, text := range []string{"first", "second"} {
		schedule(t, two, two.Channel, time.Now(), text)
		c.wait(t, text)
	}
}

// A message that fails again and again, by what should pass, keeps those behind it
// waiting no longer, and in the end that counts.
func TestWhatIsBehindAFailureIsSent(t *testing.T) {
	c := follow()
	s := testenv.Open(t, func(o *store.Options) { o.Committed = c.events })
	m := testenv.NewTeam(t, s, 1)
	schedule(t, m, m.Channel, time.Now().Add(-time.Hour), "stuck")
	schedule(t, m, m.Channel, time.Now().Add(-2*time.Second), "stuck")
	schedule(t, m, m.Channel, time.Now().Add(-time.Second), "behind")
	startStuck(t, s, stuck{reached: make(chan struct{}, 1), fails: chat.NewError(chat.Limited, "room")})
	c.wait(t, "behind")
	due, err := s.Due(t.Context(), time.Now().Add(time.Hour).UnixMilli(), 10, nil)
	if err != nil {
		t.Fatal(err)
	}
	var late, fresh int
	for _, d := range due {
		if d.Attempts > 0 {
			late++
		} else if d.Kind == store.DueMessage {
			fresh++
		}
	}
	if late != 1 || fresh != 1 {
		t.Errorf("due are %+v, want one that counts attempts and one that does not yet", due)
	}
}
