package store

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
)

func (tm *team) unread(u chat.UserID, ch chat.ChannelID) Unread {
	tm.t.Helper()
	all, err := tm.Unread(tm.t.Context(), u, []chat.ChannelID{ch})
	tm.must(err)
	got, ok := all[ch]
	if !ok {
		tm.t.Fatalf("no answer for %s", ch)
	}
	return got
}

func (tm *team) wantUnread(u chat.UserID, ch chat.ChannelID, count, mentions int) {
	tm.t.Helper()
	if got := tm.unread(u, ch); got.Count != count || got.Mentions != mentions {
		tm.t.Errorf("%d unread with %d mentions, want %d and %d", got.Count, got.Mentions, count, mentions)
	}
}

func (tm *team) mention(ch chat.ChannelID, author chat.UserID, all bool, users ...chat.UserID) Posted {
	tm.t.Helper()
	p, err := tm.PostMessage(tm.t.Context(), Post{Channel: ch, Author: author, Message: chat.Message{Text: "x"}, MentionUsers: users, MentionAll: all})
	tm.must(err)
	return p
}

func TestUnread(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	c := tm.channel("dev")
	tm.post(c.ID, tm.owner.ID, "before ada")
	tm.join(c.ID, ada.ID)
	tm.wantUnread(ada.ID, c.ID, 0, 0) // reading begins where one joins

	one := tm.post(c.ID, tm.owner.ID, "one")
	two := tm.mention(c.ID, tm.owner.ID, false, ada.ID)
	three := tm.mention(c.ID, tm.owner.ID, true, ada.ID)
	tm.wantUnread(ada.ID, c.ID, 3, 2)
	if got := tm.unread(ada.ID, c.ID); got.Latest != three.Message.TS {
		t.Errorf("latest %s, want %s", got.Latest, three.Message.TS)
	}

	tm.must(tm.Mark(t.Context(), ada.ID, c.ID, two.Message.TS))
	tm.wantUnread(ada.ID, c.ID, 1, 1)
	tm.must(tm.Mark(t.Context(), ada.ID, c.ID, one.Message.TS)) // back: the last one wins
	tm.wantUnread(ada.ID, c.ID, 2, 2)
	tm.must(tm.Mark(t.Context(), ada.ID, c.ID, three.Message.TS+1_000_000)) // no message has this ts
	tm.wantUnread(ada.ID, c.ID, 0, 0)
	tm.must(tm.Mark(t.Context(), ada.ID, c.ID, 1))
	tm.wantUnread(ada.ID, c.ID, 4, 2) // a join is shown but nobody has to read it

	_, err := tm.PostMessage(t.Context(), Post{Channel: c.ID, Author: tm.owner.ID, Message: chat.Message{Text: "reply", ThreadTS: one.Message.TS}})
	tm.must(err)
	tm.wantUnread(ada.ID, c.ID, 4, 2) // a reply is the thread's alone
	tm.want(tm.Mark(t.Context(), tm.user("bob").ID, c.ID, 1), chat.NotMember, "channel")
	tm.want(tm.Mark(t.Context(), ada.ID, "C0000000000", 1), chat.NotFound, "channel")
	if all, err := tm.Unread(t.Context(), ada.ID, []chat.ChannelID{"C0000000000"}); err != nil || len(all) != 0 {
		t.Errorf("of what is not there: %v, %v", all, err)
	}
}

func TestDeletedMessagesAreNotUnread(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	c := tm.channel("dev", ada.ID)
	one := tm.mention(c.ID, tm.owner.ID, false, ada.ID)
	two := tm.mention(c.ID, tm.owner.ID, true)
	_, err := tm.PostMessage(t.Context(), Post{Channel: c.ID, Author: tm.owner.ID, Message: chat.Message{Text: "reply", ThreadTS: two.Message.TS}})
	tm.must(err)
	for i, ts := range []chat.TS{one.Message.TS, two.Message.TS} { // the second leaves a tombstone
		tm.must(tm.DeleteMessage(t.Context(), Delete{Channel: c.ID, TS: ts, Actor: tm.owner.ID}))
		tm.wantUnread(ada.ID, c.ID, 1-i, 1-i)
	}
	tm.must(tm.Mark(t.Context(), ada.ID, c.ID, two.Message.TS))
	tm.wantUnread(ada.ID, c.ID, 0, 0)
	tm.post(c.ID, tm.owner.ID, "three")
	tm.wantUnread(ada.ID, c.ID, 1, 0)
}

func TestEveryDMIsAMention(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	dm, _, err := tm.OpenDM(t.Context(), []chat.UserID{tm.owner.ID, ada.ID})
	tm.must(err)
	tm.post(dm.ID, tm.owner.ID, "hello")
	tm.wantUnread(ada.ID, dm.ID, 1, 1)
}

func TestOwnPostIsRead(t *testing.T) {
	tm := openTeam(t)
	c := tm.channel("dev")
	p := tm.post(c.ID, tm.owner.ID, "mine")
	tm.wantUnread(tm.owner.ID, c.ID, 1, 0)
	tm.NoteOwnPost(tm.owner.ID, c.ID, p.Message.TS, p.Event.N)
	tm.wantUnread(tm.owner.ID, c.ID, 0, 0)
	tm.NoteOwnPost(tm.owner.ID, c.ID, 1, 0) // never back
	tm.wantUnread(tm.owner.ID, c.ID, 0, 0)
}

// marked are the events that tell the user's devices of a mark.
func (tm *team) marked(u chat.UserID) []map[string]any {
	tm.t.Helper()
	var marked []map[string]any
	for _, e := range tm.events(tm.id.User(u)) {
		var p map[string]any
		tm.must(json.Unmarshal(e.Payload, &p))
		if p["unread_count"] != nil {
			marked = append(marked, p)
		}
	}
	return marked
}

func TestMarksAreToldTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tm := newTeam(t, openOptions(t, Options{Data: t.TempDir()}), "acme") // a network has no fake time
		ada := tm.user("ada")
		c := tm.channel("dev", ada.ID)
		one := tm.mention(c.ID, tm.owner.ID, false, ada.ID)
		two := tm.mention(c.ID, tm.owner.ID, false, ada.ID)
		for range 10 {
			tm.must(tm.Mark(t.Context(), ada.ID, c.ID, two.Message.TS))
			tm.must(tm.Mark(t.Context(), ada.ID, c.ID, one.Message.TS))
		}
		if got := tm.marked(ada.ID); len(got) != 0 {
			t.Errorf("told at once of %v", got)
		}
		time.Sleep(markInterval + time.Millisecond)
		synctest.Wait()
		got := tm.marked(ada.ID)
		if len(got) != 1 || got[0]["type"] != "channel_marked" || got[0]["channel"] != string(c.ID) || got[0]["ts"] != one.Message.TS.String() ||
			got[0]["unread_count_display"] != 1.0 || got[0]["num_mentions_display"] != 1.0 || got[0]["mention_count"] != 1.0 {
			t.Errorf("told of %v", got)
		}
		tm.NoteOwnPost(ada.ID, c.ID, two.Message.TS, two.Event.N)
		time.Sleep(ownPostEvery * markInterval)
		synctest.Wait()
		if got := tm.marked(ada.ID); len(got) != 1 {
			t.Errorf("an own post was told: %v", got)
		}
		if n := len(tm.store.marks.waiting); n != 0 {
			t.Errorf("%d marks wait", n)
		}
		tm.check()
	})
}

// What was marked is there after a restart: Close writes what waits.
func TestMarksSurviveARestart(t *testing.T) {
	o := testOptions(t)
	tm := newTeam(t, openOptions(t, o), "acme")
	ada := tm.user("ada")
	dev, ops := tm.channel("dev", ada.ID), tm.channel("ops", ada.ID)
	told, own := tm.post(dev.ID, tm.owner.ID, "one"), tm.post(ops.ID, ada.ID, "mine")
	tm.must(tm.Mark(t.Context(), ada.ID, dev.ID, told.Message.TS))
	tm.NoteOwnPost(ada.ID, ops.ID, own.Message.TS, own.Event.N)
	tm.must(tm.store.Close())

	tm.Workspace = openOptions(t, o).Workspace(tm.id)
	if got := tm.unread(ada.ID, dev.ID); got.LastRead != told.Message.TS || got.Count != 0 {
		t.Errorf("the mark is %+v", got)
	}
	if got := tm.unread(ada.ID, ops.ID); got.LastRead != own.Message.TS || got.Count != 0 {
		t.Errorf("the own post's mark is %+v", got)
	}
	if got := tm.marked(ada.ID); len(got) != 1 {
		t.Errorf("told of %v", got)
	}
}

func TestMarksAreBounded(t *testing.T) {
	m := newMarks()
	for i := range maxMarks {
		if !m.set(markKey{channel: chat.ChannelID(chat.FormatID("C", uint64(i)))}, 1, 1) {
			t.Fatalf("mark %d refused", i)
		}
	}
	if m.set(markKey{channel: "new"}, 1, 1) {
		t.Error("one too many was taken")
	}
	m.advance(markKey{channel: "new"}, 1, 1)
	if !m.set(markKey{channel: chat.ChannelID(chat.FormatID("C", 0))}, 2, 2) || len(m.waiting) != maxMarks {
		t.Errorf("%d marks wait", len(m.waiting))
	}
}

// Marks of own posts are written many at a time, and none goes back.
func TestManyOwnPosts(t *testing.T) {
	tm := openTeam(t)
	c := tm.channel("dev")
	users := make([]chat.UserID, marksTogether+10)
	for i := range users {
		users[i] = chat.UserID(chat.NewID("U"))
		tm.NoteOwnPost(users[i], c.ID, chat.TS(1000+i), int64(i))
	}
	tm.store.writeOwnPosts(t.Context())
	for i, u := range users {
		tm.NoteOwnPost(u, c.ID, chat.TS(1000+i+i%3-1), int64(i+i%3-1))
	}
	tm.store.writeOwnPosts(t.Context())
	if n := len(tm.store.marks.waiting); n != 0 {
		t.Errorf("%d marks wait", n)
	}
	for i, u := range users {
		marks, err := tm.readMarks(t.Context(), u, []chat.ChannelID{c.ID})
		tm.must(err)
		if want := i + max(0, i%3-1); marks[0].LastRead != chat.TS(1000+want) || marks[0].N != int64(want) {
			t.Fatalf("mark %d is %+v, want %d", i, marks[0], want)
		}
	}
}
