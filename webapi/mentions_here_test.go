package webapi

import (
	"testing"

	"taut/chat"
)

// @here is of those who may speak to all, as @channel is.
func TestHereIsForWhoMay(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	w.ok(t, a.owner, "manage.settings.set", "settings", `{"allow":{"mention_all":"admin"}}`)
	for author, want := range map[chat.UserID]bool{a.ada.id: false, a.owner.id: true} {
		m := mentioning{server: w.server, workspace: a.bound, query: chat.MentionQuery{Workspace: a.workspace.ID, Author: author}}
		if may, err := m.mayMentionAll(t.Context()); err != nil || may != want {
			t.Errorf("%s may: %v, %v", author, may, err)
		}
	}
}
