package bench

import (
	"fmt"
	"testing"
	"time"
)

func two() *population {
	return &population{channels: []room{{id: "C1", members: []int32{0, 1}}}}
}

func all(int32) bool { return true }

// frame is a message as a socket gets it.
func frame(l *ledger, n int64) []byte {
	return fmt.Appendf(nil, `{"type":"message","channel":"C1","text":%q,"stream":"C1","seq":%d}`, l.text(0, n, time.Now()), n+1)
}

func TestLedgerOfAFaultlessRun(t *testing.T) {
	l := newLedger("r", two(), all)
	var complete []int64
	l.complete = func(_ int32, n int64, _ time.Time) { complete = append(complete, n) }
	for n := range int64(3) {
		for user := range int32(2) {
			l.see(user, frame(l, n), time.Now())
		}
	}
	l.rooms[0].sent = 3
	if l.lost() != 0 || l.doubled != 0 || l.outOfOrder != 0 || l.delivered != 6 {
		t.Errorf("ledger %+v: want 6 deliveries without a fault", l)
	}
	if fmt.Sprint(complete) != "[0 1 2]" {
		t.Errorf("complete %v, want all three", complete)
	}
}

func TestLedgerFindsEachFault(t *testing.T) {
	for _, c := range []struct {
		name                     string
		seen                     []int64
		lost, doubled, displaced int64
	}{
		{"the last is missing", []int64{0, 1}, 1, 0, 0},
		{"one in the middle is missing", []int64{0, 2}, 1, 0, 0},
		{"one twice", []int64{0, 1, 1, 2}, 0, 1, 0},
		{"an old one twice", []int64{0, 1, 2, 0}, 0, 1, 0},
		{"two changed places", []int64{0, 2, 1}, 0, 0, 1},
		{"nothing came", nil, 3, 0, 0},
	} {
		l := newLedger("r", two(), func(u int32) bool { return u == 0 })
		for _, n := range c.seen {
			l.see(0, frame(l, n), time.Now())
			l.see(1, frame(l, n), time.Now()) // is not connected
		}
		l.rooms[0].sent = 3
		if l.lost() != c.lost || l.doubled != c.doubled || l.outOfOrder != c.displaced {
			t.Errorf("%s: lost %d, doubled %d, out of order %d; want %d, %d, %d",
				c.name, l.lost(), l.doubled, l.outOfOrder, c.lost, c.doubled, c.displaced)
		}
	}
}

func TestLedgerIgnoresOtherRunsAndNoise(t *testing.T) {
	l := newLedger("r", two(), all)
	other := newLedger("other", two(), all)
	l.see(0, frame(other, 0), time.Now())
	for _, noise := range []string{``, `{}`, `{"text":"tb "}`, `{"text":"tb r"}`, `{"text":"tb r 9 0 1 x"}`, `{"text":"tb r x 0 1 x"}`} {
		l.see(0, []byte(noise), time.Now())
	}
	if l.delivered != 0 {
		t.Errorf("%d deliveries counted, want none", l.delivered)
	}
}

func TestHistogramQuantiles(t *testing.T) {
	var h histogram
	for i := range 10_000 {
		h.add(time.Duration(i+1) * 10 * time.Microsecond)
	}
	for q, want := range map[float64]time.Duration{0.5: 50 * time.Millisecond, 0.99: 99 * time.Millisecond, 1: 100 * time.Millisecond} {
		if got := h.quantile(q); got < want-time.Microsecond*20 || got > want+want/30 {
			t.Errorf("quantile %v is %s, want %s", q, got, want)
		}
	}
}
