package sim

import (
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
