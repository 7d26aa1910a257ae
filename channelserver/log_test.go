package channelserver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"taut/chat"
	"taut/store"
)

// memoryLog is a Log whose faults a test sets.
type memoryLog struct {
	latency time.Duration // from a page's reading to its arrival
	mu      sync.Mutex
	events  map[chat.Stream][]chat.Event
	moved   []chat.Stream // since ever, one for each event
	broken  bool          // all questions fail
	reads   int
	heads   int // streams whose head was asked for
}

func newMemoryLog() *memoryLog {
	return &memoryLog{events: make(map[chat.Stream][]chat.Event)}
}

// commit appends an event and returns it.
func (m *memoryLog) commit(id chat.Stream, typ, payload string) chat.Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	seq := int64(len(m.events[id])) + 1
	e := chat.Event{Stream: id, Seq: seq, TS: chat.TS(seq), Type: typ, Payload: []byte(payload)}
	m.events[id] = append(m.events[id], e)
	m.moved = append(m.moved, id)
	return e
}

func (m *memoryLog) say(id chat.Stream) chat.Event { return m.commit(id, "message", `{"text":"x"}`) }

func (m *memoryLog) head(id chat.Stream) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return int64(len(m.events[id]))
}

func (m *memoryLog) setBroken(broken bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.broken = broken
}

func (m *memoryLog) headCount() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.heads
}

func (m *memoryLog) readCount() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.reads
}

var errBroken = errors.New("broken")

func (m *memoryLog) Read(_ context.Context, r chat.ReadRequest) (chat.Page, error) {
	m.mu.Lock()
	m.reads++
	if m.broken {
		m.mu.Unlock()
		return chat.Page{}, errBroken
	}
	all := m.events[r.Stream]
	from := min(int64(len(all)), r.After)
	to := min(int64(len(all)), from+int64(r.Limit))
	m.mu.Unlock()
	time.Sleep(m.latency)
	return chat.Page{Events: all[from:to:to], Next: to, Head: int64(len(all))}, nil
}

func (m *memoryLog) Heads(_ context.Context, streams []chat.Stream) ([]chat.Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return nil, errBroken
	}
	m.heads += len(streams)
	return m.headsOf(streams), nil
}

func (m *memoryLog) headsOf(streams []chat.Stream) (heads []chat.Head) {
	for _, id := range streams {
		if n := len(m.events[id]); n > 0 {
			heads = append(heads, chat.Head{Stream: id, Seq: int64(n)})
		}
	}
	return heads
}

// memoryEra is that of the log's marks, which are places in moved.
const memoryEra = -1

func (m *memoryLog) TouchedHeads(_ context.Context, since store.Mark) ([]chat.Head, store.Mark, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return nil, since, errBroken
	}
	now := store.MarkOf(chat.Mark{Of: memoryEra, At: int64(len(m.moved))})
	if since == (store.Mark{}) {
		return nil, now, nil
	}
	return m.headsOf(m.moved[since.Place().At:]), now, nil
}

func (m *memoryLog) GrownSince(_ context.Context, since store.Mark, limit int) ([]chat.Head, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return nil, false, errBroken
	}
	heads := m.headsOf(m.moved[since.Place().At:])
	return heads, len(heads) <= limit, nil
}

// sink records what arrives, and refuses what a test wants it to.
type sink struct {
	mu       sync.Mutex
	got      map[chat.Stream][]chat.Event
	whispers []chat.Ephemeral
	beats    []chat.Head // of the last heartbeat
	whole    chat.Mark   // likewise
	refuse   func() bool
}

func newSink() *sink { return &sink{got: make(map[chat.Stream][]chat.Event)} }

func (s *sink) Deliver(events []chat.Event) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil && s.refuse() {
		return false
	}
	id := events[0].Stream
	s.got[id] = append(s.got[id], events...)
	return true
}

// set has the sink refuse what it is offered, or take all again.
func (s *sink) set(refuse func() bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = refuse
}

func (s *sink) forget(id chat.Stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got[id] = nil
}

func (s *sink) Whisper(e chat.Ephemeral) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.whispers = append(s.whispers, e)
}

func (s *sink) Heartbeat(heads []chat.Head, whole chat.Mark) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.beats, s.whole = heads, whole
}

func (s *sink) seqs(id chat.Stream) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	seqs := []int64{}
	for _, e := range s.got[id] {
		seqs = append(seqs, e.Seq)
	}
	return fmt.Sprint(seqs)
}

func start(t *testing.T, log *memoryLog) *Server {
	t.Helper()
	s, err := New(t.Context(), log, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func attach(t *testing.T, s *Server, gateway string) (chat.Link, *sink) {
	t.Helper()
	got := newSink()
	l, err := s.Attach(t.Context(), gateway, got)
	if err != nil {
		t.Fatal(err)
	}
	return l, got
}

func subscribe(t *testing.T, l chat.Link, id chat.Stream, after int64) int64 {
	t.Helper()
	at, err := l.Subscribe(t.Context(), []chat.Subscription{{Stream: id, After: after}})
	if err != nil {
		t.Fatal(err)
	}
	return at[0].Seq
}

func publish(s *Server, events ...chat.Event) { s.Publish(context.Background(), events) }

func want(t *testing.T, got *sink, id chat.Stream, seqs ...int64) {
	t.Helper()
	if w := fmt.Sprint(append([]int64{}, seqs...)); got.seqs(id) != w {
		t.Errorf("delivered %s, want %s", got.seqs(id), w)
	}
}

var general = chat.WorkspaceID("T1").Channel("C1")
