package sim

import (
	"context"
	"testing"
	"time"

	"taut/chat"
	"taut/store"
)

// say1 posts as the channel's creator and tells what became of it.
func (w *world) say1(ch chat.ChannelID, m chat.Message, broadcast bool) posted {
	p := store.Post{Channel: ch, Author: w.users[0], Key: chat.NewSecret(12), Message: m, Broadcast: broadcast}
	done, err := w.current().store.Workspace(w.team).PostMessage(w.t.Context(), p)
	w.must(err)
	return posted{ch, w.users[0], done.Message.TS, markOf(m.Text)}
}

// alter gives a message another text.
func (w *world) alter(m posted) {
	text := m.mark + ", edited " + newVersion()
	before := ""
	_, err := w.current().store.Workspace(w.team).UpdateMessage(w.t.Context(), store.Edit{
		Channel: m.channel, TS: m.ts, Actor: m.user, Apply: func(c *chat.Message) { before, c.Text = c.Text, text },
	})
	w.must(err)
	w.marks.replaced(before)
}

func (w *world) delete(m posted) {
	p := w.current()
	w.must(p.store.Workspace(w.team).DeleteMessage(w.t.Context(), store.Delete{Channel: m.channel, TS: m.ts, Actor: m.user}))
	w.removed(w.t.Context(), p, m)
}

// TestDeletedIsNowhere deletes what has versions, a thread, and copies in
// replies that the channel shows, while somebody reads, so that the channel
// server has all of it in memory. Who comes later asks for all of it.
func TestDeletedIsNowhere(t *testing.T) {
	scene(t, func(w *world) {
		ch := w.channels[1]
		w.enter(newClient(w, "reader", w.users[1], true, newDice(1, 2)))
		w.pass(10 * time.Second)
		plain := w.say1(ch, chat.Message{Text: newMark()}, false)
		root := w.say1(ch, chat.Message{Text: newMark()}, false)
		shown := w.say1(ch, chat.Message{Text: newMark(), ThreadTS: root.ts}, true)
		w.alter(plain)
		w.alter(root)
		w.alter(root)
		w.alter(shown)
		w.searchPages(w.t.Context(), w.current().store.Workspace(w.team), ch)
		w.pass(5 * time.Second)
		for _, m := range []posted{plain, root, shown} {
			w.delete(m)
		}
		late := newClient(w, "late reader", w.users[1], true, newDice(1, 3))
		late.streams[chat.StreamID(ch)] = &follow{}
		w.enter(late)
		w.pass(10 * time.Second)
	})
}

// TestEditedOutIsInNoPage edits a root whose text a reply copied.
func TestEditedOutIsInNoPage(t *testing.T) {
	scene(t, func(w *world) {
		ch := w.channels[1]
		root := w.say1(ch, chat.Message{Text: newMark()}, false)
		w.alter(root)
		shown := w.say1(ch, chat.Message{Text: newMark(), ThreadTS: root.ts}, true)
		w.alter(root)
		w.alter(shown)
		w.searchPages(w.t.Context(), w.current().store.Workspace(w.team), ch)
	})
}

// TestKickedComesBeforeTheNews: somebody is removed, and comes before their own
// stream was told, while others go on talking.
func TestKickedComesBeforeTheNews(t *testing.T) {
	scene(t, func(w *world) {
		ch := w.channels[3] // private, of four users
		post := func() {
			w.call(newDice(1, 1), func(ctx context.Context, d *dice, team *store.Workspace) {
				w.send(ctx, d, team, store.Post{Channel: ch, Author: w.users[0], Message: chat.Message{Text: "not for the kicked"}})
			})
		}
		w.hindered(func() {
			sprung := w.trap.set(stallTrap)
			w.call(newDice(1, 1), func(ctx context.Context, _ *dice, team *store.Workspace) {
				w.expect("kicking", team.Leave(ctx, ch, w.users[3], w.users[0]))
			})
			<-sprung
			for i := range 4 { // so many that both gateways have some
				w.enter(newClient(w, "sdk "+string('a'+rune(i)), w.users[3], false, newDice(1, uint64(i))))
				w.enter(newClient(w, "kicked "+string('a'+rune(i)), w.users[3], true, newDice(2, uint64(i))))
			}
			w.pass(4 * time.Second)
			for range 3 {
				post()
			}
			w.pass(time.Second)
			w.trap.unset()
		})
		w.pass(5 * time.Second)
		post()
		w.pass(5 * time.Second)
	})
}

// TestKickedBeforeADeath: the process that removed somebody dies before it tells
// them; the next one does.
func TestKickedBeforeADeath(t *testing.T) {
	scene(t, func(w *world) {
		ch := w.channels[3]
		for i := range 4 {
			w.enter(newClient(w, "sdk "+string('a'+rune(i)), w.users[3], false, newDice(1, uint64(i))))
			w.enter(newClient(w, "kicked "+string('a'+rune(i)), w.users[3], true, newDice(2, uint64(i))))
		}
		w.pass(5 * time.Second)
		w.hindered(func() {
			sprung := w.trap.set(deathTrap)
			w.call(newDice(1, 1), func(ctx context.Context, _ *dice, team *store.Workspace) {
				w.expect("kicking", team.Leave(ctx, ch, w.users[3], w.users[0]))
			})
			<-sprung
			w.bury()
			w.trap.unset()
		})
		w.current().calm()
		w.pass(10 * time.Second)
		in, err := w.current().store.Workspace(w.team).Memberships(w.t.Context(), w.users[3])
		w.must(err)
		for _, m := range in.Channels {
			if m.Channel == ch {
				t.Errorf("the one who was removed is in %v", in.Channels)
			}
		}
		for _, c := range w.clients {
			if c.aware && c.streams[chat.StreamID(ch)] != nil {
				t.Errorf("%s still follows the channel", c.name)
			}
		}
		w.post1(ch, "not for the kicked")
		w.pass(5 * time.Second)
	})
}
