package store

import (
	"testing"
	"time"
)

// Times that the primary's clock may have shown twice make no marks, until it is beyond
// them or there is another primary; an answer that was overtaken is no step back.
func TestAClockIsSetBack(t *testing.T) {
	var c primaryClock
	start := time.Now()
	for _, step := range []struct {
		what         string
		era, at      int64
		taken, known int // seconds
		doubted      bool
	}{
		{"the first", 1, 100_000, 0, 0, false},
		{"on its way while another was asked for", 1, 103_000, 3, 5, false},
		{"overtaken by that one", 1, 102_000, 2, 6, false},
		{"the same time again", 1, 103_000, 6, 6, false},
		{"set back", 1, 43_000, 7, 7, true},
		{"still before", 1, 102_500, 67, 67, true},
		{"as far as it had been", 1, 103_000, 68, 68, true},
		{"beyond", 1, 103_001, 68, 68, false},
		{"another primary, which is behind", 2, 50_000, 70, 70, false},
	} {
		at := func(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }
		m := Mark{era: step.era, touchedMS: step.at, taken: at(step.taken)}
		c.note(m, at(step.known))
		if c.doubts(m) != step.doubted {
			t.Errorf("%s: doubted %v, want %v", step.what, !step.doubted, step.doubted)
		}
		if step.what == "beyond" && !c.doubts(Mark{era: 1, touchedMS: 103_000}) {
			t.Error("a mark of before the step counts once the clock is beyond it")
		}
	}
}
