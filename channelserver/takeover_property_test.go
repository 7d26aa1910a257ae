package channelserver

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
	"taut/store"
)

// lateLog is a Log whose marks are times, as MySQL's: a commit has the time at which it
// began and is seen later, by less than the window.
type lateLog struct {
	window time.Duration // 0: commits are seen at once, and nobody looks back
	began  time.Time
	asked  int // for heads

	mu      sync.Mutex
	dice    *rand.Rand
	commits []lateCommit // by the time at which they began
}

type lateCommit struct {
	event       chat.Event
	began, seen int64
}

func (l *lateLog) now() int64 { return int64(time.Since(l.began)) }

// commit appends to the stream, unless its last commit is still on its way.
func (l *lateLog) commit(id chat.Stream, takes time.Duration) (chat.Event, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := chat.Event{Stream: id, Seq: 1, Type: "message", Payload: []byte(`{}`)}
	for _, c := range l.commits {
		if c.event.Stream == id {
			if c.seen > l.now() {
				return e, false
			}
			e.Seq = c.event.Seq + 1
		}
	}
	l.commits = append(l.commits, lateCommit{e, l.now(), l.now() + int64(takes)})
	return e, true
}

// heads are those of the streams for which want is true.
func (l *lateLog) heads(want func(c lateCommit) bool) (heads []chat.Head) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := map[chat.Stream]int64{}
	for _, c := range l.commits {
		if c.seen <= l.now() && want(c) {
			at[c.event.Stream] = c.event.Seq
		}
	}
	for id, seq := range at {
		heads = append(heads, chat.Head{Stream: id, Seq: seq})
	}
	return heads
}

func (l *lateLog) Heads(_ context.Context, streams []chat.Stream) ([]chat.Head, error) {
	l.asked += len(streams)
	asked := map[chat.Stream]bool{}
	for _, id := range streams {
		asked[id] = true
	}
	return l.heads(func(c lateCommit) bool { return asked[c.event.Stream] }), nil
}

func (l *lateLog) TouchedHeads(_ context.Context, since store.Mark) ([]chat.Head, store.Mark, error) {
	now := store.MarkOf(chat.Mark{Of: memoryEra, At: l.now()})
	heads, _, err := l.GrownSince(context.Background(), since, 0)
	time.Sleep(5 * time.Millisecond) // on its way back
	return heads, now, err
}

func (l *lateLog) GrownSince(_ context.Context, since store.Mark, _ int) ([]chat.Head, bool, error) {
	from := since.Place().At - int64(l.window)
	return l.heads(func(c lateCommit) bool { return c.began >= from }), true, nil
}

// Read takes its time, or fails after that, so that what lacks does so for a while.
func (l *lateLog) Read(_ context.Context, r chat.ReadRequest) (p chat.Page, err error) {
	l.mu.Lock()
	takes, fails := time.Duration(l.dice.IntN(800))*time.Millisecond, l.dice.IntN(2) == 0
	l.mu.Unlock()
	time.Sleep(takes)
	if fails {
		return p, errBroken
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	p.Next = r.After
	for _, c := range l.commits {
		if c.event.Stream != r.Stream || c.seen > l.now() {
			continue
		}
		if p.Head = c.event.Seq; c.event.Seq > r.After && len(p.Events) < r.Limit {
			p.Events, p.Next = append(p.Events, c.event), c.event.Seq
		}
	}
	return p, nil
}

// follower is what a gateway knows: where it stands, and up to when it has everything.
// A stream's marks count from the second one after each answer of the link on, however
// much of what it lacked is still to come.
type follower struct {
	t    *testing.T
	dice *rand.Rand

	mu      sync.Mutex
	pos     map[chat.Stream]int64
	refused map[chat.Stream]int64
	behind  map[chat.Stream]bool
	marks   int                       // from the link of now
	since   map[chat.Stream]int       // how many of them there were by the link's answer; none: it is still to come
	known   map[chat.Stream]chat.Mark // what it can say
}

// lacks notes that there is something to ask for.
func (f *follower) lacks(id chat.Stream) {
	f.behind[id] = true
	delete(f.since, id)
	delete(f.known, id)
}

func (f *follower) Deliver(events []chat.Event) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	id, first := events[0].Stream, events[0].Seq
	seq, is := f.refused[id]
	if f.dice.IntN(100) < 15 {
		if !is || first < seq {
			f.refused[id] = first
		}
		return false
	}
	if is && first <= seq {
		delete(f.refused, id)
	}
	for _, e := range events {
		switch {
		case e.Seq == f.pos[id]+1:
			f.pos[id] = e.Seq
		case e.Seq > f.pos[id]:
			f.lacks(id)
		}
	}
	return true
}

func (f *follower) Whisper(chat.Ephemeral) {}

func (f *follower) Heartbeat(heads []chat.Head, whole chat.Mark) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, h := range heads {
		if f.pos[h.Stream] < h.Seq {
			f.lacks(h.Stream)
		}
	}
	if whole == (chat.Mark{}) || len(f.refused) > 0 {
		return
	}
	f.marks++
	for id, since := range f.since {
		if f.marks >= since+2 {
			f.known[id] = whole
		}
	}
}

// subscribe subscribes all, or what is behind.
func (f *follower) subscribe(l chat.Link, all bool) {
	f.mu.Lock()
	var subs []chat.Subscription
	for id, at := range f.pos {
		if all || f.behind[id] {
			subs = append(subs, chat.Subscription{Stream: id, After: at, Known: f.known[id]})
		}
	}
	clear(f.behind)
	if all {
		clear(f.refused)
	}
	f.mu.Unlock()
	if len(subs) == 0 {
		return
	}
	if _, err := l.Subscribe(f.t.Context(), subs); err != nil {
		f.t.Error(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, sub := range subs {
		if !f.behind[sub.Stream] { // else it is asked for again
			f.since[sub.Stream] = f.marks
		}
	}
}

// Whatever is lost, refused, late or dies in between: who says up to when it had
// everything misses nothing.
func TestTakeoverProperty(t *testing.T) {
	trusted := 0
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) { trusted += takeoverRun(t, seed) })
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	if trusted < 1000 {
		t.Errorf("%d streams were taken over by a mark in all: this tests nothing", trusted)
	}
}

// takeoverRun gives how many streams were taken over without a question.
func takeoverRun(t *testing.T, seed uint64) (trusted int) {
	dice := rand.New(rand.NewPCG(seed, 1))
	log := &lateLog{dice: rand.New(rand.NewPCG(seed, 3)), began: time.Now(), window: time.Duration(dice.IntN(2)) * 10 * time.Second}
	f := &follower{t: t, dice: rand.New(rand.NewPCG(seed, 2)), pos: map[chat.Stream]int64{}, refused: map[chat.Stream]int64{}, behind: map[chat.Stream]bool{}, since: map[chat.Stream]int{}, known: map[chat.Stream]chat.Mark{}}
	for i := range 8 {
		f.pos[chat.WorkspaceID("T1").Channel(chat.ChannelID(fmt.Sprint("C", i)))] = 0
	}
	var s *Server
	var l chat.Link
	takeOver := func() {
		if s != nil {
			s.Close()
		}
		var err error
		if s, err = New(t.Context(), log, Options{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(dice.IntN(2000)) * time.Millisecond)
		f.mu.Lock()
		f.marks = 0
		clear(f.since)
		f.mu.Unlock()
		if l, err = s.Attach(t.Context(), "g", f); err != nil {
			t.Fatal(err)
		}
		asked := log.asked
		f.subscribe(l, true)
		trusted += len(f.pos) - (log.asked - asked)
	}
	takeOver()
	for range 150 {
		switch n := dice.IntN(100); {
		case n < 5:
			takeOver()
		case n < 70:
			id := chat.WorkspaceID("T1").Channel(chat.ChannelID(fmt.Sprint("C", dice.IntN(8))))
			takes := time.Duration(0)
			if log.window > 0 && dice.IntN(3) == 0 {
				takes = time.Duration(dice.IntN(9000)) * time.Millisecond
			}
			if e, ok := log.commit(id, takes); ok && dice.IntN(3) > 0 && takes == 0 {
				publish(s, e)
			}
		default:
			time.Sleep(time.Duration(dice.IntN(900)) * time.Millisecond)
		}
		f.subscribe(l, false)
	}
	for range 60 {
		time.Sleep(time.Second)
		synctest.Wait()
		f.subscribe(l, false)
	}
	s.Close()
	for _, h := range log.heads(func(lateCommit) bool { return true }) {
		if got := f.pos[h.Stream]; got != h.Seq {
			t.Errorf("%s: %d came of %d", h.Stream.ID, got, h.Seq)
		}
	}
	return trusted
}
