package store

import (
	"testing"

	"taut/chat"
)

func (tm *team) draft(u chat.UserID, ts chat.TS, text string) Draft {
	tm.t.Helper()
	d, err := tm.WriteDraft(tm.t.Context(), u, Draft{Channel: "C0000000001", ClientTS: ts, Body: DraftBody{Text: text}})
	tm.must(err)
	return d
}

// The last writer wins, by the clients' time; what was deleted comes back only
// if it was written later.
func TestDrafts(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	first := tm.draft(ada.ID, 10, "first")
	if d := tm.draft(ada.ID, 20, "second"); d.ID != first.ID || d.Body.Text != "second" {
		t.Errorf("second: %+v", d)
	}
	if d := tm.draft(ada.ID, 15, "late"); d.Body.Text != "second" {
		t.Errorf("an older one won: %+v", d)
	}
	_, err := tm.WriteDraft(t.Context(), ada.ID, Draft{Channel: "C0000000001", ThreadTS: 5, ClientTS: 1, Body: DraftBody{Text: "in a thread"}})
	tm.must(err)
	tm.must(tm.DeleteDraft(t.Context(), ada.ID, first.ID, 19))
	all, more, err := tm.Drafts(t.Context(), ada.ID, Draft{}, 1)
	tm.must(err)
	rest, end, err := tm.Drafts(t.Context(), ada.ID, all[0], 1)
	tm.must(err)
	if all = append(all, rest...); !more || end || len(all) != 2 || all[0].ID == all[1].ID {
		t.Fatalf("drafts are %+v", all)
	}
	tm.must(tm.DeleteDraft(t.Context(), ada.ID, first.ID, 30))
	if d := tm.draft(ada.ID, 25, "late"); !d.Deleted || d.Body.Text != "" {
		t.Errorf("a deleted one came back: %+v", d)
	}
	if d := tm.draft(ada.ID, 40, "new"); d.Deleted || d.ID == first.ID {
		t.Errorf("new: %+v", d)
	}
	other := newTeam(t, tm.store, "other")
	for _, id := range []string{all[0].ID, "Dr0000000000"} {
		tm.want(tm.DeleteDraft(t.Context(), bob.ID, id, 100), chat.NotFound, "draft")
		tm.want(other.DeleteDraft(t.Context(), ada.ID, id, 100), chat.NotFound, "draft")
	}
	tm.wantTypes(tm.id.User(ada.ID), "channel_joined", "draft_create", "draft_update", "draft_create", "draft_delete", "draft_create")
}
