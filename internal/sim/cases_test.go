package sim

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
	"taut/store"
)

// scene runs one directed case in a quiet world and judges it like a seed.
func scene(t *testing.T, act func(w *world)) {
	var w *world
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		w = emptyWorld(t, 1, dir)
		w.found()
		w.current().calm()
		act(w)
		w.finish()
	})
	w.verdict(t)
}

func (w *world) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// post1 posts as the channel's creator.
func (w *world) post1(ch chat.ChannelID, text string) {
	p := store.Post{Channel: ch, Author: w.users[0], Message: chat.Message{Text: text}}
	w.send(w.t.Context(), newDice(1, 1), w.current().store.Workspace(w.team), p)
}

// TestJoinedJustBeforeComing: the snapshot of the user's channels knows of a
// join that the channel server has not heard of. The client's cursor lies before
// it, so that the resume of the own stream has to bring it, and with it the
// channel's events from the join on.
func TestJoinedJustBeforeComing(t *testing.T) {
	scene(t, func(w *world) {
		c := newClient(w, "reader", w.users[4], true, newDice(1, 2))
		other := newClient(w, "other device", w.users[4], true, newDice(1, 3))
		w.enter(c)
		w.enter(other) // which keeps the own stream in the channel server's memory
		w.pass(10 * time.Second)
		away := true
		c.set(&away, nil)
		w.pass(time.Second)

		w.current().between.deaf.Store(true)
		_, err := w.current().store.Workspace(w.team).Join(w.t.Context(), w.channels[0], w.users[4], w.users[0])
		w.must(err)
		away = false
		c.set(&away, nil)
		w.pass(10 * time.Second)
		w.current().between.deaf.Store(false)
		w.post1(w.channels[0], "after the join")
		w.pass(10 * time.Second)
	})
}

// TestLeftAndTrimmed: a client asks from the begin for a channel that its user
// left, of which the log has no longer all. It is gone, and the socket stays.
func TestLeftAndTrimmed(t *testing.T) {
	scene(t, func(w *world) {
		ch, team := w.channels[3], w.current().store.Workspace(w.team) // private, of four users
		c := newClient(w, "reader", w.users[3], true, newDice(1, 2))
		c.streams[chat.StreamID(ch)] = &follow{}
		w.must(team.Leave(w.t.Context(), ch, w.users[3], w.users[3]))
		w.pass(time.Minute)
		_, err := w.current().store.Trim(w.t.Context(), chat.Now().Add(-10*time.Second))
		w.must(err)
		w.enter(c)
		w.pass(10 * time.Second)
		if n := w.counted("gone"); n != 1 {
			t.Errorf("told %d times that it is gone, want once", n)
		}
	})
}

// TestTyping: an ephemeral event reaches the others in the channel, over every
// gateway, and nobody else.
func TestTyping(t *testing.T) {
	scene(t, func(w *world) {
		ch := w.channels[1] // of the first two users
		for i := range 3 {
			for j := range 3 { // so many that both gateways have some
				w.enter(newClient(w, fmt.Sprint("user", i, j), w.users[i], true, newDice(uint64(i), uint64(j))))
			}
		}
		w.pass(10 * time.Second)
		w.clients[0].typing(ch)
		w.pass(time.Second)
		for i, c := range w.clients {
			want := 1
			if i == 0 || i >= 6 {
				want = 0 // the one that types, and the user who is no member
			}
			if got := w.counted(c.name + " got user_typing"); got != want {
				t.Errorf("%s got %d, want %d", c.name, got, want)
			}
		}
	})
}
