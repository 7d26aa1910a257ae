package store

import (
	"context"
	"testing"

	"taut/chat"
)

func (tm *team) remind(u chat.UserID, at int64, text, every string) Reminder {
	tm.t.Helper()
	r, err := tm.AddReminder(tm.t.Context(), Reminder{User: u, Text: text, At: at, Recurrence: every})
	tm.must(err)
	return r
}

func reminderText(r Reminder) chat.Message { return chat.Message{Text: r.Text} }

func inAnHour(r Reminder) int64 {
	if r.Recurrence == "" {
		return 0
	}
	return r.At + 3600
}

// fromSlackbot are the messages of a person's DM with Slackbot, the last first.
func (tm *team) fromSlackbot(u chat.UserID) []string {
	tm.t.Helper()
	dm, err := tm.FindDM(tm.t.Context(), []chat.UserID{u, chat.Slackbot})
	tm.must(err)
	messages, _, err := tm.History(tm.t.Context(), dm, Range{})
	tm.must(err)
	var all []string
	for _, m := range messages {
		if m.User != chat.Slackbot {
			tm.t.Errorf("%q is of %s", m.Text, m.User)
		}
		all = append(all, m.Text)
	}
	return all
}

// A reminder comes once to its person alone, whoever finds it due and however
// often.
func TestReminderComesOnce(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	tm.remind(ada.ID, 1, "eat", "")
	daily := tm.remind(ada.ID, 2, "drink", "daily")
	due := tm.due(2)
	if len(due) != 2 {
		t.Fatalf("due are %+v", due)
	}
	for _, d := range due {
		for _, err := range inParallel(4, func(int) error {
			return tm.FireReminder(context.Background(), d, reminderText, inAnHour)
		}) {
			tm.must(err)
		}
	}
	if got := tm.fromSlackbot(ada.ID); len(got) != 2 || got[0] != "drink" || got[1] != "eat" {
		t.Errorf("reminded of %v", got)
	}
	if next := tm.due(1 << 40); len(next) != 1 || next[0].Item != daily.ID || next[0].MS != 3602_000 {
		t.Errorf("next is %+v", next)
	}
	fired := 0
	for _, e := range tm.events(tm.id.User(ada.ID)) {
		if e.Type == "reminder_fired" {
			fired++
		}
	}
	if fired != 2 {
		t.Errorf("%d events of reminders that came", fired)
	}
}

// A process that died between the message and the reminder's mark leaves a
// reminder that is due: what follows makes no second message.
func TestReminderAfterADeathInBetween(t *testing.T) {
	o := testOptions(t)
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	tm := newTeam(t, s, "acme")
	ada := tm.user("ada")
	r := tm.remind(ada.ID, 1, "eat", "")
	_, err = tm.tell(t.Context(), tm.due(1)[0], r.At, reminderText(r))
	tm.must(err)
	tm.must(s.Close())

	tm.Workspace = openOptions(t, o).Workspace(tm.id)
	tm.must(tm.FireReminder(t.Context(), tm.due(1)[0], reminderText, inAnHour))
	if got := tm.fromSlackbot(ada.ID); len(got) != 1 || len(tm.due(1<<40)) > 0 {
		t.Errorf("reminded of %v, still due %v", got, tm.due(1<<40))
	}
}

// What was told, and put off as the answer was lost, is not told again.
func TestPutOffComesOnce(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	ch := tm.channel("food", ada.ID).ID
	r := tm.remind(ada.ID, 1, "eat", "")
	ts := tm.post(ch, ada.ID, "x").Message.TS
	_, err := tm.Save(t.Context(), ada.ID, Saved{Channel: ch, TS: ts, Due: 2})
	tm.must(err)
	saved := func(Saved) chat.Message { return chat.Message{Text: "saved"} }
	_, err = tm.tell(t.Context(), tm.due(1)[0], r.At, reminderText(r))
	tm.must(err)
	_, err = tm.tell(t.Context(), tm.due(2)[1], 2, saved(Saved{}))
	tm.must(err)
	for _, d := range tm.due(2) {
		tm.must(tm.store.PutOffDue(t.Context(), d, d.MS+5000))
	}
	later := tm.due(7)
	if len(later) != 2 {
		t.Fatalf("put off are %+v", later)
	}
	tm.must(tm.FireReminder(t.Context(), later[0], reminderText, inAnHour))
	tm.must(tm.FireSaved(t.Context(), later[1], saved))
	if got := tm.fromSlackbot(ada.ID); len(got) != 2 || len(tm.due(1<<40)) > 0 {
		t.Errorf("told %v, still due %v", got, tm.due(1<<40))
	}
}

// Who was deactivated is not told; when they are back, what recurs comes again,
// and what went by is completed.
func TestRemindersOutlastADeactivation(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	once, daily := tm.remind(ada.ID, 1, "eat", ""), tm.remind(ada.ID, 2, "drink", "daily")
	_, err := tm.UpdateUser(t.Context(), ada.ID, func(u *chat.User) error { u.Deleted = true; return nil })
	tm.must(err)
	for _, d := range tm.due(2) {
		for range 2 {
			tm.must(tm.FireReminder(t.Context(), d, reminderText, inAnHour))
		}
	}
	_, err = tm.UpdateUser(t.Context(), ada.ID, func(u *chat.User) error { u.Deleted = false; return nil })
	tm.must(err)
	if r, err := tm.Reminder(t.Context(), ada.ID, once.ID); err != nil || r.Completed == 0 {
		t.Errorf("what went by is %+v, %v", r, err)
	}
	due := tm.due(1 << 40)
	if len(due) != 1 || due[0].Item != daily.ID || due[0].MS != 3602_000 {
		t.Fatalf("due are %+v", due)
	}
	tm.must(tm.FireReminder(t.Context(), due[0], reminderText, inAnHour))
	if got := tm.fromSlackbot(ada.ID); len(got) != 1 || got[0] != "drink" {
		t.Errorf("told %v", got)
	}
}

func TestReminderRefusals(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	r, every := tm.remind(ada.ID, 1, "x", ""), tm.remind(ada.ID, 1, "x", "daily")
	other := newTeam(t, tm.store, "other")
	for _, id := range []string{r.ID, "Rm0000000000"} {
		tm.want(tm.CompleteReminder(t.Context(), bob.ID, id), chat.NotFound, "reminder")
		tm.want(tm.DeleteReminder(t.Context(), bob.ID, id), chat.NotFound, "reminder")
		tm.want(other.DeleteReminder(t.Context(), ada.ID, id), chat.NotFound, "reminder")
		_, err := other.Reminder(t.Context(), ada.ID, id)
		tm.want(err, chat.NotFound, "reminder")
	}
	tm.want(tm.CompleteReminder(t.Context(), ada.ID, every.ID), chat.Invalid, "recurring")
	tm.must(tm.CompleteReminder(t.Context(), ada.ID, r.ID))
	tm.must(tm.CompleteReminder(t.Context(), ada.ID, r.ID))
	tm.must(tm.DeleteReminder(t.Context(), ada.ID, every.ID))
	if all, err := tm.Reminders(t.Context(), ada.ID); err != nil || len(all) != 1 || all[0].Completed == 0 || len(tm.due(1<<40)) > 0 {
		t.Errorf("left are %+v, %v", all, err)
	}
}

// A DM with Slackbot has one member, and nobody talks to it in a group.
func TestSlackbotDM(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	_, _, err := tm.OpenDM(t.Context(), []chat.UserID{ada.ID, bob.ID, chat.Slackbot})
	tm.want(err, chat.NotFound, "user")
	_, _, err = tm.OpenDM(t.Context(), []chat.UserID{chat.Slackbot})
	tm.want(err, chat.NotFound, "user")
	dm, existed, err := tm.OpenDM(t.Context(), []chat.UserID{ada.ID, chat.Slackbot})
	tm.must(err)
	if existed || dm.Type != chat.DM || len(dm.DMUsers) != 2 || dm.NumMembers != 1 {
		t.Errorf("DM is %+v", dm)
	}
	tm.post(dm.ID, ada.ID, "hello")
	_, err = tm.CreateChannel(t.Context(), NewChannel{Name: "x", Creator: ada.ID, Members: []chat.UserID{chat.Slackbot}})
	tm.want(err, chat.NotFound, "user")
}
