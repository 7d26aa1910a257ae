package store

import (
	"context"
	"fmt"
	"testing"

	"taut/chat"
)

// schedule keeps a message that is due at a second.
func (tm *team) schedule(ch chat.ChannelID, u chat.UserID, at int64, text string) Scheduled {
	tm.t.Helper()
	m, err := tm.Schedule(tm.t.Context(), Scheduled{Channel: ch, User: u, PostAt: at, Content: ScheduledContent{Message: chat.Message{Text: text}}})
	tm.must(err)
	return m
}

// due is what is due by a second.
func (tm *team) due(at int64) []Due {
	tm.t.Helper()
	all, err := tm.store.Due(tm.t.Context(), at*1000, 0, nil)
	tm.must(err)
	return all
}

func nobody(context.Context, Scheduled) (Mentioned, error) { return Mentioned{}, nil }

func (tm *team) scheduledTexts(q ScheduledQuery) (all []string, more bool) {
	tm.t.Helper()
	found, more, err := tm.ScheduledMessages(tm.t.Context(), q)
	tm.must(err)
	for _, m := range found {
		text := m.Content.Message.Text
		if m.Failed != "" {
			text += " " + m.Failed
		}
		all = append(all, text)
	}
	return all, more
}

func TestScheduledMessagesAreListed(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	ch, other := tm.channel("a", ada.ID, bob.ID), tm.channel("b", ada.ID)
	tm.schedule(ch.ID, ada.ID, 300, "third")
	tm.schedule(other.ID, ada.ID, 100, "first")
	tm.schedule(ch.ID, ada.ID, 200, "second")
	tm.schedule(ch.ID, bob.ID, 200, "bob's")
	for want, q := range map[string]ScheduledQuery{
		"[first second third]": {User: ada.ID},
		"[second third]":       {User: ada.ID, Channel: ch.ID},
		"[second]":             {User: ada.ID, Oldest: 101, Latest: 299},
		"[bob's]":              {User: bob.ID},
	} {
		if got, more := tm.scheduledTexts(q); fmt.Sprint(got) != want || more {
			t.Errorf("%+v lists %v (more: %v), want %s", q, got, more, want)
		}
	}
	page, more := tm.scheduledTexts(ScheduledQuery{User: ada.ID, Limit: 2})
	rest, end := tm.scheduledTexts(ScheduledQuery{User: ada.ID, Limit: 2, After: ScheduledPlace{PostAt: 200, ID: "R"}})
	if len(page) != 2 || !more || len(rest) != 1 || end {
		t.Errorf("pages are %v and %v", page, rest)
	}
}

func TestScheduledRefusals(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	ch := tm.channel("a", ada.ID)
	schedule := func(m Scheduled) error {
		_, err := tm.Schedule(t.Context(), m)
		return err
	}
	tm.want(schedule(Scheduled{Channel: ch.ID, User: bob.ID, PostAt: 1}), chat.NotMember, "channel")
	tm.want(schedule(Scheduled{Channel: "C0000000000", User: ada.ID, PostAt: 1}), chat.NotFound, "channel")
	noThread := ScheduledContent{Message: chat.Message{ThreadTS: 5}}
	tm.want(schedule(Scheduled{Channel: ch.ID, User: ada.ID, PostAt: 1, Content: noThread}), chat.NotFound, "thread")
	for range maxScheduledAtOnce {
		tm.schedule(ch.ID, ada.ID, 1000, "x")
	}
	tm.want(schedule(Scheduled{Channel: ch.ID, User: ada.ID, PostAt: 1000 + scheduledSpan}), chat.Limited, "at_once")
	tm.schedule(ch.ID, ada.ID, 1001+scheduledSpan, "later")

	mine := tm.schedule(ch.ID, ada.ID, 5000, "x")
	tm.want(tm.DeleteScheduled(t.Context(), bob.ID, ch.ID, mine.ID), chat.NotFound, "scheduled")
	tm.want(tm.DeleteScheduled(t.Context(), ada.ID, ch.ID, "Q0000000000"), chat.NotFound, "scheduled")
	other := newTeam(t, tm.store, "other")
	tm.want(other.DeleteScheduled(t.Context(), ada.ID, ch.ID, mine.ID), chat.NotFound, "channel")
	tm.must(tm.DeleteScheduled(t.Context(), ada.ID, ch.ID, mine.ID))
	tm.want(tm.DeleteScheduled(t.Context(), ada.ID, ch.ID, mine.ID), chat.NotFound, "scheduled")
	tm.must(tm.Archive(t.Context(), ch.ID, ada.ID))
	tm.want(schedule(Scheduled{Channel: ch.ID, User: ada.ID, PostAt: 9000}), chat.Archived, "channel")
}

// Many who find the same message due send it once.
func TestScheduledIsSentOnce(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	ch := tm.channel("a", ada.ID, bob.ID)
	first := tm.post(ch.ID, ada.ID, "root")
	m, err := tm.Schedule(t.Context(), Scheduled{Channel: ch.ID, User: ada.ID, PostAt: 1, Content: ScheduledContent{
		Message: chat.Message{Text: "once", ThreadTS: first.Message.TS}, Broadcast: true,
	}})
	tm.must(err)
	d := tm.due(1)
	if len(d) != 1 || d[0].Item != m.ID || d[0].Kind != DueMessage {
		t.Fatalf("due is %+v", d)
	}
	before := len(tm.events(tm.id.Channel(ch.ID)))
	mention := func(context.Context, Scheduled) (Mentioned, error) {
		return Mentioned{Users: []chat.UserID{bob.ID}}, nil
	}
	for _, err := range inParallel(8, func(int) error {
		_, err := tm.SendScheduled(context.Background(), d[0], mention)
		return err
	}) {
		tm.must(err)
	}
	if got := len(tm.events(tm.id.Channel(ch.ID))) - before; got != 2 { // the message, and what it is to its root
		t.Errorf("%d events", got)
	}
	tm.wantUnread(bob.ID, ch.ID, 2, 1)
	if left, _ := tm.scheduledTexts(ScheduledQuery{User: ada.ID}); left != nil || len(tm.due(1<<40)) > 0 {
		t.Errorf("left are %v, due %v", left, tm.due(1<<40))
	}
}

// What can't be sent is shown so, not tried again, and forgotten in the end.
func TestScheduledThatCannotBeSent(t *testing.T) {
	tm := openTeam(t)
	ada, bob, eve := tm.user("ada"), tm.user("bob"), tm.user("eve")
	ch, archived := tm.channel("a", ada.ID, bob.ID, eve.ID), tm.channel("b", ada.ID)
	tm.schedule(ch.ID, bob.ID, 1, "kicked")
	tm.schedule(archived.ID, ada.ID, 1, "archived")
	tm.schedule(ch.ID, eve.ID, 1, "deactivated")
	tm.must(tm.Leave(t.Context(), ch.ID, bob.ID, ada.ID))
	tm.must(tm.Archive(t.Context(), archived.ID, ada.ID))
	_, err := tm.UpdateUser(t.Context(), eve.ID, func(u *chat.User) error { u.Deleted = true; return nil })
	tm.must(err)
	for _, d := range tm.due(1) {
		if p, err := tm.SendScheduled(t.Context(), d, nobody); err != nil || p.Event.Seq > 0 {
			t.Errorf("%s: %+v, %v", d.Item, p, err)
		}
	}
	for u, want := range map[chat.UserID]string{
		bob.ID: "[kicked not_member:channel]", ada.ID: "[archived archived:channel]", eve.ID: "[deactivated account_inactive:user]",
	} {
		if got, _ := tm.scheduledTexts(ScheduledQuery{User: u}); fmt.Sprint(got) != want {
			t.Errorf("listed is %v, want %s", got, want)
		}
	}
	now := chat.Now().Unix()
	if again := tm.due(now); len(again) > 0 {
		t.Errorf("still due: %+v", again)
	}
	for _, d := range tm.due(now + 8*24*60*60) {
		tm.must(tm.ForgetScheduled(t.Context(), d))
	}
	if got, _ := tm.scheduledTexts(ScheduledQuery{User: bob.ID}); got != nil {
		t.Errorf("not forgotten: %v", got)
	}
}
