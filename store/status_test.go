package store

import (
	"testing"

	"taut/chat"
)

func (tm *team) setStatus(u chat.UserID, text string, ends int64) chat.User {
	tm.t.Helper()
	set, err := tm.UpdateUser(tm.t.Context(), u, func(u *chat.User) error {
		u.StatusText, u.StatusEnds = text, ends
		return nil
	})
	tm.must(err)
	return set
}

// A status ends once, when it was last said to.
func TestStatusEnds(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	tm.setStatus(ada.ID, "lunch", 10)
	first := tm.due(10)
	tm.setStatus(ada.ID, "holidays", 20)
	if len(first) != 1 || len(tm.due(10)) != 0 {
		t.Fatalf("due were %v, and are %v", first, tm.due(10))
	}
	tm.must(tm.EndStatus(t.Context(), first[0])) // of the status before
	if u, err := tm.User(t.Context(), ada.ID); err != nil || u.StatusText != "holidays" || u.StatusEnds != 20 {
		t.Errorf("user is %+v, %v", u, err)
	}
	before := len(tm.events(tm.id.Directory()))
	d := tm.due(20)[0]
	tm.must(tm.EndStatus(t.Context(), d))
	tm.must(tm.EndStatus(t.Context(), d))
	if u, err := tm.User(t.Context(), ada.ID); err != nil || u.StatusText != "" || u.StatusEnds != 0 {
		t.Errorf("user is %+v, %v", u, err)
	}
	if told := tm.types(tm.id.Directory())[before:]; len(told) != 1 || told[0] != "user_change" {
		t.Errorf("told: %v", told)
	}
	if left := tm.due(1 << 40); len(left) > 0 {
		t.Errorf("still due: %v", left)
	}
}

func TestUserDetails(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	want := chat.UserDetails{Phone: "+1", Pronouns: "she/her", StartDate: "2026-01-02"}
	_, err := tm.UpdateUser(t.Context(), ada.ID, func(u *chat.User) error { u.Details = want; return nil })
	tm.must(err)
	if u, err := tm.User(t.Context(), ada.ID); err != nil || u.Details != want {
		t.Errorf("details are %+v, %v", u.Details, err)
	}
}
