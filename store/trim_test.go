package store

import (
	"fmt"
	"testing"
	"time"

	"taut/chat"
)

// react adds n events that trimming removes, and gives their seqs.
func (tm *team) react(ch chat.ChannelID, ts chat.TS, n int) (first, last int64) {
	tm.t.Helper()
	head := func() int64 {
		seq, err := tm.store.headSeq(tm.t.Context(), tm.id.Channel(ch))
		tm.must(err)
		return seq
	}
	first = head() + 1
	for i := range n {
		tm.must(tm.AddReaction(tm.t.Context(), ch, ts, tm.owner.ID, fmt.Sprint("e", first, i)))
	}
	return first, head()
}

func (tm *team) hidden(ch chat.ChannelID) (n int) {
	tm.t.Helper()
	tm.must(tm.store.db.QueryRowContext(tm.t.Context(), "SELECT COUNT(*) FROM events WHERE kind = 0 AND workspace_id = ? AND stream_id = ?", tm.id, ch).Scan(&n))
	return n
}

// An event from a clock that was a year ahead stays, and keeps no other from
// being trimmed.
func TestTrimGoesPastWrongClock(t *testing.T) {
	tm := openTeam(t)
	c, other := tm.channel("dev"), tm.channel("other")
	first, _ := tm.react(c.ID, tm.post(c.ID, tm.owner.ID, "x").Message.TS, 1)
	_, err := tm.store.append(t.Context(), change{stream: tm.id.Channel(c.ID), apply: func(t *turn) error {
		t.exec("UPDATE events SET committed_ms = committed_ms + 31536000000 WHERE workspace_id = ? AND stream_id = ? AND seq = ?", tm.id, c.ID, first)
		return nil
	}})
	tm.must(err)
	tm.react(other.ID, tm.post(other.ID, tm.owner.ID, "x").Message.TS, 3)
	if _, err := tm.store.Trim(t.Context(), time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if ahead, rest := tm.hidden(c.ID), tm.hidden(other.ID); ahead != 1 || rest != 0 {
		t.Errorf("%d events are left where one is ahead, %d elsewhere", ahead, rest)
	}
}

// A trim looks at the piece of the stream that it was called for, not at all
// that is before.
func TestTrimLooksAtItsPiece(t *testing.T) {
	tm := openTeam(t)
	c := tm.channel("dev")
	ts := tm.post(c.ID, tm.owner.ID, "x").Message.TS
	tm.react(c.ID, ts, 2)
	before := tm.hidden(c.ID)
	first, last := tm.react(c.ID, ts, 3)
	later := time.Now().Add(time.Minute).UnixMilli()
	tm.must(tm.store.trimStream(t.Context(), tm.id.Channel(c.ID), seqSpan{first, last}, later))
	if n := tm.hidden(c.ID); n != before {
		t.Errorf("%d hidden events are left, want the %d before the piece", n, before)
	}
}

// A trim between the reading of a page's head and of its events is told, whether
// it took all of them or the last.
func TestTrimUnderAPage(t *testing.T) {
	for _, messages := range []int{0, 1} {
		tm := openTeam(t)
		c := tm.channel("dev")
		st, ts := tm.id.Channel(c.ID), tm.post(c.ID, tm.owner.ID, "x").Message.TS
		after, err := tm.store.headSeq(t.Context(), st)
		tm.must(err)
		for range messages {
			tm.post(c.ID, tm.owner.ID, "y")
		}
		first, last := tm.react(c.ID, ts, 3)
		page, err := tm.store.pageHead(t.Context(), st)
		tm.must(err)
		tm.must(tm.store.trimStream(t.Context(), st, seqSpan{first, last}, time.Now().Add(time.Minute).UnixMilli()))
		page, err = tm.store.fillPage(t.Context(), chat.ReadRequest{Stream: st, After: after, Limit: 100}, readSpan{after: after}, page)
		tm.must(err)
		if len(page.Events) != messages || page.Trimmed != last || page.Next != last {
			t.Errorf("%d events, next %d, trimmed %d; want %d, %d, %d", len(page.Events), page.Next, page.Trimmed, messages, last, last)
		}
	}
}
