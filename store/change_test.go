package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// edit sets a message's text.
func edit(t *testing.T, team *testenv.Team, ts chat.TS, u chat.UserID, text string) chat.Message {
	t.Helper()
	return must(team.UpdateMessage(t.Context(), store.Edit{
		Channel: team.Channel, TS: ts, Actor: u, Apply: func(m *chat.Message) { m.Text = text },
	}))(t)
}

func testEdit(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	me := team.Users[0].ID
	p := team.Post(me, "first")
	replyTo(t, team, p.Message.TS, me, "reply", false)
	m := edit(t, team, p.Message.TS, me, "second")
	log := team.Log(team.Channel)
	event := log[len(log)-1]
	if m.Text != "second" || m.TS != p.Message.TS || m.Edited == nil || m.Edited.User != me || m.Edited.TS != event.TS || m.ReplyCount != 1 {
		t.Errorf("edited %+v", m)
	}
	e := payload(t, event)
	after, before := e["message"].(map[string]any), e["previous_message"].(map[string]any)
	if e["subtype"] != chat.SubtypeChanged || e["hidden"] != true || after["text"] != "second" || before["text"] != "first" ||
		e["ts"] != event.TS.String() || after["ts"] != p.Message.TS.String() {
		t.Errorf("payload %s", event.Payload)
	}
	edit(t, team, p.Message.TS, me, "third")
	if got := must(team.Message(t.Context(), team.Channel, p.Message.TS))(t); got.Text != "third" || got.ReplyCount != 1 || got.Channel != "" {
		t.Errorf("history shows %+v", got)
	}
	if event.N != p.Event.N {
		t.Errorf("an edit moved n from %d to %d", p.Event.N, event.N)
	}
}

func testEditRefusals(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	ctx, me := t.Context(), team.Users[0].ID
	p := team.Post(me, "text")
	no := errors.New("no")
	change := func(e store.Edit) error {
		e.Channel, e.Apply = team.Channel, func(m *chat.Message) { m.Text = "changed" }
		_, err := team.UpdateMessage(ctx, e)
		return err
	}
	wantCode(t, change(store.Edit{TS: p.Message.TS + 1, Actor: me}), chat.NotFound, "message")
	wantCode(t, change(store.Edit{TS: p.Message.TS, Actor: team.AddUser("stranger").ID}), chat.NotMember, "channel")
	if err := change(store.Edit{TS: p.Message.TS, Actor: me, Check: func(chat.Message) error { return no }}); !errors.Is(err, no) {
		t.Errorf("a refused edit gave %v", err)
	}
	if m := must(team.Message(ctx, team.Channel, p.Message.TS))(t); m.Text != "text" {
		t.Errorf("history shows %q", m.Text)
	}
}

func testDelete(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	ctx, me := t.Context(), team.Users[0].ID
	p := team.Post(me, "secret")
	if err := team.AddReaction(ctx, team.Channel, p.Message.TS, me, "eyes"); err != nil {
		t.Fatal(err)
	}
	remove := func() error {
		return team.DeleteMessage(ctx, store.Delete{Channel: team.Channel, TS: p.Message.TS, Actor: me})
	}
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	wantCode(t, remove(), chat.NotFound, "message")
	_, err := team.Message(ctx, team.Channel, p.Message.TS)
	wantCode(t, err, chat.NotFound, "message")
	wantCode(t, team.AddReaction(ctx, team.Channel, p.Message.TS, me, "eyes"), chat.NotFound, "message")
	history, _, err := team.History(ctx, team.Channel, store.Range{})
	if err != nil || len(history) != 1 {
		t.Errorf("history %v %v", texts(history), err)
	}
	log := team.Log(team.Channel)
	wantOrdered(t, log)
	wantNowhere(t, log, "secret")
	redacted, deleted := payload(t, log[p.Event.Seq-1]), payload(t, log[len(log)-1])
	if redacted["subtype"] != chat.SubtypeTombstone || redacted["hidden"] != true || redacted["ts"] != p.Message.TS.String() {
		t.Errorf("redacted event %s", log[p.Event.Seq-1].Payload)
	}
	if deleted["subtype"] != chat.SubtypeDeleted || deleted["deleted_ts"] != p.Message.TS.String() || deleted["hidden"] != true {
		t.Errorf("deletion %s", log[len(log)-1].Payload)
	}
	items, _, err := team.ReactedBy(ctx, store.ReactedQuery{User: me, Viewer: me, Types: []chat.ChannelType{chat.PublicChannel}})
	if err != nil || len(items) > 0 {
		t.Errorf("reacted by %v %v", items, err)
	}
}

// wantNowhere fails where a payload holds the text.
func wantNowhere(t *testing.T, log []chat.Event, text string) {
	t.Helper()
	for _, e := range log {
		if strings.Contains(string(e.Payload), text) {
			t.Errorf("seq %d still holds %q: %s", e.Seq, text, e.Payload)
		}
	}
}

func testDeleteRootWithReplies(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 1)
	ctx, me := t.Context(), team.Users[0].ID
	root := team.Post(me, "secret").Message
	reply := replyTo(t, team, root.TS, me, "reply", false).Message
	remove := func(ts chat.TS) {
		t.Helper()
		if err := team.DeleteMessage(ctx, store.Delete{Channel: team.Channel, TS: ts, Actor: me}); err != nil {
			t.Fatal(err)
		}
	}
	remove(root.TS)
	m := must(team.Message(ctx, team.Channel, root.TS))(t)
	if m.Subtype != chat.SubtypeTombstone || m.User != "USLACKBOT" || m.Text != "This message was deleted." || m.ReplyCount != 1 {
		t.Errorf("tombstone %+v", m)
	}
	thread, _, err := team.Replies(ctx, team.Channel, root.TS, store.Range{})
	if err != nil || len(thread) != 2 || thread[1].Text != "reply" {
		t.Errorf("thread %v %v", texts(thread), err)
	}
	wantCode(t, team.DeleteMessage(ctx, store.Delete{Channel: team.Channel, TS: root.TS, Actor: me}), chat.NotFound, "message")
	_, err = team.PostMessage(ctx, store.Post{Channel: team.Channel, Author: me, Message: chat.Message{Text: "x", ThreadTS: root.TS}})
	wantCode(t, err, chat.NotFound, "thread")
	remove(reply.TS)
	_, err = team.Message(ctx, team.Channel, root.TS)
	wantCode(t, err, chat.NotFound, "message")
	wantNowhere(t, team.Log(team.Channel), "secret")
}

func testRedactsCopies(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	ctx, me := t.Context(), team.Users[0].ID
	root := team.Post(me, "secret one").Message
	edit(t, team, root.TS, me, "secret two")
	broadcast := replyTo(t, team, root.TS, team.Users[1].ID, "public", true).Message
	edit(t, team, broadcast.TS, team.Users[1].ID, "public too")
	edit(t, team, root.TS, me, "secret three")
	if err := team.DeleteMessage(ctx, store.Delete{Channel: team.Channel, TS: root.TS, Actor: me}); err != nil {
		t.Fatal(err)
	}
	log := team.Log(team.Channel)
	wantOrdered(t, log)
	wantNowhere(t, log, "secret")
	m := must(team.Message(ctx, team.Channel, broadcast.TS))(t)
	if m.Text != "public too" || m.Root == nil || m.Root.Text != "" {
		t.Errorf("the broadcast reads %+v, root %+v", m, m.Root)
	}
	publics := 0
	for _, e := range log {
		publics += strings.Count(string(e.Payload), "public")
	}
	if publics < 3 {
		t.Errorf("redaction took the reply's own text: found it %d times", publics)
	}
}

func testReactions(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 3)
	ctx := t.Context()
	p := team.Post(team.Users[0].ID, "x")
	ts := p.Message.TS
	react := func(u int, name string) error { return team.AddReaction(ctx, team.Channel, ts, team.Users[u].ID, name) }
	for _, err := range []error{react(1, "eyes"), react(2, "eyes"), react(1, "+1")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, react(1, "eyes"), chat.Exists, "reaction")
	wantCode(t, team.AddReaction(ctx, team.Channel, ts, team.AddUser("stranger").ID, "eyes"), chat.NotMember, "channel")
	wantCode(t, team.AddReaction(ctx, team.Channel, ts+1, team.Users[0].ID, "eyes"), chat.NotFound, "message")
	m := must(team.Message(ctx, team.Channel, ts))(t)
	if got, want := fmt.Sprint(m.Reactions), fmt.Sprintf("[{eyes [%s %s] 2} {+1 [%s] 1}]", team.Users[1].ID, team.Users[2].ID, team.Users[1].ID); got != want {
		t.Errorf("reactions %s, want %s", got, want)
	}
	if err := team.RemoveReaction(ctx, team.Channel, ts, team.Users[1].ID, "eyes"); err != nil {
		t.Fatal(err)
	}
	wantCode(t, team.RemoveReaction(ctx, team.Channel, ts, team.Users[1].ID, "eyes"), chat.NotFound, "reaction")
	if err := team.RemoveReaction(ctx, team.Channel, ts, team.Users[1].ID, "+1"); err != nil {
		t.Fatal(err)
	}
	m = must(team.Message(ctx, team.Channel, ts))(t)
	if got, want := fmt.Sprint(m.Reactions), fmt.Sprintf("[{eyes [%s] 1}]", team.Users[2].ID); got != want {
		t.Errorf("reactions %s, want %s", got, want)
	}
	log := team.Log(team.Channel)
	last := log[len(log)-1]
	e := payload(t, last)
	item, _ := e["item"].(map[string]any)
	if last.Type != "reaction_removed" || e["reaction"] != "+1" || item["ts"] != ts.String() || e["item_user"] != string(team.Users[0].ID) || last.N != p.Event.N {
		t.Errorf("event %s %s", last.Type, last.Payload)
	}
}

func testReactionLimits(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 3)
	ts := team.Post(team.Users[0].ID, "x").Message.TS
	count, refused := 0, []string{}
	for u := range 3 {
		for k := range 30 {
			err := team.AddReaction(t.Context(), team.Channel, ts, team.Users[u].ID, fmt.Sprintf("r%d-%d", u, k))
			if err == nil {
				count++
			} else if k == 29 {
				refused = append(refused, err.Error())
			}
		}
	}
	if count != 50 || fmt.Sprint(refused) != "[limited: reactions limited: reactions limited: emoji]" {
		t.Errorf("%d reactions, then %v", count, refused)
	}
}

func testConcurrentReactions(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 8)
	ts := team.Post(team.Users[0].ID, "x").Message.TS
	inParallel(16, func(i int) {
		err := team.AddReaction(t.Context(), team.Channel, ts, team.Users[i%8].ID, []string{"eyes", "+1"}[i/8])
		if err != nil {
			t.Errorf("react: %v", err)
		}
	})
	m := must(team.Message(t.Context(), team.Channel, ts))(t)
	if len(m.Reactions) != 2 || m.Reactions[0].Count != 8 || m.Reactions[1].Count != 8 || len(m.Reactions[0].Users) != 8 {
		t.Errorf("reactions %v", m.Reactions)
	}
}

func testReactedBy(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	ctx, me := t.Context(), team.Users[1].ID
	other := team.NewChannel("other", team.IDs()...)
	for i := range 5 {
		ch := []chat.ChannelID{team.Channel, other}[i%2]
		p := team.PostTo(ch, team.Users[0].ID, fmt.Sprint(i))
		for _, name := range []string{"a", "b"} {
			if err := team.AddReaction(ctx, ch, p.Message.TS, me, name); err != nil {
				t.Fatal(err)
			}
		}
	}
	var got []string
	for cursor, pages := "", 0; ; pages++ {
		items, next, err := team.ReactedBy(ctx, store.ReactedQuery{User: me, Viewer: me, Types: []chat.ChannelType{chat.PublicChannel}, Before: cursor, Limit: 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			got = append(got, item.Message.Text)
		}
		if cursor = next; next == "" || pages > 5 {
			break
		}
	}
	if fmt.Sprint(got) != "[4 3 2 1 0]" {
		t.Errorf("reacted %v", got)
	}
	_, _, err := team.ReactedBy(ctx, store.ReactedQuery{User: me, Viewer: me, Before: "nonsense"})
	wantCode(t, err, chat.Invalid, "cursor")
}
