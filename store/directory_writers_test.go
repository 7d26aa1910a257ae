//go:build mariadb

package store

import (
	"fmt"
	"slices"
	"testing"

	"taut/chat"
)

// Two stores on one database race for what only one of them may get.
func TestTwoWritersOfOneDirectory(t *testing.T) {
	o := testOptions(t)
	tm := newTeam(t, openOptions(t, o), "acme")
	writers := []*Workspace{tm.Workspace, openOptions(t, o).Workspace(tm.id)}
	ada, bob := tm.user("ada"), tm.user("bob")
	c := tm.channel("dev")

	wantOne(t, inParallel(16, func(i int) error {
		_, err := writers[i%2].CreateUser(t.Context(), NewUser{Name: "eve"})
		return err
	}), chat.Exists, "name")
	wantOne(t, inParallel(16, func(i int) error {
		_, err := writers[i%2].CreateChannel(t.Context(), NewChannel{Name: "prize", Creator: ada.ID})
		return err
	}), chat.Exists, "name")
	wantOne(t, inParallel(16, func(i int) error {
		_, err := writers[i%2].Join(t.Context(), c.ID, ada.ID, "")
		return err
	}), chat.Exists, "member")
	opened := make([]chat.Channel, 16)
	for _, err := range inParallel(len(opened), func(i int) (err error) {
		opened[i], _, err = writers[i%2].OpenDM(t.Context(), []chat.UserID{ada.ID, bob.ID})
		return err
	}) {
		tm.must(err)
	}
	if i := slices.IndexFunc(opened, func(c chat.Channel) bool { return c.ID != opened[0].ID || c.NumMembers != 2 }); i >= 0 {
		t.Errorf("opened %v and %v", opened[0], opened[i])
	}
	tm.check()
}

// People come, go and write through two stores at once: one history comes out.
func TestMembershipRacesOfTwoWriters(t *testing.T) {
	o := testOptions(t)
	tm := newTeam(t, openOptions(t, o), "acme")
	writers := []*Workspace{tm.Workspace, openOptions(t, o).Workspace(tm.id)}
	c := tm.channel("dev")
	users := []chat.User{tm.user("ada"), tm.user("bob"), tm.user("eve")}
	for _, err := range inParallel(8, func(i int) error {
		w := writers[i%2]
		for n := range 20 {
			u := users[(i+n)%len(users)].ID
			var err error
			switch n % 3 {
			case 0:
				_, err = w.Join(t.Context(), c.ID, u, tm.owner.ID)
			case 1:
				_, err = w.PostMessage(t.Context(), Post{Channel: c.ID, Author: u, Message: chat.Message{Text: "x"}})
			default:
				err = w.Leave(t.Context(), c.ID, u, u)
			}
			if !slices.Contains([]chat.Code{"", chat.Exists, chat.NotMember}, chat.CodeOf(err)) {
				return fmt.Errorf("step %d of %d: %w", n, i, err)
			}
		}
		return nil
	}) {
		tm.must(err)
	}
	tm.check()
}
