package store_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// deepBlocks is JSON as deep as can be read, so that a message with it can't.
func deepBlocks() json.RawMessage {
	const deep = 10_000
	return json.RawMessage(strings.Repeat("[", deep) + `"secret"` + strings.Repeat("]", deep))
}

// unreadable posts a message that the store can write and not read.
func unreadable(t *testing.T, team *testenv.Team, u chat.UserID) chat.TS {
	t.Helper()
	p := must(team.PostMessage(t.Context(), store.Post{
		Channel: team.Channel, Author: u, Message: chat.Message{Text: "secret", Blocks: deepBlocks()},
	}))(t)
	var m chat.Message
	if json.Unmarshal(p.Event.Payload, &m) == nil {
		t.Fatal("the message can be read")
	}
	return p.Message.TS
}

func testUnreadableMessage(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 1)
	ctx, me := t.Context(), team.Users[0].ID
	team.Post(me, "before")
	ts := unreadable(t, team, me)
	team.Post(me, "after")
	reply := replyTo(t, team, ts, me, "reply", true).Message
	history, _, err := team.History(ctx, team.Channel, store.Range{Limit: 4})
	if err != nil || fmt.Sprint(texts(history)) != "[reply after  before]" {
		t.Fatalf("history %q, %v", texts(history), err)
	}
	if m := history[2]; m.TS != ts || m.User != me || m.Type != chat.TypeMessage || m.ReplyCount != 1 {
		t.Errorf("shown as %+v", m)
	}
	if thread, _, err := team.Replies(ctx, team.Channel, ts, store.Range{}); err != nil || len(thread) != 2 {
		t.Errorf("thread %v %v", thread, err)
	}
	if err := team.AddReaction(ctx, team.Channel, ts, me, "eyes"); err != nil {
		t.Error(err)
	}
	edit(t, team, ts, me, "mended")
	if m := must(team.Message(ctx, team.Channel, ts))(t); m.Text != "mended" || len(m.Reactions) != 1 {
		t.Errorf("edited it is %+v", m)
	}
	for _, gone := range []chat.TS{ts, reply.TS} {
		if err := team.DeleteMessage(ctx, store.Delete{Channel: team.Channel, TS: gone, Actor: me}); err != nil {
			t.Fatal(err)
		}
	}
	wantNowhere(t, team.Log(team.Channel), "secret")
}

// A copy in an event that can't be read goes as a whole.
func testUnreadableCopy(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 1)
	me := team.Users[0].ID
	p := team.Post(me, "first")
	must(team.UpdateMessage(t.Context(), store.Edit{
		Channel: team.Channel, TS: p.Message.TS, Actor: me, Apply: func(m *chat.Message) { m.Blocks = deepBlocks() },
	}))(t)
	if err := team.DeleteMessage(t.Context(), store.Delete{Channel: team.Channel, TS: p.Message.TS, Actor: me}); err != nil {
		t.Fatal(err)
	}
	log := team.Log(team.Channel)
	wantNowhere(t, log, "secret")
	if edited := payload(t, log[len(log)-2]); edited["subtype"] != chat.SubtypeTombstone || edited["hidden"] != true {
		t.Errorf("the edit is %v", edited)
	}
}

func testPagesOfLargeMessages(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 1)
	ctx, me := t.Context(), team.Users[0].ID
	root := team.Post(me, "root").Message
	const large, n, most = 200_000, 50, 6 << 20
	for i := range n {
		reply := replyTo(t, team, root.TS, me, fmt.Sprint(i, strings.Repeat("x", large)), true).Message
		if err := team.AddReaction(ctx, team.Channel, reply.TS, me, "eyes"); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[chat.TS]bool{}
	for r := (store.Range{Limit: 1000}); ; {
		page, more, err := team.History(ctx, team.Channel, r)
		if err != nil || len(page) == 0 || len(page)*large > most {
			t.Fatalf("a page of %d messages, %v", len(page), err)
		}
		for _, m := range page {
			seen[m.TS] = true
		}
		if r.Latest = page[len(page)-1].TS; !more {
			break
		}
	}
	if len(seen) < n {
		t.Errorf("history shows %d messages", len(seen))
	}
	if page, more, err := team.Replies(ctx, team.Channel, root.TS, store.Range{Limit: 1000}); err != nil || !more || len(page) < 2 || len(page)*large > most {
		t.Errorf("a page of %d replies, more %v, %v", len(page), more, err)
	}
	reacted := 0
	for q := (store.ReactedQuery{User: me, Viewer: me, Types: []chat.ChannelType{chat.PublicChannel}}); ; {
		page, next, err := team.ReactedBy(ctx, q)
		if err != nil || len(page)*large > most {
			t.Fatalf("a page of %d items, %v", len(page), err)
		}
		reacted += len(page)
		if q.Before = next; next == "" {
			break
		}
	}
	if reacted != n {
		t.Errorf("listed %d reactions", reacted)
	}
}

// An event holds copies of other messages only as far as there is room.
func testLargeCopies(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 1)
	me, most := team.Users[0].ID, 256<<10
	long := func(c string) string { return strings.Repeat(c, 180_000) }
	root := team.Post(me, long("r")).Message
	broadcast := replyTo(t, team, root.TS, me, long("b"), true).Message
	edit(t, team, root.TS, me, long("s"))
	edit(t, team, broadcast.TS, me, long("c"))
	for _, e := range team.Log(team.Channel) {
		if len(e.Payload) > most {
			t.Errorf("seq %d has %d bytes", e.Seq, len(e.Payload))
		}
	}
	if m := must(team.Message(t.Context(), team.Channel, broadcast.TS))(t); m.Text != long("c") || m.Root == nil || m.Root.TS != root.TS {
		t.Errorf("the broadcast has %d bytes of text", len(m.Text))
	}
	short := team.Post(me, "short").Message
	edit(t, team, short.TS, me, "shorter")
	log := team.Log(team.Channel)
	if e := payload(t, log[len(log)-1]); e["previous_message"].(map[string]any)["text"] != "short" {
		t.Errorf("an edit tells %v", e)
	}
}

// What was edited out of a root is in no copy of it that is shown.
func testEditedRoot(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	ctx, me, other := t.Context(), team.Users[0].ID, team.Users[1].ID
	root := team.Post(me, "secret").Message
	posted := must(team.PostMessage(ctx, store.Post{
		Channel: team.Channel, Author: other, Key: "key", Broadcast: true, Message: chat.Message{Text: "reply", ThreadTS: root.TS},
	}))(t)
	if posted.Message.Root.Text != "secret" {
		t.Fatalf("the root was %+v", posted.Message.Root)
	}
	edit(t, team, root.TS, me, "harmless")
	check := func(what string, m chat.Message) {
		t.Helper()
		if m.Root == nil || m.Root.Text != "harmless" || m.Root.TS != root.TS || m.Root.Edited == nil || m.Root.Channel != "" {
			t.Errorf("%s has the root %+v", what, m.Root)
		}
	}
	ts := posted.Message.TS
	check("the message", must(team.Message(ctx, team.Channel, ts))(t))
	history, _, err := team.History(ctx, team.Channel, store.Range{Limit: 1})
	if err != nil || len(history) != 1 {
		t.Fatal(history, err)
	}
	check("history", history[0])
	thread, _, err := team.Replies(ctx, team.Channel, root.TS, store.Range{})
	if err != nil || len(thread) != 2 {
		t.Fatal(thread, err)
	}
	check("the thread", thread[1])
	again := must(team.PostMessage(ctx, store.Post{Channel: team.Channel, Author: other, Key: "key", Message: chat.Message{Text: "reply"}}))(t)
	if !again.Duplicate {
		t.Error("posted twice")
	}
	check("the duplicate", again.Message)
	check("the edit's answer", edit(t, team, ts, other, "edited"))
	log := team.Log(team.Channel)
	wantNowhere(t, log[len(log)-1:], "secret")
	if err := team.AddReaction(ctx, team.Channel, ts, me, "eyes"); err != nil {
		t.Fatal(err)
	}
	items, _, err := team.ReactedBy(ctx, store.ReactedQuery{User: me, Viewer: me, Types: []chat.ChannelType{chat.PublicChannel}})
	if err != nil || len(items) != 1 {
		t.Fatal(items, err)
	}
	check("reactions' list", items[0].Message)
}

// A root that grows by an edit doesn't grow a page by all its copies.
func testGrownRoot(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 1)
	me := team.Users[0].ID
	root := team.Post(me, "small").Message
	for range 30 {
		replyTo(t, team, root.TS, me, "reply", true)
	}
	edit(t, team, root.TS, me, strings.Repeat("x", 200_000))
	history, _, err := team.History(t.Context(), team.Channel, store.Range{Limit: 30})
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for _, m := range history {
		if strings.Contains(m.Root.Text, "small") {
			t.Error("a copy has the old text")
		}
		size += len(m.Root.Text)
	}
	if size > 1<<20 || size == 0 {
		t.Errorf("copies have %d bytes", size)
	}
}

// Who is no member any more gets nothing for a key used before.
func testKeyAfterLeaving(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	ctx, me := t.Context(), team.Users[1].ID
	p := store.Post{Channel: team.Channel, Author: me, Key: "key", Message: chat.Message{Text: "x"}}
	must(team.PostMessage(ctx, p))(t)
	if again := must(team.PostMessage(ctx, p))(t); !again.Duplicate {
		t.Error("posted twice")
	}
	if err := team.Leave(ctx, team.Channel, me, team.Users[0].ID); err != nil {
		t.Fatal(err)
	}
	_, err := team.PostMessage(ctx, p)
	wantCode(t, err, chat.NotMember, "channel")
}

func testReactedByViewer(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	ctx, me, other := t.Context(), team.Users[0].ID, team.Users[1].ID
	private := must(team.CreateChannel(ctx, store.NewChannel{Name: "private", Private: true, Creator: me}))(t)
	dm, _, err := team.OpenDM(ctx, []chat.UserID{me})
	if err != nil {
		t.Fatal(err)
	}
	apart := team.NewChannel("apart", me)
	for i, ch := range []chat.ChannelID{apart, private.ID, dm.ID, team.Channel} {
		m := team.PostTo(ch, me, fmt.Sprint(i)).Message
		if err := team.AddReaction(ctx, ch, m.TS, me, "eyes"); err != nil {
			t.Fatal(err)
		}
		for reacted := chat.Now().UnixMilli(); chat.Now().UnixMilli() == reacted; { // they are listed by it
		}
	}
	every := []chat.ChannelType{chat.PublicChannel, chat.PrivateChannel, chat.DM, chat.GroupDM}
	for _, c := range []struct {
		q    store.ReactedQuery
		want string
	}{
		{store.ReactedQuery{Viewer: me, Types: every}, "3 2 1 0"},
		{store.ReactedQuery{Viewer: me, MembersOnly: true, Types: every}, "3 2 1 0"},
		{store.ReactedQuery{Viewer: me, Types: []chat.ChannelType{chat.PrivateChannel}}, "1"},
		{store.ReactedQuery{Viewer: me}, ""},
		{store.ReactedQuery{Viewer: other, Types: every}, "3 0"},
		{store.ReactedQuery{Viewer: other, MembersOnly: true, Types: every}, "3"},
	} {
		c.q.User, c.q.Limit = me, 1
		var got []string
		for {
			items, next, err := team.ReactedBy(ctx, c.q)
			if err != nil || len(items) != 1 && next != "" {
				t.Fatalf("%d items, next %q, %v", len(items), next, err)
			}
			for _, item := range items {
				got = append(got, item.Message.Text)
			}
			if next == "" {
				break
			}
			if c.q.Before = next; !strings.HasSuffix(next, string(items[0].Channel)) {
				t.Errorf("the cursor %s tells of another channel than %s", next, items[0].Channel)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v gives %v, want %s", c.q, got, c.want)
		}
	}
}
