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
	told    int           // of moved
	reads   int
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
	var heads []chat.Head
	for _, id := range streams {
		if n := len(m.events[id]); n > 0 {
			heads = append(heads, chat.Head{Stream: id, Seq: int64(n)})
		}
	}
	return heads, nil
}

// TouchedHeads remembers by itself how far it told, as it has one reader and a
// mark is the store's own.
func (m *memoryLog) TouchedHeads(ctx context.Context, since store.Mark) ([]chat.Head, store.Mark, error) {
	m.mu.Lock()
	touched, now := m.moved[m.told:], len(m.moved)
	m.mu.Unlock()
	heads, err := m.Heads(ctx, touched)
	if err != nil {
		return nil, since, err
	}
	m.mu.Lock()
	m.told = now
	m.mu.Unlock()
	return heads, since, nil
}

// sink records what arrives, and refuses what a test wants it to.
type sink struct {
	mu       sync.Mutex
	got      map[chat.Stream][]chat.Event
	whispers []chat.Ephemeral
	beats    []chat.Head // of the last heartbeat
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

func (s *sink) Heartbeat(heads []chat.Head) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.beats = heads
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
