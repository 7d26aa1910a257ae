package store

import (
	"fmt"
	"slices"
	"testing"

	"taut/chat"
)

func TestOpenDM(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	dm, existed, err := tm.OpenDM(t.Context(), []chat.UserID{ada.ID, bob.ID})
	tm.must(err)
	if existed || dm.Type != chat.DM || dm.ID[0] != 'D' || dm.NumMembers != 2 || dm.Name != "" || len(dm.DMUsers) != 2 {
		t.Errorf("existed %v: %+v", existed, dm)
	}
	again, existed, err := tm.OpenDM(t.Context(), []chat.UserID{bob.ID, ada.ID, bob.ID})
	tm.must(err)
	if !existed || again.ID != dm.ID {
		t.Errorf("existed %v: %+v", existed, again)
	}
	self, _, err := tm.OpenDM(t.Context(), []chat.UserID{ada.ID})
	tm.must(err)
	if self.Type != chat.DM || self.NumMembers != 1 || self.ID == dm.ID {
		t.Errorf("with oneself: %+v", self)
	}
	group, _, err := tm.OpenDM(t.Context(), []chat.UserID{ada.ID, bob.ID, tm.owner.ID})
	tm.must(err)
	if group.Type != chat.GroupDM || group.ID[0] != 'C' || group.Name != "mpdm-ada--bob--owner-1" || group.NumMembers != 3 {
		t.Errorf("group %+v", group)
	}
	tm.wantTypes(tm.id.User(bob.ID), "channel_joined", "im_created", "mpim_joined")
	tm.wantTypes(tm.id.Channel(dm.ID), "im_open")
	tm.post(dm.ID, bob.ID, "hello")
	tm.check()
}

func TestOpenDMRefuses(t *testing.T) {
	tm := openTeam(t)
	_, _, err := tm.OpenDM(t.Context(), nil)
	tm.want(err, chat.Invalid, "users")
	var many []chat.UserID
	for i := range maxDMUsers + 1 {
		many = append(many, tm.user(fmt.Sprintf("user%d", i)).ID)
	}
	_, _, err = tm.OpenDM(t.Context(), many)
	tm.want(err, chat.Invalid, "users")
	_, _, err = tm.OpenDM(t.Context(), many[:maxDMUsers])
	tm.must(err)
	_, _, err = tm.OpenDM(t.Context(), []chat.UserID{tm.owner.ID, "U0000000000"})
	tm.want(err, chat.NotFound, "user")
	tm.check()
}

func TestOneDMForMany(t *testing.T) {
	tm := openTeam(t)
	users := []chat.UserID{tm.owner.ID, tm.user("ada").ID, tm.user("bob").ID}
	opened := make([]chat.Channel, 20)
	existed := make([]bool, len(opened))
	for _, err := range inParallel(len(opened), func(i int) (err error) {
		turned := slices.Concat(users[i%3:], users[:i%3])
		opened[i], existed[i], err = tm.OpenDM(t.Context(), turned)
		return err
	}) {
		tm.must(err)
	}
	created := 0
	for i, c := range opened {
		if c.ID != opened[0].ID || c.NumMembers != 3 {
			t.Errorf("opened %s with %d members, want %s", c.ID, c.NumMembers, opened[0].ID)
		}
		if !existed[i] {
			created++
		}
	}
	if created != 1 {
		t.Errorf("%d say that they made it", created)
	}
	tm.check()
}

func TestCloseDM(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	dm, _, err := tm.OpenDM(t.Context(), []chat.UserID{ada.ID, tm.owner.ID})
	tm.must(err)
	tm.must(tm.CloseDM(t.Context(), ada.ID, dm.ID))
	tm.must(tm.CloseDM(t.Context(), ada.ID, dm.ID))
	for u, want := range map[chat.UserID]bool{ada.ID: false, tm.owner.ID: true} {
		if open, err := tm.DMOpen(t.Context(), u, dm.ID); err != nil || open != want {
			t.Errorf("open for %s: %v, %v", u, open, err)
		}
	}
	_, _, err = tm.OpenDM(t.Context(), []chat.UserID{ada.ID, tm.owner.ID})
	tm.must(err)
	if open, err := tm.DMOpen(t.Context(), ada.ID, dm.ID); err != nil || !open {
		t.Errorf("opened again: %v, %v", open, err)
	}
	tm.wantTypes(tm.id.User(ada.ID), "channel_joined", "im_created", "im_close", "im_open")
	tm.want(tm.CloseDM(t.Context(), tm.owner.ID, tm.channel("dev").ID), chat.Invalid, "type")
	tm.want(tm.CloseDM(t.Context(), tm.owner.ID, "D0000000000"), chat.NotFound, "channel")
	tm.check()
}

// A message opens a DM again for everybody who had closed it, and tells them.
func TestMessageReopensDM(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	dm, _, err := tm.OpenDM(t.Context(), []chat.UserID{ada.ID, bob.ID})
	tm.must(err)
	group, _, err := tm.OpenDM(t.Context(), []chat.UserID{ada.ID, bob.ID, tm.owner.ID})
	tm.must(err)
	for _, c := range []chat.Channel{dm, group} {
		tm.post(c.ID, ada.ID, "nobody had closed it")
		tm.must(tm.CloseDM(t.Context(), bob.ID, c.ID))
		tm.must(tm.CloseDM(t.Context(), ada.ID, c.ID))
		tm.post(c.ID, ada.ID, "again")
		for _, u := range []chat.UserID{ada.ID, bob.ID} {
			open, err := tm.DMOpen(t.Context(), u, c.ID)
			if tm.must(err); !open {
				t.Errorf("%s is closed for %s", c.Type, u)
			}
		}
	}
	tm.wantTypes(tm.id.User(bob.ID), "channel_joined", "im_created", "mpim_joined", "im_close", "im_open", "mpim_close", "mpim_open")
	tm.check()
}
