package store

import (
	"fmt"
	"testing"

	"taut/chat"
)

func (tm *team) save(u chat.UserID, ch chat.ChannelID, ts chat.TS, due int64) Saved {
	tm.t.Helper()
	s, err := tm.Save(tm.t.Context(), u, Saved{Channel: ch, TS: ts, Due: due})
	tm.must(err)
	return s
}

func TestSaved(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	for i := range 5 {
		tm.save(ada.ID, "C0000000001", chat.TS(i+1), 0)
	}
	_, err := tm.Save(t.Context(), ada.ID, Saved{Channel: "C0000000001", TS: 1})
	tm.want(err, chat.Exists, "saved")
	seen := map[chat.TS]bool{}
	q := SavedQuery{State: SavedOpen, Limit: 2}
	for more := true; more; {
		var page []Saved
		page, more, err = tm.SavedItems(t.Context(), ada.ID, q)
		tm.must(err)
		for _, s := range page {
			seen[s.TS] = true
			q.After = s
		}
	}
	if len(seen) != 5 {
		t.Errorf("pages have %v", seen)
	}
	update := func(u chat.UserID, ts chat.TS, state SavedState) error {
		_, err := tm.UpdateSaved(t.Context(), u, "C0000000001", ts, func(s *Saved) { s.State = state })
		return err
	}
	tm.must(update(ada.ID, 1, SavedCompleted))
	tm.must(update(ada.ID, 2, SavedArchived))
	tm.want(update(bob.ID, 1, SavedCompleted), chat.NotFound, "saved")
	tm.want(tm.Unsave(t.Context(), bob.ID, "C0000000001", 3), chat.NotFound, "saved")
	other := newTeam(t, tm.store, "other")
	tm.want(other.Unsave(t.Context(), ada.ID, "C0000000001", 3), chat.NotFound, "saved")
	tm.must(tm.Unsave(t.Context(), ada.ID, "C0000000001", 3))
	counts, err := tm.CountSaved(t.Context(), ada.ID)
	tm.must(err)
	if counts != (SavedCounts{Open: 2, Completed: 1, Archived: 1}) {
		t.Errorf("counts are %+v", counts)
	}
	tm.must(tm.ClearCompleted(t.Context(), ada.ID))
	types := tm.types(tm.id.User(ada.ID))
	if got := fmt.Sprint(types[len(types)-4:]); got != "[saved_updated saved_updated saved_removed saved_cleared]" {
		t.Errorf("told: %v", got)
	}
}

// Who saved a message for a time hears of it then, once, unless they may not
// read it any more.
func TestSavedIsDue(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	secret, err := tm.CreateChannel(t.Context(), NewChannel{Name: "secret", Private: true, Creator: ada.ID, Members: []chat.UserID{bob.ID}})
	tm.must(err)
	m := tm.post(secret.ID, ada.ID, "x")
	tm.save(ada.ID, secret.ID, m.Message.TS, 5)
	tm.save(bob.ID, secret.ID, m.Message.TS, 5)
	tm.must(tm.Leave(t.Context(), secret.ID, bob.ID, ada.ID))
	fire := func(d Due) error {
		return tm.FireSaved(t.Context(), d, func(s Saved) chat.Message { return chat.Message{Text: string(s.Channel)} })
	}
	for _, d := range tm.due(5) {
		tm.must(fire(d))
		tm.must(fire(d))
	}
	if got := tm.fromSlackbot(ada.ID); len(got) != 1 || got[0] != string(secret.ID) {
		t.Errorf("ada was told %v", got)
	}
	if _, err := tm.FindDM(t.Context(), []chat.UserID{bob.ID, chat.Slackbot}); chat.CodeOf(err) != chat.NotFound {
		t.Errorf("bob was told, who may not read it: %v", err)
	}
	if left := tm.due(1 << 40); len(left) > 0 {
		t.Errorf("still due: %v", left)
	}
	_, err = tm.UpdateSaved(t.Context(), ada.ID, secret.ID, m.Message.TS, func(s *Saved) { s.Due = 100 })
	tm.must(err)
	_, err = tm.UpdateSaved(t.Context(), ada.ID, secret.ID, m.Message.TS, func(s *Saved) { s.State = SavedCompleted })
	tm.must(err)
	if left := tm.due(1 << 40); len(left) > 0 {
		t.Errorf("what is completed is due: %v", left)
	}
}
