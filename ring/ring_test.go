package ring

import (
	"testing"

	"taut/chat"
)

func TestSlotIsFixed(t *testing.T) {
	// A slot that moved between versions would split ownership while they mix.
	for _, c := range []struct {
		stream chat.Stream
		want   Slot
	}{
		{chat.Stream{Workspace: "T0000000001", ID: "C0000000001"}, 13078},
		{chat.Stream{Workspace: "T0000000001", ID: "C0000000002"}, 9627},
		{chat.Stream{Workspace: "T0000000002", ID: "C0000000001"}, 3308},
	} {
		if got := Of(c.stream); got != c.want {
			t.Errorf("Of(%v) = %d, want %d", c.stream, got, c.want)
		}
	}
}

func TestSlotsAreEven(t *testing.T) {
	const streams = 40 * Slots
	var count [Slots]int
	for i := range streams {
		w := chat.WorkspaceID(chat.FormatID("T", uint64(i%97)))
		count[Of(w.Channel(chat.ChannelID(chat.FormatID("C", uint64(i)))))]++
	}
	for slot, n := range count {
		// 40 on average; a Poisson count leaves [8, 90] once in 10^9 slots.
		if n < 8 || n > 90 {
			t.Errorf("slot %d has %d streams, want about 40", slot, n)
		}
	}
}

func TestStaticOwnsAll(t *testing.T) {
	a := Static("one")
	for s := range Slot(Slots) {
		if a.Owner(s) != "one" {
			t.Fatalf("slot %d belongs to %q", s, a.Owner(s))
		}
	}
	if a.Epoch() != 1 {
		t.Errorf("epoch %d, want 1", a.Epoch())
	}
}
