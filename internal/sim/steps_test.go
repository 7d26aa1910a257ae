package sim

import (
	"context"
	"fmt"
	"time"

	"taut/chat"
	"taut/internal/history"
	"taut/store"
)

// play takes steps drawn by chance, each from dice of its own. Calls of the API run beside each other and
// beside what comes after them.
func (w *world) play(steps int) {
	for i := range steps {
		d := newDice(w.seed, uint64(1000+i))
		w.step(d)
		time.Sleep(time.Duration(d.intn(250)) * time.Millisecond)
	}
}

func (w *world) step(d *dice) {
	switch n := d.intn(1000); {
	case n < 315:
		w.call(d, w.post)
	case n < 330:
		w.sayTwice(d)
	case n < 500:
		w.clients[d.intn(len(w.clients))].say(w.channel(d), chat.NewSecret(12), fmt.Sprint("over the socket ", n))
	case n < 560:
		w.call(d, w.edit)
	case n < 600:
		w.call(d, w.remove)
	case n < 625:
		w.call(d, w.react)
	case n < 640:
		w.call(d, w.mark)
	case n < 700:
		w.call(d, w.join)
	case n < 760:
		w.call(d, w.leave)
	case n < 850:
		w.comeOrGo(d)
	case n < 900:
		w.pauseSomebody(d)
	case n < 925:
		w.call(d, w.trim)
	case n < 935:
		w.call(d, w.reply)
	case n < 940:
		w.call(d, w.archive)
	case n < 945:
		w.call(d, w.create)
	case n < 955:
		w.outage(d)
	case n < 963:
		w.replaceGate(d)
	case n < 970:
		w.move(d)
	case n < 980:
		w.burst(d)
	case n < 985:
		w.restart(d)
	case n < 990:
		w.die(d)
	case n < 994:
		w.stall(d)
	default:
		w.restore(d)
	}
}

func (w *world) channel(d *dice) chat.ChannelID {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.channels[d.intn(len(w.channels))]
}

func (w *world) user(d *dice) chat.UserID { return w.users[d.intn(len(w.users))] }

// call runs f beside the rest.
func (w *world) call(d *dice, f func(ctx context.Context, d *dice, team *store.Workspace)) {
	p := w.current()
	w.calls.Go(func() { f(context.Background(), d, p.store.Workspace(w.team)) })
}

// post is chat.postMessage, with a second try under the same key now and then.
func (w *world) post(ctx context.Context, d *dice, team *store.Workspace) {
	w.send(ctx, d, team, store.Post{Channel: w.channel(d), Author: w.user(d), Message: chat.Message{Text: "over the API " + newMark()}})
}

func (w *world) reply(ctx context.Context, d *dice, team *store.Workspace) {
	if m, ok := w.some(d); ok {
		text := chat.Message{Text: "a reply " + newMark(), ThreadTS: m.ts}
		w.send(ctx, d, team, store.Post{Channel: m.channel, Author: w.user(d), Message: text, Broadcast: d.percent(30)})
	}
}

func (w *world) send(ctx context.Context, d *dice, team *store.Workspace, p store.Post) {
	again := p.Key != "" // its server died
	if !again {
		p.Key = chat.NewSecret(12)
		p.Message.ClientMsgID = p.Key
	}
	told := history.Record{Client: "api", User: p.Author, Stream: chat.StreamID(p.Channel), Key: p.Key}
	told.Kind = history.Send
	w.record.Add(told)
	for range 1 + d.intn(2) {
		done, err := team.PostMessage(ctx, p)
		if w.dying.Load() {
			w.mu.Lock()
			w.unsure = append(w.unsure, p)
			w.mu.Unlock()
			return
		}
		switch chat.CodeOf(err) {
		case "":
			told.Kind, told.Seq, told.TS = history.Ack, done.Event.Seq, done.Message.TS
			w.record.Add(told)
			w.mu.Lock()
			w.posted = append(w.posted, posted{p.Channel, p.Author, done.Message.TS, markOf(p.Message.Text)})
			w.mu.Unlock()
		case chat.NotMember, chat.NotFound, chat.Archived, chat.Invalid:
			told.Kind, told.Reason, told.Again = history.Refused, err.Error(), again
			w.record.Add(told)
		default:
			w.fault("posting: %v", err)
		}
	}
}

// some is a message that was posted.
func (w *world) some(d *dice) (posted, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.posted) == 0 {
		return posted{}, false
	}
	return w.posted[d.intn(len(w.posted))], true
}

// expect: these errors are answers, any other is a fault.
func (w *world) expect(what string, err error) {
	switch chat.CodeOf(err) {
	case chat.Unavailable:
		if !w.dying.Load() {
			w.fault("%s: %v", what, err)
		}
	case "", chat.NotFound, chat.NotMember, chat.Exists, chat.Forbidden, chat.Invalid, chat.Limited, chat.Archived:
	default:
		w.fault("%s: %v", what, err)
	}
}

// edit gives a message another text, which replaces a mark of the one before.
func (w *world) edit(ctx context.Context, d *dice, team *store.Workspace) {
	m, ok := w.some(d)
	if !ok {
		return
	}
	before := ""
	_, err := team.UpdateMessage(ctx, store.Edit{Channel: m.channel, TS: m.ts, Actor: m.user, Apply: func(c *chat.Message) {
		before = c.Text
		c.Text = m.mark + ", edited " + newVersion()
	}})
	w.expect("editing", err)
	if err == nil && !w.dying.Load() {
		w.marks.replaced(before)
		w.searchPages(ctx, team, m.channel)
	}
}

// remove deletes a message: its text is nowhere any more.
func (w *world) remove(ctx context.Context, d *dice, team *store.Workspace) {
	m, ok := w.some(d)
	if !ok {
		return
	}
	p := w.current()
	err := team.DeleteMessage(ctx, store.Delete{Channel: m.channel, TS: m.ts, Actor: m.user})
	w.expect("deleting", err)
	if err == nil && !w.dying.Load() && p != nil {
		w.removed(ctx, p, m)
	}
}

// removed looks everywhere for the text.
func (w *world) removed(ctx context.Context, p *process, m posted) {
	w.count("deleted")
	w.marks.deleted(m.mark)
	n := w.marks.now()
	w.searchLog(p.store, chat.StreamID(m.channel))
	w.searchPages(ctx, p.store.Workspace(w.team), m.channel)
	time.Sleep((boundMS + 1000) * time.Millisecond)
	w.searchMemory(ctx, p, n, chat.StreamID(m.channel))
}

func (w *world) react(ctx context.Context, d *dice, team *store.Workspace) {
	if m, ok := w.some(d); ok {
		name := fmt.Sprint("emoji", d.intn(3))
		if d.percent(70) {
			w.expect("reacting", team.AddReaction(ctx, m.channel, m.ts, w.user(d), name))
		} else {
			w.expect("unreacting", team.RemoveReaction(ctx, m.channel, m.ts, w.user(d), name))
		}
	}
}

// mark moves a read mark: the user's own stream tells all devices.
func (w *world) mark(ctx context.Context, d *dice, team *store.Workspace) {
	if m, ok := w.some(d); ok {
		w.expect("marking", team.Mark(ctx, w.user(d), m.channel, m.ts))
	}
}

// archive closes a channel, or opens it again.
func (w *world) archive(ctx context.Context, d *dice, team *store.Workspace) {
	ch := w.channel(d)
	if d.percent(40) {
		w.expect("archiving", team.Archive(ctx, ch, w.user(d)))
	} else {
		w.expect("unarchiving", team.Unarchive(ctx, ch, w.user(d)))
	}
}

// create makes a channel with some of the users.
func (w *world) create(ctx context.Context, d *dice, team *store.Workspace) {
	n := store.NewChannel{Name: "new-" + chat.NewSecret(6), Private: d.percent(50), Creator: w.user(d), Members: []chat.UserID{w.user(d), w.user(d)}}
	ch, err := team.CreateChannel(ctx, n)
	w.expect("creating", err)
	if err != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.channels = append(w.channels, ch.ID)
}

func (w *world) join(ctx context.Context, d *dice, team *store.Workspace) {
	user, inviter := w.user(d), chat.UserID("")
	if d.percent(50) {
		inviter = w.user(d) // who may be out themself
	}
	_, err := team.Join(ctx, w.channel(d), user, inviter)
	w.expect("joining", err)
}

func (w *world) leave(ctx context.Context, d *dice, team *store.Workspace) {
	user := w.user(d)
	actor := user
	if d.percent(50) {
		actor = w.user(d)
	}
	w.expect("leaving", team.Leave(ctx, w.channel(d), user, actor))
}

// trim lets go of events that are not messages, of all that were there long
// enough to have reached who was connected.
func (w *world) trim(ctx context.Context, d *dice, _ *store.Workspace) {
	p := w.current()
	before := chat.Now().Add(-5*time.Second - time.Duration(d.intn(15000))*time.Millisecond)
	if _, err := p.store.Trim(ctx, before); err != nil {
		w.fault("trimming: %v", err)
	}
}

// comeOrGo sends a client away, or lets all come back.
func (w *world) comeOrGo(d *dice) {
	away := d.percent(50)
	if away {
		w.clients[d.intn(len(w.clients))].set(&away, nil)
		return
	}
	for _, c := range w.clients {
		if d.percent(50) {
			c.set(&away, nil)
		}
	}
}

// pauseSomebody stops a client's reading, or lets all read.
func (w *world) pauseSomebody(d *dice) {
	paused := d.percent(40)
	if paused {
		w.clients[d.intn(len(w.clients))].set(nil, &paused)
		return
	}
	for _, c := range w.clients {
		c.set(nil, &paused)
	}
}

// outage hinders the gateways in reaching the channel server for a while.
func (w *world) outage(d *dice) {
	p := w.current()
	w.hindered(func() {
		p.outage(true)
		for range 8 {
			w.call(d, w.post)
			time.Sleep(time.Duration(d.intn(500)) * time.Millisecond)
		}
		p.outage(false)
	})
}

// move gives streams other owners, once or in haste, or ends links.
func (w *world) move(d *dice) {
	w.count("moves")
	for range 1 + d.intn(3) {
		w.current().move(d.intn(len(gateNames)), d.percent(30))
	}
}

func (w *world) replaceGate(d *dice) {
	p := w.current()
	p.replaceGate(w, d.intn(len(gateNames)), d.percent(50))
}

// burst posts more than a resume may bring of one stream.
func (w *world) burst(d *dice) {
	ch, n := w.channel(d), 200+d.intn(500)
	for range n {
		w.call(d, func(ctx context.Context, d *dice, team *store.Workspace) {
			w.send(ctx, d, team, store.Post{Channel: ch, Author: w.users[0], Message: chat.Message{Text: "burst"}})
		})
	}
}

// restart ends the server's life and begins another; now and then what it has
// stored by then is backed up.
func (w *world) restart(d *dice) {
	w.hindered(func() {
		w.stop()
		if d.percent(50) {
			w.backups = w.dir + ".backup"
			w.must(copyFolder(w.dir, w.backups))
		}
		w.start(false)
	})
	w.count("restarts")
}

// restore puts an older copy in the place of the log.
func (w *world) restore(*dice) {
	if w.backups == "" {
		return
	}
	w.hindered(func() {
		w.stop()
		w.must(copyFolder(w.backups, w.dir))
		w.mu.Lock()
		w.posted, w.unsure = nil, nil
		w.mu.Unlock()
		w.marks.forget()
		w.start(true)
	})
	w.count("restores")
}
