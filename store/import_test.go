package store_test

import (
	"slices"
	"testing"

	"taut/chat"
	"taut/store"
)

// testImport: what an import writes reads as if it had been written here, and the
// same batch twice is there once.
func testImport(t *testing.T, open opener) {
	s := open(t)
	ctx := t.Context()
	w := must(s.CreateImport(ctx, store.NewImport{Domain: "moved", Name: "Moved", Source: "T0SLACKTEAM", General: "C0000000001"}))(t)
	i := s.Workspace(w.ID).Import("T0SLACKTEAM")
	if err := i.Reserve(ctx, []string{"U0000000001", "U00000002", "C/odd"}); err != nil {
		t.Fatal(err)
	}
	ids := must(i.IDs(ctx))(t)
	if w.ID != "T0SLACKTEAM" || ids["C0000000001"] != "C0000000001" || ids["U00000002"] != "U00000002" || !chat.ValidID(ids["C/odd"], "C") {
		t.Fatalf("%s: %v", w.ID, ids)
	}
	users := []store.ImportedUser{
		{User: chat.User{ID: "U0000000001", Name: "ada", Email: "ada@example.com", Role: chat.PrimaryOwner}},
		{User: chat.User{ID: "U00000002", Name: "Ada", Email: "ADA@example.com", Role: chat.Member}},
	}
	as := must(i.Users(ctx, users))(t)
	if as[1].Name != "Ada-2" || as[1].Email != "" || must(i.Users(ctx, users))(t)[0].New {
		t.Errorf("they are there as %+v", as)
	}
	c := chat.Channel{ID: "C0000000001", Workspace: w.ID, Type: chat.PublicChannel, Name: "general", Creator: "U0000000001", General: true, CreatedMS: 1}
	if name := must(i.Name(ctx, c))(t); name != "general" {
		t.Errorf("the channel is %s", name)
	}
	if name := must(i.Name(ctx, chat.Channel{ID: "C0000000002", Type: chat.PublicChannel, Name: "General"}))(t); name != "General-imported" {
		t.Errorf("the second one is %s", name)
	}
	const ts = 1_600_000_000_000_000
	message := func(at chat.TS, user chat.UserID, text string, thread chat.TS) store.ImportedMessage {
		return store.ImportedMessage{Author: user, Message: chat.Message{User: user, Text: text, TS: at, ThreadTS: thread}}
	}
	batch := []store.ImportedMessage{
		message(ts, "U0000000001", "root", ts), message(ts, "U00000002", "same moment", 0),
		message(ts+10, "U00000002", "reply", ts), message(ts+20, "U0000000001", "broadcast", ts), message(ts+30, "U00000002", "orphan", 99),
	}
	batch[0].Reactions = []chat.Reaction{{Name: "tada", Users: []chat.UserID{"U0000000001", "U00000002", "U00000002"}}}
	batch[3].Subtype = chat.SubtypeThreadBroadcast
	batch[2].MentionUsers = []chat.UserID{"U0000000001"}
	done := must(i.Messages(ctx, c, batch))(t)
	if done.Added != 5 || len(done.Orphans) != 1 || len(done.Late)+len(done.Cut) != 0 {
		t.Errorf("%+v", done)
	}
	if again := must(i.Messages(ctx, c, batch))(t); again.Added != 0 {
		t.Errorf("again: %+v", again)
	}
	members := []chat.UserID{"U0000000001", "U00000002"}
	pins := []store.ImportedPin{{TS: ts, By: "U0000000001", CreatedMS: 7000}, {TS: 5, By: "U0000000001"}}
	for n := range 2 {
		pinned := must(i.Open(ctx, c, members, pins))(t)
		if n == 0 && !slices.Equal(pinned, []chat.TS{ts}) {
			t.Errorf("pinned: %v", pinned)
		}
		for _, u := range must(i.Untold(ctx))(t) {
			if err := i.Tell(ctx, u); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := i.Told(ctx); err != nil {
		t.Fatal(err)
	}
	history, _, err := i.History(ctx, c.ID, store.Range{})
	if err != nil || !slices.Equal(texts(history), []string{"orphan", "broadcast", "same moment", "root"}) {
		t.Fatalf("%v, %v", texts(history), err)
	}
	root := history[3]
	if root.TS != ts || root.ReplyCount != 2 || root.ReplyUsersCount != 2 || root.LatestReply != ts+20 || root.Reactions[0].Count != 2 || len(root.PinnedTo) != 1 {
		t.Errorf("the root is %+v", root)
	}
	if history[2].TS != ts+1 || history[0].ThreadTS != 0 || history[1].ParentUserID != "U0000000001" {
		t.Errorf("%+v", history)
	}
	thread, _, err := i.Replies(ctx, c.ID, ts, store.Range{})
	if err != nil || !slices.Equal(texts(thread), []string{"root", "reply", "broadcast"}) {
		t.Errorf("the thread is %v, %v", texts(thread), err)
	}
	for _, u := range members {
		unread := must(i.Unread(ctx, u, []chat.ChannelID{c.ID}))(t)
		if unread[c.ID].Count != 0 || unread[c.ID].Mentions != 0 {
			t.Errorf("%s: %+v", u, unread)
		}
	}
	// It goes on in the ordinary way, and what would go before it is late.
	p := must(i.PostMessage(ctx, store.Post{Channel: c.ID, Author: "U00000002", Message: chat.Message{Text: "here", ThreadTS: ts}}))(t)
	if p.Message.ParentUserID != "U0000000001" {
		t.Errorf("%+v", p.Message)
	}
	if late := must(i.Messages(ctx, c, []store.ImportedMessage{message(ts+40, "U00000002", "late", 0)}))(t); late.Added != 0 || len(late.Late) != 1 {
		t.Errorf("%+v", late)
	}
	var exported []string
	err = i.Export(ctx, c.ID, func(m *store.ExportedMessage) error {
		exported = append(exported, m.Text)
		if m.TS == ts && (len(m.Replies) != 3 || m.ReplyCount != 3) {
			t.Errorf("the root goes out as %+v", m)
		}
		return nil
	})
	if err != nil || !slices.Equal(exported, []string{"root", "same moment", "reply", "broadcast", "orphan", "here"}) {
		t.Errorf("out go %v, %v", exported, err)
	}
	if err := i.Export(ctx, "C9999999999", nil); chat.CodeOf(err) != chat.NotFound {
		t.Errorf("a channel that isn't there: %v", err)
	}
}
