package webapi

import (
	"context"
	"slices"
	"testing"

	"taut/auth"
	"taut/chat"
)

// What a gateway asks about users agrees with what users.info tells.
func TestVisibleUsers(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	visitor := a.guestIn(t, a.private)
	asked := []chat.UserID{a.owner.id, a.ada.id, a.bob.id, a.eve.id, a.guest.id, visitor.id, w.other.ada.id, "U0"}
	for _, p := range []person{visitor, a.guest} {
		c := chat.Caller{Workspace: a.workspace.ID, User: p.id, Role: chat.SingleGuest}
		visible, err := w.server.VisibleUsers(t.Context(), c, asked)
		must(t, err)
		var want []chat.UserID
		for _, u := range asked {
			if w.call(t, p, "users.info", "user", u).at("ok") == true {
				want = append(want, u)
			}
		}
		if !slices.Equal(visible, want) || !slices.Contains(visible, p.id) || slices.Contains(visible, a.eve.id) && p.id == a.guest.id {
			t.Errorf("%s may know of %v, want %v", p.id, visible, want)
		}
	}
	c := chat.Caller{Workspace: a.workspace.ID, User: a.ada.id, Role: chat.Member}
	if visible, err := w.server.VisibleUsers(t.Context(), c, asked); err != nil || !slices.Equal(visible, asked) {
		t.Errorf("a member may know of %v, %v", visible, err)
	}
}

// Once nobody is hidden nothing further is read.
func TestVisibleUsersReadsNoMoreThanItMust(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	c := chat.Caller{Workspace: a.workspace.ID, User: a.guest.id, Role: chat.SingleGuest}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	asked := []chat.UserID{slackbot, a.guest.id}
	if visible, err := w.server.VisibleUsers(ctx, c, asked); err != nil || !slices.Equal(visible, asked) {
		t.Errorf("visible are %v, %v", visible, err)
	}
	if _, err := w.server.VisibleUsers(ctx, c, []chat.UserID{a.eve.id}); err == nil {
		t.Error("it read with a context that was over")
	}
}

// A snapshot of memberships says what has become of the caller.
func TestMembershipsTellTheRole(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	c, err := w.auth.Authenticate(t.Context(), a.eve.token)
	must(t, err)
	change := func(f func(*chat.User)) {
		_, err := a.bound.UpdateUser(t.Context(), a.eve.id, func(u *chat.User) error { f(u); return nil })
		must(t, err)
	}
	if m, err := w.server.Memberships(t.Context(), c); err != nil || m.Role != chat.Member {
		t.Errorf("eve is %q, %v", m.Role, err)
	}
	change(func(u *chat.User) { u.Role = chat.Guest })
	if m, err := w.server.Memberships(t.Context(), c); err != nil || m.Role != chat.Guest {
		t.Errorf("eve is %q, %v", m.Role, err)
	}
	change(func(u *chat.User) { u.Deleted = true })
	if _, err := w.server.Memberships(t.Context(), c); chat.CodeOf(err) != chat.Inactive {
		t.Errorf("of a deactivated user: %v", err)
	}
}

// A token that was revoked opens no socket that was on its way.
func TestMembershipsOfARevokedToken(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	c, err := w.auth.Authenticate(t.Context(), a.eve.token)
	must(t, err)
	must(t, a.bound.RevokeToken(t.Context(), auth.HashToken(a.eve.token)))
	if _, err := w.server.Memberships(t.Context(), c); chat.CodeOf(err) != chat.Unauthenticated {
		t.Errorf("got %v", err)
	}
}
