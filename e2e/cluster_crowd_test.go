//go:build e2e && mariadb && s3

package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/history"
)

// crowd are the people of two workspaces: each has a socket at one of the gateways,
// and by turns they post to the channels that they are in. Every message is awaited
// on the screen of each member of its channel.
type crowd struct {
	t       *testing.T
	cluster *cluster
	record  *history.Recorder
	spaces  []workspace
	api     *balancer
	readers []*reader
	lively  []*room
	silent  []*room // hear one message at a time, and nothing after it
	random  *rand.Rand

	posts sync.WaitGroup
	stop  context.CancelFunc

	mu       sync.Mutex
	numbers  int               // messages so far
	messages map[string]*sent  // by key
	awaited  map[*sent]bool    // somebody lacks them
	newest   map[place]chat.TS // that each reader was shown
	phases   []*phase          // to the last one count the messages that are sent now
}

// room is a channel and who is in it.
type room struct {
	id      string
	senders []*sender
	members []int // by their number in readers
}

// sent is a message on its way.
type sent struct {
	key     string
	room    *room
	phase   *phase
	atMS    int64
	acked   bool
	ackedMS int64
	lacked  []int // the readers who have not shown it
}

// place is a reader's in a stream.
type place struct {
	reader int
	stream chat.StreamID
}

// The crowd's size, and what it says in a second.
const (
	people   = 500
	rooms    = 200
	inRoom   = 10
	silence  = 40 // of the rooms
	byTurns  = 8  // silent rooms that hear something at a time
	perTick  = 10 * time.Millisecond
	eachTick = 2 // messages
)

func newCrowd(t *testing.T, c *cluster) *crowd {
	t.Helper()
	w := &crowd{
		t: t, cluster: c, record: &history.Recorder{}, api: newBalancer(c.apis), random: rand.New(rand.NewPCG(7, 11)),
		messages: map[string]*sent{}, awaited: map[*sent]bool{}, newest: map[place]chat.TS{},
	}
	for _, half := range []struct {
		domain, other string
		people, rooms int
	}{{"acme", "globex", people * 4 / 5, rooms * 4 / 5}, {"globex", "acme", people / 5, rooms / 5}} {
		s := c.apis[0]
		space := s.seed(half.domain, "--config", s.config(), "--users", fmt.Sprint(half.people), "--bots", "0",
			"--channels", fmt.Sprint(half.rooms), "--members", fmt.Sprint(inRoom))
		w.spaces = append(w.spaces, space)
		w.settleIn(space, half.other)
	}
	return w
}

// settleIn gives the people of a workspace their devices.
func (w *crowd) settleIn(space workspace, other string) {
	numbers := map[string]int{}
	senders := map[string]*sender{}
	for _, u := range space.Users {
		number := len(w.readers)
		numbers[u.ID] = number
		name := fmt.Sprintf("%s-%d", space.Domain, number)
		api := w.api.caller(u.Token)
		senders[u.ID] = &sender{name: name + "-says", user: chat.UserID(u.ID), api: api, record: w.record}
		var mine []string
		for _, channel := range space.Channels {
			if slices.Contains(channel.Members, u.ID) {
				mine = append(mine, channel.ID)
			}
		}
		n := len(w.cluster.gates)
		gates := slices.Concat(w.cluster.gates[number%n:], w.cluster.gates[:number%n])
		r := newReader(gates, api, w.record, name, u.ID, mine...)
		r.foreign = "message " + other
		r.shown = func(rec history.Record) { w.shown(number, rec) }
		w.readers = append(w.readers, r)
	}
	for i, channel := range space.Channels {
		room := &room{id: channel.ID}
		for _, member := range channel.Members {
			room.senders = append(room.senders, senders[member])
			room.members = append(room.members, numbers[member])
		}
		if i < silence*len(space.Channels)/rooms {
			w.silent = append(w.silent, room)
		} else {
			w.lively = append(w.lively, room)
		}
	}
}

// come connects everybody and begins to talk.
func (w *crowd) come() {
	w.t.Helper()
	for _, r := range w.readers {
		r.group.Go(r.run)
	}
	w.t.Cleanup(w.leave)
	eventually(w.t, "everybody is there", func() error {
		for _, r := range w.readers {
			if r.held() == "" {
				return fmt.Errorf("%s had no hello", r.name)
			}
		}
		return nil
	})
	w.settled()
	var ctx context.Context
	ctx, w.stop = context.WithCancel(context.Background())
	w.posts.Go(func() { w.talk(ctx) })
}

// talk says something somewhere at an even pace, whatever becomes of it.
func (w *crowd) talk(ctx context.Context) {
	tick := time.NewTicker(perTick)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for range eachTick {
			w.post(w.lively[w.random.IntN(len(w.lively))])
		}
	}
}

// hint says one thing in some of the silent rooms.
func (w *crowd) hint() {
	for range byTurns {
		w.silent = append(w.silent[1:], w.silent[0])
		w.post(w.silent[0])
	}
}

// post has somebody post to the room; it doesn't wait.
func (w *crowd) post(to *room) {
	w.mu.Lock()
	n := w.numbers
	w.numbers++
	by := to.senders[n%len(to.senders)]
	m := &sent{key: fmt.Sprintf("%s-%d", by.name, n), room: to, phase: w.phases[len(w.phases)-1], atMS: time.Now().UnixMilli(), lacked: slices.Clone(to.members)}
	w.messages[m.key], w.awaited[m] = m, true
	m.phase.messages++
	w.mu.Unlock()
	w.posts.Go(func() {
		acked := by.post(context.Background(), to.id, n)
		w.mu.Lock()
		defer w.mu.Unlock()
		m.acked, m.ackedMS = acked, time.Now().UnixMilli()
		w.done(m)
	})
}

// done: called with mu.
func (w *crowd) done(m *sent) {
	if m.acked && len(m.lacked) == 0 {
		delete(w.awaited, m)
	}
}

// shown: a reader shows an event.
func (w *crowd) shown(reader int, rec history.Record) {
	w.mu.Lock()
	defer w.mu.Unlock()
	m := w.messages[rec.Key]
	if m == nil {
		return
	}
	i := slices.Index(m.lacked, reader)
	if i < 0 {
		m.phase.doubled++
		return
	}
	m.lacked = slices.Delete(m.lacked, i, i+1)
	m.phase.shown(reader, m, time.Now().UnixMilli())
	at := place{reader, rec.Stream}
	if rec.TS <= w.newest[at] {
		m.phase.order++
	}
	w.newest[at] = max(w.newest[at], rec.TS)
	w.done(m)
}

// caughtUp waits until everybody has all that was posted before.
func (w *crowd) caughtUp() {
	w.t.Helper()
	before := time.Now().UnixMilli()
	eventually(w.t, "everybody has all that was posted", func() error {
		w.mu.Lock()
		defer w.mu.Unlock()
		for m := range w.awaited {
			if m.atMS < before {
				var names []string
				for _, number := range m.lacked {
					names = append(names, w.readers[number].name)
				}
				return fmt.Errorf("%s of %s is lacked by %q (acknowledged: %t); %d messages in all", m.key, m.room.id, names, m.acked, len(w.awaited))
			}
		}
		return nil
	})
}

// home lets go of the sockets that are not where their owners want them, so that
// the gateways have their share again.
func (w *crowd) home() {
	w.t.Helper()
	for _, r := range w.readers {
		if !r.home() {
			r.drop()
		}
	}
	eventually(w.t, "everybody is at home", func() error {
		for _, r := range w.readers {
			if !r.home() {
				return fmt.Errorf("%s is elsewhere", r.name)
			}
		}
		return nil
	})
	w.settled()
}

// settled waits until every question is answered.
func (w *crowd) settled() {
	w.t.Helper()
	eventually(w.t, "every question is answered", func() error {
		for _, r := range w.readers {
			if err := r.unanswered(); err != nil {
				return err
			}
		}
		return nil
	})
}

// online waits until somebody at each gateway is active to the others of the workspace,
// whoever knows of that now.
func (w *crowd) online() {
	w.t.Helper()
	for i := range w.cluster.gates {
		eventually(w.t, "who is connected is active", func() error {
			answer, err := w.readers[i+3].api.call(w.t.Context(), "users.getPresence", form("user", string(w.readers[i].user)))
			if err == nil && answer.text("presence") != "active" {
				err = fmt.Errorf("%v", answer)
			}
			return err
		})
	}
}

// speak has somebody post over a socket, to a gateway that has no database.
func (w *crowd) speak() {
	w.t.Helper()
	of := w.spaces[0]
	channel := of.Channels[0]
	i := slices.IndexFunc(w.readers, func(r *reader) bool { return string(r.user) == channel.Members[0] })
	over := &socket{w.readers[i].servers[0], w.readers[i].api.token}
	eventually(w.t, "a message over a socket is acknowledged", func() error {
		_, err := over.post(w.t.Context(), channel.ID, "by-socket")
		return err
	})
}

// leave ends the talk, and everybody goes.
func (w *crowd) leave() {
	w.hush()
	for _, r := range w.readers {
		r.cancel()
		r.drop()
	}
	for _, r := range w.readers {
		r.group.Wait()
	}
	w.api.close()
}

// hush ends the talk: what was said is answered first.
func (w *crowd) hush() {
	if w.stop != nil {
		w.stop()
	}
	w.posts.Wait()
}
