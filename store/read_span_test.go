package store

import (
	"testing"

	"taut/chat"
)

// The cursor after a page may pass what the reader may not see, never what the
// page had no events of yet.
func TestNextOfSpan(t *testing.T) {
	intervals := []chat.Membership{{JoinedSeq: 3, LeftSeq: 5}, {JoinedSeq: 9, LeftSeq: 12}}
	for _, c := range []struct{ after, head, want int64 }{
		{0, 20, 8},  // 3 to 5 were read; 9 is next
		{5, 20, 12}, // 9 to 12 were read
		{8, 10, 10}, // 11 and 12 came after the head was read
		{0, 4, 4},
	} {
		sp := spanOf(intervals, c.after)
		if got := sp.next(chat.ReadRequest{After: c.after}, chat.Page{Head: c.head}, false); got != c.want {
			t.Errorf("after %d with head %d: next %d, want %d", c.after, c.head, got, c.want)
		}
	}
	if sp := spanOf(intervals, 12); !sp.none {
		t.Errorf("after the last interval there is %+v", sp)
	}
}
