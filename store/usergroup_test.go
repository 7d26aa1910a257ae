package store

import (
	"fmt"
	"slices"
	"testing"

	"taut/chat"
)

func (tm *team) group(name string, users ...chat.UserID) chat.Usergroup {
	tm.t.Helper()
	g, err := tm.CreateUsergroup(tm.t.Context(), chat.Usergroup{Name: name, Handle: name, CreatedBy: tm.owner.ID})
	tm.must(err)
	if len(users) > 0 {
		g, err = tm.SetUsergroupUsers(tm.t.Context(), g.ID, tm.owner.ID, users)
		tm.must(err)
	}
	return g
}

func TestUsergroups(t *testing.T) {
	tm := openTeam(t)
	ada, bob, eve := tm.user("ada"), tm.user("bob"), tm.user("eve")
	g := tm.group("Ops", ada.ID, bob.ID)
	if g.UserCount != 2 || !chat.ValidID(g.ID, "S") {
		t.Errorf("made: %+v", g)
	}
	g, err := tm.SetUsergroupUsers(t.Context(), g.ID, ada.ID, []chat.UserID{bob.ID, eve.ID, bob.ID})
	tm.must(err)
	users, err := tm.UsergroupUsers(t.Context(), []string{g.ID})
	tm.must(err)
	if want := slices.Sorted(slices.Values([]chat.UserID{bob.ID, eve.ID})); !slices.Equal(users[g.ID], want) || g.UserCount != 2 {
		t.Errorf("users are %v, group %+v", users, g)
	}
	for u, want := range map[chat.UserID]string{ada.ID: "subteam_self_removed", bob.ID: "subteam_self_added", eve.ID: "subteam_self_added"} {
		if types := tm.types(tm.id.User(u)); types[len(types)-1] != want {
			t.Errorf("%s was told %v", u, types)
		}
	}
	found, err := tm.UsergroupByHandle(t.Context(), "OPS")
	tm.must(err)
	if found.ID != g.ID || found.UpdatedBy != ada.ID {
		t.Errorf("found %+v", found)
	}
	_, err = tm.UpdateUsergroup(t.Context(), g.ID, ada.ID, func(g *chat.Usergroup) error { g.Deleted, g.DeletedBy = 1, ada.ID; return nil })
	tm.must(err)
	_, err = tm.UsergroupByHandle(t.Context(), "ops")
	tm.want(err, chat.NotFound, "group")
	all, err := tm.Usergroups(t.Context())
	tm.must(err)
	if len(all) != 1 || all[0].Deleted != 1 || all[0].DeletedBy != ada.ID {
		t.Errorf("all: %+v", all)
	}
}

// Who is deactivated is in no group, and is in theirs again when they are active
// again, whatever became of the groups meanwhile.
func TestUsergroupsOfTheDeactivated(t *testing.T) {
	tm := openTeam(t)
	ada, bob, eve := tm.user("ada"), tm.user("bob"), tm.user("eve")
	ch := tm.channel("a", ada.ID, bob.ID)
	g, other := tm.group("ops", ada.ID, bob.ID), tm.group("others", ada.ID)
	setActive := func(active bool) {
		_, err := tm.UpdateUser(t.Context(), bob.ID, func(u *chat.User) error { u.Deleted = !active; return nil })
		tm.must(err)
	}
	want := func(users ...chat.UserID) {
		t.Helper()
		slices.Sort(users)
		all, err := tm.UsergroupUsers(t.Context(), []string{g.ID})
		tm.must(err)
		now, err := tm.Usergroup(t.Context(), g.ID)
		tm.must(err)
		if !slices.Equal(all[g.ID], users) || now.UserCount != len(users) {
			t.Errorf("the group has %v, %d of them; want %v", all[g.ID], now.UserCount, users)
		}
		in, err := tm.UsergroupUsersIn(t.Context(), []string{g.ID}, ch.ID)
		tm.must(err)
		if slices.Contains(in, bob.ID) != slices.Contains(users, bob.ID) {
			t.Errorf("a mention reaches %v", in)
		}
	}
	before := len(tm.types(tm.id.Directory()))
	setActive(false)
	want(ada.ID)
	if told := tm.types(tm.id.Directory())[before:]; !slices.Equal(told, []string{"subteam_updated", "user_change"}) {
		t.Errorf("told of %v", told)
	}
	_, err := tm.SetUsergroupUsers(t.Context(), g.ID, tm.owner.ID, []chat.UserID{eve.ID})
	tm.must(err)
	want(eve.ID)
	setActive(true)
	want(bob.ID, eve.ID)
	if other, err := tm.Usergroup(t.Context(), other.ID); err != nil || other.UserCount != 1 {
		t.Errorf("the other group is %+v, %v", other, err)
	}
}

func TestUsergroupRefusals(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	g := tm.group("ops")
	create := func(name, handle string) error {
		_, err := tm.CreateUsergroup(t.Context(), chat.Usergroup{Name: name, Handle: handle, CreatedBy: ada.ID})
		return err
	}
	tm.want(create("OPS", "other"), chat.Exists, "group")
	tm.want(create("other", "Ops"), chat.Exists, "handle")
	tm.want(create("other", "Ada"), chat.Exists, "handle")
	tm.must(create("none", ""))
	tm.must(create("none too", ""))
	_, err := tm.CreateUser(t.Context(), NewUser{Name: "ops"})
	tm.want(err, chat.Exists, "name")
	_, err = tm.SetUsergroupUsers(t.Context(), g.ID, ada.ID, []chat.UserID{ada.ID, "U0000000000"})
	tm.want(err, chat.NotFound, "user")
	_, err = tm.SetUsergroupUsers(t.Context(), "S0000000000", ada.ID, nil)
	tm.want(err, chat.NotFound, "group")
	other := newTeam(t, tm.store, "other")
	_, err = other.SetUsergroupUsers(t.Context(), g.ID, other.owner.ID, nil)
	tm.want(err, chat.NotFound, "group")
	_, err = other.Usergroup(t.Context(), g.ID)
	tm.want(err, chat.NotFound, "group")
	many := make([]chat.UserID, MaxUsergroupUsers+1)
	for i := range many {
		many[i] = chat.UserID(fmt.Sprintf("U%010d", i))
	}
	_, err = tm.SetUsergroupUsers(t.Context(), g.ID, ada.ID, many)
	tm.want(err, chat.Limited, "users")
}

// A group's people who are in the channel are found, of groups in use, once each.
func TestUsergroupUsersInChannel(t *testing.T) {
	tm := openTeam(t)
	ada, bob, eve := tm.user("ada"), tm.user("bob"), tm.user("eve")
	ch := tm.channel("a", ada.ID, bob.ID)
	one, two := tm.group("one", ada.ID, eve.ID), tm.group("two", ada.ID, bob.ID)
	find := func() []chat.UserID {
		users, err := tm.UsergroupUsersIn(t.Context(), []string{one.ID, two.ID, "S0000000000"}, ch.ID)
		tm.must(err)
		return users
	}
	if users := find(); len(users) != 2 || slices.Contains(users, eve.ID) {
		t.Errorf("found %v", users)
	}
	_, err := tm.UpdateUsergroup(t.Context(), two.ID, ada.ID, func(g *chat.Usergroup) error { g.Deleted = 1; return nil })
	tm.must(err)
	if users := find(); !slices.Equal(users, []chat.UserID{ada.ID}) {
		t.Errorf("without the second group: %v", users)
	}
}
