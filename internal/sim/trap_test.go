package sim

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"taut/chat"
	"taut/store"
)

// errDying is what a process that is dead would have no time to say.
var errDying = chat.NewError(chat.Unavailable, "dying")

// trap waits for the next join or leave, and springs between its commit and the
// carry of the news to the user: the outbox holds the fact.
type trap struct {
	mu      sync.Mutex
	kind    trapKind      // guarded by mu
	sprung  chan struct{} // guarded by mu; closed when it springs
	release chan struct{} // guarded by mu; ends a stall
	copy    string        // guarded by mu: where what the dead process left is
}

type trapKind int

const (
	noTrap trapKind = iota
	deathTrap
	stallTrap
)

// set arms the trap.
func (p *trap) set(kind trapKind) (sprung <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kind, p.sprung, p.release = kind, make(chan struct{}), make(chan struct{})
	return p.sprung
}

// unset disarms it and lets go of what is caught.
func (p *trap) unset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kind = noTrap
	close(p.release)
}

func springs(events []chat.Event) bool {
	return slices.ContainsFunc(events, func(e chat.Event) bool {
		return e.Type == chat.TypeMemberLeft || e.Type == chat.TypeMemberJoined
	})
}

// death, called with what was just committed, ends the process there: its
// folder is copied as it is, and nothing gets out of the process any more. The
// committer, the only one that writes, waits meanwhile.
func (p *trap) death(w *world, dir string, events []chat.Event) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kind != deathTrap || !springs(events) {
		return false
	}
	p.kind = noTrap
	w.dying.Store(true)
	p.copy = dir + ".dead"
	if err := copyOpen(dir, p.copy); err != nil {
		w.fault("copying an open folder: %v", err)
	}
	close(p.sprung)
	return true
}

// copyOpen copies a data folder that is in use: the log of what is not yet in
// the database first, so that it is in either.
func copyOpen(from, to string) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, name := range []string{"taut.db-wal", "taut.db"} {
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// stall, called with what was just committed and published, keeps the committer
// from the carry for a while.
func (p *trap) stall(events []chat.Event) {
	p.mu.Lock()
	if p.kind != stallTrap || !springs(events) {
		p.mu.Unlock()
		return
	}
	p.kind = noTrap
	close(p.sprung)
	release := p.release
	p.mu.Unlock()
	<-release
}

// comeAndGo lets some join and some leave at the same time.
func (w *world) comeAndGo(d *dice) {
	for range 3 {
		w.call(d, w.leave)
		w.call(d, w.join)
		w.call(d, w.post)
	}
}

// die ends the process between a commit and the carry; the next one finds what
// it left. Sends that had no answer are sent again, under their keys.
func (w *world) die(d *dice) {
	w.hindered(func() {
		sprung := w.trap.set(deathTrap)
		w.comeAndGo(d)
		select {
		case <-sprung:
			w.bury()
		case <-time.After(time.Second): // nobody joined or left
		}
		w.trap.unset()
	})
}

// bury takes the dead process away and starts the next one.
func (w *world) bury() {
	p := w.current()
	w.mu.Lock()
	w.process = nil
	w.mu.Unlock()
	p.stopServing()
	w.calls.Wait()
	w.must(p.store.Close())
	w.must(os.RemoveAll(w.dir))
	w.must(os.Rename(w.dir+".dead", w.dir))
	w.dying.Store(false)
	w.serve()
	w.count("deaths")
	w.mu.Lock()
	unsure := w.unsure
	w.unsure = nil
	w.mu.Unlock()
	for _, p := range unsure {
		w.call(newDice(1, 1), func(ctx context.Context, d *dice, team *store.Workspace) { w.send(ctx, d, team, p) })
	}
}

// stall keeps the news of a join or leave from the user for a while, in which
// clients come and messages are posted.
func (w *world) stall(d *dice) {
	w.hindered(func() {
		sprung := w.trap.set(stallTrap)
		w.comeAndGo(d)
		select {
		case <-sprung:
			w.count("stalls")
			for range 5 {
				w.comeOrGo(d)
				w.call(d, w.post)
				time.Sleep(time.Duration(d.intn(500)) * time.Millisecond)
			}
		case <-time.After(time.Second):
		}
		w.trap.unset()
	})
}

// sayTwice lets two devices of a user send the same message at the same time.
func (w *world) sayTwice(d *dice) {
	a, b := w.clients[d.intn(len(w.clients))], w.clients[d.intn(len(w.clients))]
	if a == b || a.user != b.user {
		return
	}
	ch, key := w.channel(d), chat.NewSecret(12)
	text := fmt.Sprint("from two devices ", key)
	a.say(ch, key, text)
	b.say(ch, key, text)
	w.count("said twice")
}
