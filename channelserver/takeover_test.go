package channelserver

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// asked counts what a Log is asked.
type asked struct {
	Log
	heads, grown int
	much         bool // more has grown than can be told
}

func (a *asked) Heads(ctx context.Context, streams []chat.Stream) ([]chat.Head, error) {
	a.heads++
	return a.Log.Heads(ctx, streams)
}

func (a *asked) GrownSince(ctx context.Context, since store.Mark, limit int) ([]chat.Head, bool, error) {
	a.grown++
	heads, all, err := a.Log.GrownSince(ctx, since, limit)
	return heads, all && !a.much, err
}

// takeOver has one server's streams subscribed at another as a gateway does that had
// them all up to the mark.
func takeOver(t testing.TB, at *Server, gateway string, to chat.Sink, subs []chat.Subscription, known chat.Mark) {
	t.Helper()
	l, err := at.Attach(t.Context(), gateway, to)
	if err != nil {
		t.Fatal(err)
	}
	for len(subs) > 0 {
		n := min(len(subs), 500)
		for i := range subs[:n] {
			subs[i].Known = known
		}
		if _, err := l.Subscribe(t.Context(), subs[:n]); err != nil {
			t.Fatal(err)
		}
		subs = subs[n:]
	}
}

// A server that takes over many streams asks the log a handful of questions, however
// many these are, and brings what the one before it didn't.
func testTakeover(t *testing.T, s *store.Store) {
	team := testenv.NewTeam(t, s, 1)
	busy := team.Post(team.Users[0].ID, "before").Event
	subs := []chat.Subscription{{Stream: busy.Stream, After: busy.Seq}}
	for i := range 50_000 {
		id := chat.ChannelID(chat.FormatID("C", uint64(i)))
		subs = append(subs, chat.Subscription{Stream: team.ID().Channel(id)})
	}
	before, err := New(t.Context(), s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	known := *before.whole.Load()
	late := team.Post(team.Users[0].ID, "that it did not bring").Event

	log := &asked{Log: s}
	after, err := New(t.Context(), log, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer after.Close()
	for gateway, subs := range map[string][]chat.Subscription{"one": subs, "another": subs[:1000]} {
		got := newSink()
		takeOver(t, after, gateway, got, subs, known)
		want(t, got, busy.Stream, late.Seq)
	}
	if log.heads != 0 || log.grown != 1 {
		t.Errorf("%d questions for heads and %d what grew, want 0 and 1", log.heads, log.grown)
	}
}

func TestTakeover(t *testing.T) { testTakeover(t, testenv.Open(t)) }

// Who doesn't say since when it has everything, or of another history, is told the head
// by the log; and so are all where too much grew.
func TestTakeoverAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		s := start(t, log)
		known := *s.whole.Load()
		for name, c := range map[string]struct {
			mark  chat.Mark
			heads int
		}{
			"no mark":         {chat.Mark{}, 1},
			"another history": {chat.Mark{Of: 7, At: known.At}, 1},
			"a mark":          {known, 0},
		} {
			id := chat.WorkspaceID("T1").Channel(chat.ChannelID(name))
			log.say(id)
			before := log.headCount()
			got := newSink()
			takeOver(t, s, name, got, []chat.Subscription{{Stream: id}}, c.mark)
			want(t, got, id, 1)
			if asked := log.headCount() - before; asked != c.heads {
				t.Errorf("%s: the log was asked for %d heads, want %d", name, asked, c.heads)
			}
		}
		log.say(general)
		old, young := start(t, log), chat.Mark{Of: memoryEra, At: int64(len(log.moved))}
		takeOver(t, old, "young", newSink(), []chat.Subscription{{Stream: chat.WorkspaceID("T2").Channel("C1")}}, young)
		got := newSink()
		takeOver(t, old, "old", got, []chat.Subscription{{Stream: general}}, known)
		want(t, got, general, 1)

		much := &asked{Log: log, much: true}
		fresh, err := New(t.Context(), much, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer fresh.Close()
		for i, id := range []chat.Stream{general, chat.WorkspaceID("T2").Channel("C2"), chat.WorkspaceID("T2").Channel("C3")} {
			got := newSink()
			takeOver(t, fresh, "g", got, []chat.Subscription{{Stream: id}}, known)
			want(t, got, id, []int64{1}[:max(0, 1-i)]...)
		}
		if much.heads != 3 || much.grown != 1 {
			t.Errorf("where too much grew there were %d questions for heads and %d what grew, want 3 and 1", much.heads, much.grown)
		}
	})
}

// What is published between the question and the subscription is not lost: nobody
// publishes it again.
func TestTakeoverMissesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		s := start(t, log)
		known := *s.whole.Load()
		takeOver(t, s, "first", newSink(), []chat.Subscription{{Stream: general}}, known) // asks the log
		other := chat.WorkspaceID("T1").Channel("C2")
		publish(s, log.say(other))
		got := newSink()
		takeOver(t, s, "second", got, []chat.Subscription{{Stream: other}}, known)
		want(t, got, other, 1)
		if log.headCount() > 0 {
			t.Errorf("%d heads were asked for", log.headCount())
		}
		silent := chat.WorkspaceID("T1").Channel("C3")
		log.say(silent) // and never published
		time.Sleep(lookEvery)
		synctest.Wait()
		takeOver(t, s, "third", got, []chat.Subscription{{Stream: silent}}, known)
		want(t, got, silent, 1)
		time.Sleep(2 * grownFor)
		synctest.Wait()
		if s.grown.collecting.Load() {
			t.Error("what grew is kept for ever")
		}
	})
}

// A heartbeat's mark says only what is so: not while the gateway lacks something.
func TestHeartbeatKnowsWhatLacks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		s := start(t, log)
		l, got := attach(t, s, "g")
		_, other := attach(t, s, "other")
		subscribe(t, l, general, 0)
		wantWhole := func(when string, g *sink, at int64) {
			t.Helper()
			time.Sleep(2 * lookEvery)
			synctest.Wait()
			g.mu.Lock()
			defer g.mu.Unlock()
			if w := (chat.Mark{Of: memoryEra, At: at}); at < 0 && g.whole != (chat.Mark{}) || at >= 0 && g.whole != w {
				t.Errorf("%s: the heartbeat says %v, want %d", when, g.whole, at)
			}
		}
		publish(s, log.say(general))
		wantWhole("all is delivered", got, 1)
		got.set(func() bool { return true })
		publish(s, log.say(general))
		wantWhole("it has no room", got, 1)
		wantWhole("another has", other, 2)
		got.set(nil)
		wantWhole("it has room again", got, 2)
		got.set(func() bool { return true })
		l.(interface{ Rewind(chat.Stream, int64) }).Rewind(general, 0)
		wantWhole("it lacks what was long ago", got, -1)
		got.set(nil)
		wantWhole("it has that", got, 2)
		log.setBroken(true)
		log.say(general)
		publish(s, log.say(general))
		wantWhole("a hole that the log does not close", got, 2)
		log.setBroken(false)
		wantWhole("the log closed it", got, 4)
	})
}
