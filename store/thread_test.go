package store_test

import (
	"slices"
	"testing"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// replyTo posts a reply.
func replyTo(t *testing.T, team *testenv.Team, root chat.TS, u chat.UserID, text string, broadcast bool) store.Posted {
	t.Helper()
	return must(team.PostMessage(t.Context(), store.Post{
		Channel: team.Channel, Author: u, Broadcast: broadcast, Message: chat.Message{Text: text, ThreadTS: root},
	}))(t)
}

func testThreads(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 7)
	ctx := t.Context()
	root := team.Post(team.Users[0].ID, "root").Message
	var last store.Posted
	for i, u := range append(team.IDs(), team.Users[2].ID) {
		last = replyTo(t, team, root.TS, u, string(rune('a'+i)), false)
	}
	if m := last.Message; m.ThreadTS != root.TS || m.ParentUserID != team.Users[0].ID || m.Subtype != "" {
		t.Errorf("reply %+v", m)
	}
	got := must(team.Message(ctx, team.Channel, root.TS))(t)
	if got.ReplyCount != 8 || got.ReplyUsersCount != 7 || len(got.ReplyUsers) != 5 || got.LatestReply != last.Message.TS || got.ThreadTS != root.TS {
		t.Errorf("root %+v", got)
	}
	log := team.Log(team.Channel)
	wantOrdered(t, log)
	replied := log[len(log)-1]
	if replied.Seq != last.Event.Seq+1 || replied.N != 1 || last.Event.N != 1 {
		t.Errorf("message_replied is seq %d, n %d after the reply's %d, n %d", replied.Seq, replied.N, last.Event.Seq, last.Event.N)
	}
	p := payload(t, replied)
	of, _ := p["message"].(map[string]any)
	if p["subtype"] != chat.SubtypeReplied || p["hidden"] != true || of["reply_count"] != 8.0 || of["ts"] != root.TS.String() || of["text"] != nil {
		t.Errorf("payload %s", replied.Payload)
	}
	history, _, err := team.History(ctx, team.Channel, store.Range{})
	if err != nil || len(history) != 2 || history[0].ReplyCount != 8 {
		t.Errorf("history %v %v", texts(history), err)
	}
	for _, from := range []chat.TS{root.TS, last.Message.TS} {
		thread, more, err := team.Replies(ctx, team.Channel, from, store.Range{Limit: 3})
		if err != nil || !more || !slices.Equal(texts(thread), []string{"root", "a", "b", "c"}) {
			t.Errorf("thread %v, more %v, %v", texts(thread), more, err)
		}
		rest, more, err := team.Replies(ctx, team.Channel, from, store.Range{Oldest: thread[3].TS})
		if err != nil || more || !slices.Equal(texts(rest), []string{"root", "d", "e", "f", "g", "h"}) {
			t.Errorf("rest %v, more %v, %v", texts(rest), more, err)
		}
	}
}

func testBroadcast(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	root := team.Post(team.Users[0].ID, "root").Message
	p := replyTo(t, team, root.TS, team.Users[1].ID, "for all", true)
	if p.Message.Subtype != chat.SubtypeThreadBroadcast || p.Message.Root == nil || p.Message.Root.Text != "root" || p.Event.N != 2 {
		t.Errorf("broadcast %+v, n %d", p.Message, p.Event.N)
	}
	history, _, err := team.History(t.Context(), team.Channel, store.Range{Limit: 2})
	if err != nil || !slices.Equal(texts(history), []string{"for all", "root"}) {
		t.Errorf("history %v %v", texts(history), err)
	}
	thread, _, err := team.Replies(t.Context(), team.Channel, p.Message.TS, store.Range{})
	if err != nil || !slices.Equal(texts(thread), []string{"root", "for all"}) {
		t.Errorf("thread %v %v", texts(thread), err)
	}
}

func testThreadRefusals(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 1)
	ctx, me := t.Context(), team.Users[0].ID
	root := team.Post(me, "root").Message
	reply := replyTo(t, team, root.TS, me, "reply", false).Message
	gone := team.Post(me, "gone").Message
	if err := team.DeleteMessage(ctx, store.Delete{Channel: team.Channel, TS: gone.TS, Actor: me}); err != nil {
		t.Fatal(err)
	}
	before := len(team.Log(team.Channel))
	for ts, want := range map[chat.TS]error{
		root.TS + 5: chat.NewError(chat.NotFound, "thread"),
		gone.TS:     chat.NewError(chat.NotFound, "thread"),
		reply.TS:    chat.NewError(chat.Invalid, "thread"),
	} {
		_, err := team.PostMessage(ctx, store.Post{Channel: team.Channel, Author: me, Message: chat.Message{Text: "x", ThreadTS: ts}})
		if err == nil || err.Error() != want.Error() {
			t.Errorf("a reply to %s gave %v, want %v", ts, err, want)
		}
	}
	if after := len(team.Log(team.Channel)); after != before {
		t.Errorf("refused replies left %d events", after-before)
	}
	_, _, err := team.Replies(ctx, team.Channel, gone.TS, store.Range{})
	wantCode(t, err, chat.NotFound, "thread")
}

func testDeletedReplies(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 3)
	ctx := t.Context()
	root := team.Post(team.Users[0].ID, "root").Message
	first := replyTo(t, team, root.TS, team.Users[1].ID, "first", false).Message
	second := replyTo(t, team, root.TS, team.Users[1].ID, "second", false).Message
	third := replyTo(t, team, root.TS, team.Users[2].ID, "third", true).Message
	remove := func(ts chat.TS) chat.Message {
		t.Helper()
		if err := team.DeleteMessage(ctx, store.Delete{Channel: team.Channel, TS: ts, Actor: team.Users[0].ID}); err != nil {
			t.Fatal(err)
		}
		return must(team.Message(ctx, team.Channel, root.TS))(t)
	}
	if m := remove(third.TS); m.ReplyCount != 2 || m.ReplyUsersCount != 1 || m.LatestReply != second.TS || !slices.Equal(m.ReplyUsers, []chat.UserID{team.Users[1].ID}) {
		t.Errorf("root after one: %+v", m)
	}
	if m := remove(first.TS); m.ReplyCount != 1 || m.ReplyUsersCount != 1 || m.LatestReply != second.TS {
		t.Errorf("root after two: %+v", m)
	}
	if m := remove(second.TS); m.ReplyCount != 0 || m.ThreadTS != 0 || m.LatestReply != 0 {
		t.Errorf("root after all: %+v", m)
	}
	thread, _, err := team.Replies(ctx, team.Channel, root.TS, store.Range{})
	if err != nil || !slices.Equal(texts(thread), []string{"root"}) {
		t.Errorf("thread %v %v", texts(thread), err)
	}
	wantOrdered(t, team.Log(team.Channel))
}

// Who replied stays named in the order of their first replies when another's
// last reply goes, and there is room for who wasn't named.
func testReplyUsersKeepTheirOrder(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 7)
	root := team.Post(team.Users[0].ID, "root").Message
	var replies []chat.Message
	for i := range 7 {
		replies = append(replies, replyTo(t, team, root.TS, team.Users[6-i].ID, "reply", false).Message)
	}
	if err := team.DeleteMessage(t.Context(), store.Delete{Channel: team.Channel, TS: replies[1].TS, Actor: team.Users[0].ID}); err != nil {
		t.Fatal(err)
	}
	got := must(team.Message(t.Context(), team.Channel, root.TS))(t)
	want := []chat.UserID{team.Users[6].ID, team.Users[4].ID, team.Users[3].ID, team.Users[2].ID}
	if len(got.ReplyUsers) != 5 || !slices.Equal(got.ReplyUsers[:4], want) || got.ReplyUsersCount != 6 {
		t.Errorf("replied by %v of %d, want %v and one more", got.ReplyUsers, got.ReplyUsersCount, want)
	}
}
