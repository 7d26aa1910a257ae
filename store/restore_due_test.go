package store

import (
	"context"
	"testing"
	"time"

	"taut/chat"
)

// After a restore, what was due before is shown and neither sent nor told again;
// what is due later comes.
func TestRestoreHoldsWhatWasDue(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	ch := tm.channel("food", ada.ID).ID
	now := time.Now().Unix()
	ts := tm.post(ch, ada.ID, "x").Message.TS
	sent := tm.schedule(ch, ada.ID, now-60, "sent since")
	off := tm.schedule(ch, ada.ID, now-50, "put off")
	for _, d := range tm.due((now - 50)) {
		if d.Item == off.ID {
			tm.must(tm.store.PutOffDue(t.Context(), d, (now+1800)*1000))
		}
	}
	tm.schedule(ch, ada.ID, now+3600, "later")
	once, daily := tm.remind(ada.ID, now-60, "eat", ""), tm.remind(ada.ID, now-60, "drink", "daily")
	tm.remind(ada.ID, now+3600, "sleep", "")
	tm.save(ada.ID, ch, ts, now-60)

	for range 2 { // as a restore that was cut off is run again
		_, err := tm.store.renewed(t.Context())
		tm.must(err)
	}
	due := tm.due(now + 60)
	if len(due) != 1 || due[0].Kind != DueSkip || due[0].Item != daily.ID {
		t.Fatalf("due are %+v", due)
	}
	for _, err := range inParallel(3, func(int) error { return tm.SkipReminder(context.Background(), due[0], inAnHour) }) {
		tm.must(err)
	}
	failed := map[string]string{}
	all, _, err := tm.ScheduledMessages(t.Context(), ScheduledQuery{User: ada.ID})
	tm.must(err)
	for _, m := range all {
		failed[m.Content.Message.Text] = m.Failed
	}
	if len(failed) != 3 || failed[sent.Content.Message.Text] != FailedByRestore || failed["put off"] != FailedByRestore || failed["later"] != "" {
		t.Errorf("scheduled are %v", failed)
	}
	if r, err := tm.Reminder(t.Context(), ada.ID, once.ID); err != nil || r.At != now-60 {
		t.Errorf("the reminder is %+v, %v", r, err)
	}
	if r, err := tm.Reminder(t.Context(), ada.ID, daily.ID); err != nil || r.At != now-60+3600 {
		t.Errorf("the one that recurs is %+v, %v", r, err)
	}
	kinds := map[DueKind]int{}
	for _, d := range tm.due(now + 30*24*3600) {
		kinds[d.Kind]++
	}
	if len(kinds) != 3 || kinds[DueForget] != 2 || kinds[DueMessage] != 1 || kinds[DueReminder] != 2 {
		t.Errorf("due later are %v", kinds)
	}
	if dm, err := tm.FindDM(t.Context(), []chat.UserID{ada.ID, chat.Slackbot}); err == nil {
		t.Errorf("Slackbot spoke in %s", dm)
	}
}
