package store_test

import (
	"slices"
	"strings"
	"testing"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// testUnreadAfterBroadcastLater: what was broadcast later made the channel unread
// for nobody, and once deleted is taken off nobody's count.
func testUnreadAfterBroadcastLater(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	ctx, me, reader, ch := t.Context(), team.Users[0].ID, team.Users[1].ID, team.Channel
	root := team.Post(me, "root").Message.TS
	if err := team.Mark(ctx, reader, ch, root); err != nil {
		t.Fatal(err)
	}
	reply := posting(t, team, me, root)
	team.Post(me, "unread")
	want := func(when string) {
		t.Helper()
		if n := must(team.Unread(ctx, reader, []chat.ChannelID{ch}))(t)[ch].Count; n != 1 {
			t.Errorf("%s: %d are unread, want 1", when, n)
		}
	}
	want("posted")
	must(team.BroadcastReply(ctx, store.Edit{Channel: ch, TS: reply, Actor: me}))(t)
	want("broadcast")
	if err := team.DeleteMessage(ctx, store.Delete{Channel: ch, TS: reply, Actor: me}); err != nil {
		t.Fatal(err)
	}
	want("deleted")
}

func testBroadcastLater(t *testing.T, open opener) {
	s := open(t)
	team := testenv.NewTeam(t, s, 2)
	ctx, me, ch := t.Context(), team.Users[0].ID, team.Channel
	begin := notices(t, team)
	root := team.Post(me, "the root's secret").Message.TS
	var replies []chat.TS
	for range 3 {
		replies = append(replies, posting(t, team, me, root))
	}
	next := team.Post(me, "next").Message.TS
	late := posting(t, team, me, root)

	broadcast := func(ts chat.TS) (chat.Message, error) {
		return team.BroadcastReply(ctx, store.Edit{Channel: ch, TS: ts, Actor: me})
	}
	want := append([]chat.TS{next, root}, begin...)
	for _, c := range []struct {
		ts chat.TS
		at int
	}{{replies[1], 1}, {replies[2], 1}, {replies[0], 3}, {late, 0}} {
		m := must(broadcast(c.ts))(t)
		if m.Subtype != chat.SubtypeThreadBroadcast || m.Root == nil || m.Root.TS != root || m.Edited != nil {
			t.Errorf("shown as %+v", m)
		}
		want = slices.Insert(want, c.at, c.ts)
		wantShown(t, team, want)
	}
	want = slices.Insert(want, 0, team.Post(me, "after").Message.TS)
	wantShown(t, team, want)
	for _, ts := range []chat.TS{late, root, next} {
		_, err := broadcast(ts)
		wantCode(t, err, chat.Invalid, "broadcast")
	}
	if thread, _, err := team.Replies(ctx, ch, root, store.Range{}); err != nil || len(thread) != 5 {
		t.Errorf("the thread has %d messages (%v)", len(thread), err)
	}

	// Deleting the root takes its text out of the copies that they show.
	if err := team.DeleteMessage(ctx, store.Delete{Channel: ch, TS: root}); err != nil {
		t.Fatal(err)
	}
	history, _, err := team.History(ctx, ch, store.Range{})
	for _, m := range history {
		if m.Root != nil && m.Root.Text != "" {
			t.Errorf("the deleted root is shown: %+v (%v)", m.Root, err)
		}
	}
	for _, e := range team.Log(ch) {
		if strings.Contains(string(e.Payload), "secret") {
			t.Errorf("the deleted root is in %s", e.Payload)
		}
	}
	if err := team.DeleteMessage(ctx, store.Delete{Channel: ch, TS: late}); err != nil {
		t.Fatal(err)
	}
	wantShown(t, team, slices.DeleteFunc(want, func(ts chat.TS) bool { return ts == late }))
}
