package store

import (
	"fmt"
	"testing"

	"taut/chat"
)

// A guest of a single channel whom many invite at once, each to another channel, is
// in one of them; also while the role is being given to somebody who is in none.
func TestSingleGuestIsInOneChannel(t *testing.T) {
	tm := openTeam(t)
	var rooms []chat.Channel
	for i := range 8 {
		rooms = append(rooms, tm.channel(fmt.Sprint("room-", i)))
	}
	for round := range 4 {
		u, err := tm.CreateUser(t.Context(), NewUser{Name: fmt.Sprint("guest-", round), Role: []chat.Role{chat.SingleGuest, chat.Guest}[round%2]})
		tm.must(err)
		role := inParallel(len(rooms)+1, func(i int) error {
			if i == len(rooms) {
				_, err := tm.UpdateUser(t.Context(), u.ID, func(u *chat.User) error {
					u.Role = chat.SingleGuest
					return nil
				})
				return err
			}
			_, err := tm.Join(t.Context(), rooms[i].ID, u.ID, tm.owner.ID)
			return err
		})
		in := 0
		for _, err := range role {
			if chat.CodeOf(err) == chat.Limited {
				tm.want(err, chat.Limited, "channels")
			} else {
				tm.must(err)
			}
		}
		for _, r := range rooms {
			if member, err := tm.IsMember(t.Context(), r.ID, u.ID); err != nil || member {
				tm.must(err)
				in++
			}
		}
		now, err := tm.User(t.Context(), u.ID)
		tm.must(err)
		if now.Role == chat.SingleGuest && in != 1 || in == 0 {
			t.Errorf("a %s is in %d channels", now.Role, in)
		}
	}
	tm.check()
}

// Who left, or was removed, may be let into another; a conversation is no channel.
func TestSingleGuestMoves(t *testing.T) {
	tm := openTeam(t)
	one, other := tm.channel("one"), tm.channel("other")
	u, err := tm.CreateUser(t.Context(), NewUser{Name: "visitor", Role: chat.SingleGuest})
	tm.must(err)
	_, _, err = tm.OpenDM(t.Context(), []chat.UserID{tm.owner.ID, u.ID})
	tm.must(err)
	tm.join(one.ID, u.ID)
	_, err = tm.Join(t.Context(), other.ID, u.ID, tm.owner.ID)
	tm.want(err, chat.Limited, "channels")
	tm.must(tm.Leave(t.Context(), one.ID, u.ID, tm.owner.ID))
	tm.join(other.ID, u.ID)
	member := tm.user("ada")
	tm.join(one.ID, member.ID)
	tm.join(other.ID, member.ID)
	_, err = tm.UpdateUser(t.Context(), member.ID, func(u *chat.User) error {
		u.Role = chat.SingleGuest
		return nil
	})
	tm.want(err, chat.Limited, "channels")
	tm.check()
}
