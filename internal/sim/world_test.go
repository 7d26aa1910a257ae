package sim

import (
	"context"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
	"taut/internal/history"
	"taut/store"
)

// world is one run: the server's lives, the clients, and the chance that moves
// them.
type world struct {
	t       *testing.T
	seed    uint64
	dir     string
	backups string // of the data folder, "" while there is none
	dice    *dice
	record  *history.Recorder
	ledger  *ledger

	owners  int // channel servers that believe that all streams are theirs
	team    chat.WorkspaceID
	users   []chat.UserID
	clients []*client
	running sync.WaitGroup // the clients
	calls   sync.WaitGroup // API calls under way
	aside   sync.WaitGroup // what clients do beside reading
	over    chan struct{}
	dying   atomic.Bool // the process is dead, but its goroutines don't know yet
	trap    trap
	marks   *marks

	mu       sync.Mutex
	process  *process         // guarded by mu
	channels []chat.ChannelID // guarded by mu
	defaults []chat.StreamID  // #general and #random, in which nothing happens
	posted   []posted         // guarded by mu
	unsure   []store.Post     // guarded by mu: sends whose server died
	counts   map[string]int
	faults   []string
	finished bool
}

// posted is a message that may be edited, deleted and reacted to.
type posted struct {
	channel chat.ChannelID
	user    chat.UserID
	ts      chat.TS
	mark    string // in its text, and in no other
}

func emptyWorld(t *testing.T, seed uint64, dir string) *world {
	return &world{
		t: t, seed: seed, owners: 1, dir: filepath.Join(dir, "data"), dice: newDice(seed, 1), record: &history.Recorder{},
		ledger: newLedger(), marks: newMarks(), over: make(chan struct{}), counts: make(map[string]int),
	}
}

// newWorld has five users with up to two devices, and one SDK.
func newWorld(t *testing.T, seed uint64, dir string) *world {
	w := emptyWorld(t, seed, dir)
	if seed%3 == 0 {
		w.owners = 2
	}
	w.found()
	devices := []string{"laptop", "phone"}
	for i, u := range w.users {
		for j := range 1 + i%2 {
			w.enter(newClient(w, fmt.Sprintf("user%d-%s", i, devices[j]), u, true, newDice(seed, uint64(100+10*i+j))))
		}
	}
	w.enter(newClient(w, "user0-sdk", w.users[0], false, newDice(seed, 99)))
	return w
}

// enter lets a client run.
func (w *world) enter(c *client) {
	w.clients = append(w.clients, c)
	w.running.Go(c.run)
}

// found makes the workspace and starts the server's first life.
func (w *world) found() {
	ctx := w.t.Context()
	s, err := store.Open(ctx, store.Options{Data: w.dir})
	w.must(err)
	info, owner, err := s.CreateWorkspace(ctx, store.NewWorkspace{Domain: "sim", Name: "Sim", Owner: store.NewUser{Name: "user0", Email: "user0@example.com"}})
	w.must(err)
	w.team = info.ID
	w.users = []chat.UserID{owner.ID}
	team := s.Workspace(info.ID)
	defaults, err := team.Channels(ctx, store.ChannelQuery{Limit: 10})
	w.must(err)
	for _, ch := range defaults {
		w.defaults = append(w.defaults, chat.StreamID(ch.ID))
	}
	for i := 1; i < 5; i++ {
		name := fmt.Sprint("user", i)
		u, err := team.CreateUser(ctx, store.NewUser{Name: name, Email: name + "@example.com", Role: chat.Member})
		w.must(err)
		w.users = append(w.users, u.ID)
	}
	for i := range 4 {
		ch, err := team.CreateChannel(ctx, store.NewChannel{Name: fmt.Sprint("ch", i), Private: i == 3, Creator: w.users[0], Members: w.users[:1+i]})
		w.must(err)
		w.channels = append(w.channels, ch.ID)
	}
	dm, _, err := team.OpenDM(ctx, w.users[1:3])
	w.must(err)
	w.channels = append(w.channels, dm.ID)
	w.must(s.Close())
	w.start(false)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("seed %d: %v", w.seed, err)
	}
}

// start begins a life of the server, after a restore with another incarnation.
func (w *world) start(restored bool) {
	if restored {
		s, err := store.Open(w.t.Context(), store.Options{Data: w.dir})
		w.must(err)
		w.must(s.NewIncarnation(w.t.Context()))
		w.must(s.Close())
	}
	s, err := store.Open(w.t.Context(), store.Options{Data: w.dir})
	w.must(err)
	incarnation := s.Incarnation()
	w.record.Incarnation(incarnation)
	w.ledger.begin(incarnation)
	w.settle(s)
	w.must(s.Close())
	w.serve()
}

// serve starts the process.
func (w *world) serve() {
	p, err := start(w.t.Context(), w, w.dir)
	w.must(err)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.process = p
}

// stop ends the server's life; nothing is under way afterwards.
func (w *world) stop() {
	p := w.current()
	w.mu.Lock()
	w.process = nil
	w.mu.Unlock()
	p.stopServing()
	w.calls.Wait()
	w.settle(p.store)
	w.must(p.store.Close())
}

func (w *world) settle(s *store.Store) {
	w.must(w.ledger.settle(context.Background(), s, w.team, w.streams(), w.users))
	for _, id := range w.streams() {
		w.searchLog(s, id)
	}
}

func (w *world) streams() []chat.StreamID {
	ids := []chat.StreamID{chat.StreamID(w.team)}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, ch := range w.channels {
		ids = append(ids, chat.StreamID(ch))
	}
	for _, u := range w.users {
		ids = append(ids, chat.StreamID(u))
	}
	return append(ids, w.defaults...)
}

func (w *world) current() *process {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.process
}

func (w *world) dial(gate int) (net.Conn, error) {
	p := w.current()
	if p == nil {
		return nil, net.ErrClosed
	}
	return p.gate(gate).listener.dial()
}

func (w *world) fault(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(w.faults, fmt.Sprintf(format, args...))
}

func (w *world) count(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts[strings.TrimSpace(what)]++
}

// hindered does something during which nobody can expect anything in time.
func (w *world) hindered(f func()) {
	w.record.Add(history.Record{Kind: history.Pause})
	f()
	w.record.Add(history.Record{Kind: history.Go})
}

// finish lets everything calm down, wants every client to have come to the head
// of what it reads, and ends the run.
func (w *world) finish() {
	p := w.current()
	p.calm()
	no := false
	for _, c := range w.clients {
		c.set(&no, &no)
	}
	w.calls.Wait()
	time.Sleep(30 * time.Second) // a paused client's socket may have to be closed first
	synctest.Wait()
	for _, c := range w.clients {
		if lacks := c.state(w.head); lacks != "" {
			w.fault("in the end %s", lacks)
		}
	}
	w.record.Add(history.Record{Kind: history.End})
	close(w.over)
	w.stop()
	w.running.Wait()
	w.aside.Wait()
	w.ledger.write(w.record)
	w.finished = true
}

// judge holds every answer to a resume against the model.
func (w *world) judge() []string {
	faults := append(w.faults, w.ledger.faults...)
	for _, c := range w.clients {
		reach := make(map[int]int64) // by connection
		for _, a := range c.answers {
			m := w.ledger.model(a.hello, a.stream, c.user)
			reach[a.connection] += int64(len(m.due(a.after, m.headAt(max(a.askedMS, a.answeredMS)))))
		}
		for _, a := range c.answers {
			if a.kind == "" {
				continue
			}
			a.reach = reach[a.connection]
			if said := w.ledger.model(a.hello, a.stream, c.user).judge(a); said != "" {
				faults = append(faults, fmt.Sprintf("%s asked for %s after %d: %s", c.name, a.stream, a.after, said))
			}
		}
	}
	return faults
}

func (w *world) summary() string {
	shown := 0
	for _, c := range w.clients {
		shown += c.shown
	}
	text := fmt.Sprintf("%d records, %d events shown", len(w.record.Records()), shown)
	for _, what := range slices.Sorted(maps.Keys(w.counts)) {
		if strings.Contains(what, " got ") {
			continue
		}
		text += fmt.Sprintf(", %s %d", what, w.counts[what])
	}
	return text
}

// copyFolder replaces to by a copy of from.
func copyFolder(from, to string) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	return os.CopyFS(to, os.DirFS(from))
}
