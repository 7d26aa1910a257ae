package stream

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"taut/chat"
)

// log makes the events 1 to n of one stream.
func log(n int64) []chat.Event {
	events := make([]chat.Event, n)
	for i := range events {
		events[i] = chat.Event{Seq: int64(i) + 1, Type: fmt.Sprint("e", i+1)}
	}
	return events
}

// read is the log's answer: hidden says which events are not for the reader.
func read(events []chat.Event, after int64, limit int, hidden func(int64) bool) chat.Page {
	p := chat.Page{Next: after, Head: int64(len(events))}
	for _, e := range events[min(after, p.Head):] {
		if len(p.Events) == limit {
			break
		}
		p.Next = e.Seq
		if !hidden(e.Seq) {
			p.Events = append(p.Events, e)
		}
	}
	return p
}

func none(int64) bool { return false }

func seqs(events []chat.Event) []int64 {
	out := []int64{}
	for _, e := range events {
		out = append(out, e.Seq)
	}
	return out
}

func TestTail(t *testing.T) {
	events := log(12)
	tail := After(2)
	step := func(name string, got []chat.Event, want ...int64) {
		t.Helper()
		if fmt.Sprint(seqs(got)) != fmt.Sprint(append([]int64{}, want...)) {
			t.Errorf("%s: emitted %v, want %v", name, seqs(got), want)
		}
	}
	step("next", tail.Offer(events[2:4]), 3, 4)
	step("again", tail.Offer(events[1:4]))
	step("overlapping", tail.Offer(events[3:5]), 5)
	step("ahead", tail.Offer(events[7:9]))
	if !tail.Behind() || tail.Seq() != 5 || tail.Head() != 9 {
		t.Errorf("after a hole: %d of %d", tail.Seq(), tail.Head())
	}
	step("filling half", tail.Offer(events[6:7]))
	step("filling", tail.Offer(events[5:6]), 6, 7, 8, 9)
	if tail.Behind() {
		t.Error("behind without a hole")
	}
	tail.Saw(11)
	got, lost := tail.Page(read(events, tail.Seq(), 10, none))
	step("page", got, 10, 11, 12)
	if lost {
		t.Error("lost without a trim")
	}
}

func TestTailStart(t *testing.T) {
	events := log(9)
	var tail Tail
	if got := tail.Offer(events[4:7]); got != nil || tail.Behind() {
		t.Fatalf("emitted %v before the start", seqs(got))
	}
	if got := fmt.Sprint(seqs(tail.Start(5))); got != "[6 7]" {
		t.Errorf("started with %s, want [6 7]", got)
	}
	if got := tail.Start(1); got != nil || tail.Seq() != 7 {
		t.Errorf("a second start emitted %v, stands at %d", seqs(got), tail.Seq())
	}
}

func TestTailSkipAndReset(t *testing.T) {
	events := log(9)
	tail := After(0)
	tail.Offer(events[3:5])
	if got := fmt.Sprint(seqs(tail.Skip(3))); got != "[4 5]" {
		t.Errorf("after the skip %s, want [4 5]", got)
	}
	tail.Offer(events[8:9])
	tail.Reset(6)
	if got := tail.Offer(events[6:7]); len(got) != 1 || tail.Behind() {
		t.Errorf("after the reset %v, behind %v", seqs(got), tail.Behind())
	}
}

func TestTailPageTellsWhatIsLost(t *testing.T) {
	p := read(log(9), 6, 10, none)
	p.Trimmed = 6
	tail := After(3)
	if got, lost := tail.Page(p); !lost || len(got) != 3 {
		t.Errorf("emitted %v, lost %v; want 7 to 9 and lost", seqs(got), lost)
	}
	tail = After(6)
	if _, lost := tail.Page(p); lost {
		t.Error("lost what was read already")
	}
}

func TestTailPrefersWhatCameByItself(t *testing.T) {
	events := log(3)
	live := events[2]
	live.Origin = "connection"
	tail := After(0)
	tail.Offer([]chat.Event{live})
	got, _ := tail.Page(read(events, 0, 10, none))
	if len(got) != 3 || got[2].Origin != "connection" {
		t.Errorf("the page's copy won: %+v", got)
	}
}

// TestTailProperty feeds tails with what an unreliable world tells of a log:
// lost, repeated, in any order, some events not for the reader, pages of any
// size that are late. Each emits every event that is for it, once, in order.
func TestTailProperty(t *testing.T) {
	for seed := range uint64(2000) {
		if err := runTail(rand.New(rand.NewPCG(seed, 1))); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

func runTail(r *rand.Rand) error {
	events := log(1 + r.Int64N(200))
	from := r.Int64N(int64(len(events)))
	var mask [4]bool
	mask[r.IntN(4)] = r.IntN(2) == 0
	hidden := func(seq int64) bool { return mask[seq%4] }

	var tail Tail
	var got []chat.Event
	var late []chat.Page
	start := r.IntN(20)
	for step := range 400 {
		if step == start {
			got = append(got, tail.Start(from)...)
		}
		switch r.IntN(6) {
		case 0:
			tail.Saw(r.Int64N(int64(len(events))) + 1)
		case 1:
			if tail.Behind() {
				late = append(late, read(events, tail.Seq(), 1+r.IntN(30), hidden))
			}
		case 2:
			if len(late) > 0 {
				next, _ := tail.Page(late[0])
				got, late = append(got, next...), late[1:]
			}
		default:
			i := r.IntN(len(events))
			got = append(got, tail.Offer(visible(events[i:min(len(events), i+1+r.IntN(4))], hidden))...)
		}
	}
	tail.Saw(int64(len(events)))
	for tail.Behind() {
		next, _ := tail.Page(read(events, tail.Seq(), 1+r.IntN(30), hidden))
		got = append(got, next...)
	}
	want := fmt.Sprint(seqs(visible(events[from:], hidden)))
	if fmt.Sprint(seqs(got)) != want {
		return fmt.Errorf("emitted %v, want %v", seqs(got), want)
	}
	return nil
}

func visible(events []chat.Event, hidden func(int64) bool) []chat.Event {
	var out []chat.Event
	for _, e := range events {
		if !hidden(e.Seq) {
			out = append(out, e)
		}
	}
	return out
}

func TestCursor(t *testing.T) {
	var c Cursor
	if c.Follow("a") {
		t.Error("an empty cursor follows any log")
	}
	c.Advance("C1", 5)
	c.Advance("C1", 3)
	copied := c.Clone()
	copied.Advance("C1", 9)
	if c.Seqs["C1"] != 5 || !c.Follow("a") {
		t.Errorf("cursor %+v, want C1 at 5 of a", c)
	}
	if c.Follow("b") || len(c.Seqs) != 0 {
		t.Errorf("cursor %+v survived a change of incarnation", c)
	}
}
