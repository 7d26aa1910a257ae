package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"taut/chat"
)

func TestMembershipIntervals(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	c := tm.channel("dev", bob.ID)
	first := tm.join(c.ID, ada.ID)
	_, err := tm.Join(t.Context(), c.ID, ada.ID, "")
	tm.want(err, chat.Exists, "member")
	tm.must(tm.Leave(t.Context(), c.ID, ada.ID, bob.ID))
	tm.want(tm.Leave(t.Context(), c.ID, ada.ID, ada.ID), chat.NotMember, "channel")
	tm.post(c.ID, bob.ID, "without ada")
	_, err = tm.PostMessage(t.Context(), Post{Channel: c.ID, Author: ada.ID, Message: chat.Message{Text: "outside"}})
	tm.want(err, chat.NotMember, "channel")
	second, err := tm.Join(t.Context(), c.ID, ada.ID, bob.ID)
	tm.must(err)

	tm.wantTypes(tm.id.Channel(c.ID), chat.TypeMemberJoined, chat.SubtypeJoin,
		chat.TypeMemberJoined, chat.SubtypeJoin, chat.SubtypeLeave, chat.TypeMemberLeft,
		chat.TypeMessage, chat.TypeMemberJoined, chat.SubtypeJoin)
	got, err := tm.Intervals(t.Context(), c.ID, ada.ID)
	tm.must(err)
	want := []chat.Membership{{Channel: c.ID, JoinedSeq: first, LeftSeq: 6}, {Channel: c.ID, JoinedSeq: second}}
	if first != 3 || second != 8 || !slices.Equal(got, want) {
		t.Errorf("intervals %v, want %v", got, want)
	}
	tm.wantTypes(tm.id.User(ada.ID), "channel_joined", "channel_joined", "channel_left", "channel_joined")
	members, err := tm.Members(t.Context(), c.ID, "", 0)
	tm.must(err)
	if len(members) != 3 || !slices.IsSorted(members) {
		t.Errorf("members %v", members)
	}
	if page, err := tm.Members(t.Context(), c.ID, members[0], 1); err != nil || len(page) != 1 || page[0] != members[1] {
		t.Errorf("page %v, %v", page, err)
	}
	tm.check()
}

// Who was taken out while a loop of theirs goes on lets nobody in and takes nobody out any
// more; of a private channel they are told what they are of one that never was.
func TestWhoIsOutInvitesAndRemovesNobody(t *testing.T) {
	tm := openTeam(t)
	ada, bob, eve := tm.user("ada"), tm.user("bob"), tm.user("eve")
	open, closed := tm.channel("open", ada.ID, bob.ID), tm.channel("closed", ada.ID, bob.ID)
	_, err := tm.Convert(t.Context(), closed.ID, Actor{User: ada.ID}, chat.PrivateChannel)
	tm.must(err)
	for _, c := range []struct {
		ch   chat.ChannelID
		code chat.Code
	}{{open.ID, chat.NotMember}, {closed.ID, chat.NotFound}} {
		_, err := tm.Join(t.Context(), c.ch, eve.ID, bob.ID)
		tm.must(err)
		tm.must(tm.Leave(t.Context(), c.ch, eve.ID, bob.ID))
		tm.must(tm.Leave(t.Context(), c.ch, bob.ID, ada.ID))
		before := len(tm.events(tm.id.Channel(c.ch)))
		for _, other := range []chat.UserID{eve.ID, ada.ID} { // one who is out, one who is in
			_, err = tm.Join(t.Context(), c.ch, other, bob.ID)
			tm.want(err, c.code, "channel")
			tm.want(tm.Leave(t.Context(), c.ch, other, bob.ID), c.code, "channel")
		}
		if after := len(tm.events(tm.id.Channel(c.ch))); after != before {
			t.Errorf("%s: %d events of what was refused", c.ch, after-before)
		}
	}
	tm.check()
}

// Kick, leave, re-invite and post of the same people race each other; what comes
// out is one history.
func TestMembershipRaces(t *testing.T) {
	tm := openTeam(t)
	c := tm.channel("dev")
	users := []chat.User{tm.user("ada"), tm.user("bob"), tm.user("eve")}
	allowed := []chat.Code{"", chat.Exists, chat.NotMember}
	for _, err := range inParallel(12, func(i int) error {
		random := rand.New(rand.NewPCG(1, uint64(i)))
		for range 25 {
			u := users[random.IntN(len(users))].ID
			var err error
			switch random.IntN(4) {
			case 0:
				_, err = tm.Join(t.Context(), c.ID, u, tm.owner.ID)
			case 1:
				err = tm.Leave(t.Context(), c.ID, u, u)
			case 2:
				err = tm.Leave(t.Context(), c.ID, u, tm.owner.ID)
			default:
				_, err = tm.PostMessage(t.Context(), Post{Channel: c.ID, Author: u, Message: chat.Message{Text: "x"}})
			}
			if !slices.Contains(allowed, chat.CodeOf(err)) {
				return err
			}
		}
		return nil
	}) {
		tm.must(err)
	}
	tm.check()
}

// A snapshot taken while its user comes and goes is what the user's stream says
// up to the snapshot's seq, so that who follows from there misses nothing.
func TestSnapshotFitsItsSeq(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	channels := []chat.Channel{tm.channel("one"), tm.channel("two"), tm.channel("three")}
	var snapshots []chat.MembershipSnapshot
	done := make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			s, err := tm.Memberships(t.Context(), ada.ID)
			if err != nil {
				t.Error(err)
				return
			}
			snapshots = append(snapshots, s)
			select {
			case <-done:
				return
			default:
			}
		}
	})
	errs := inParallel(len(channels), func(i int) error {
		for range 15 {
			_, err := tm.Join(t.Context(), channels[i].ID, ada.ID, "")
			if err = errors.Join(err, tm.Leave(t.Context(), channels[i].ID, ada.ID, ada.ID)); err != nil {
				return err
			}
		}
		return nil
	})
	close(done)
	reader.Wait()
	tm.must(errors.Join(errs...))
	last := chat.MembershipSnapshot{Seq: -1}
	for _, s := range snapshots {
		if s.Seq == last.Seq {
			continue
		}
		view := map[chat.ChannelID]int64{}
		for _, m := range s.Channels {
			view[m.Channel] = m.JoinedSeq
		}
		// What was left, and the stream does not tell of yet, the snapshot leaves out.
		told := tm.fold(ada.ID, s.Seq)
		for ch, joined := range view {
			if told[ch] != joined {
				t.Fatalf("at seq %d the stream tells of %v, the snapshot of %v", s.Seq, told, view)
			}
		}
		last = s
	}
	tm.check()
}

func TestManyJoinOneChannel(t *testing.T) {
	tm := openTeam(t)
	c := tm.channel("dev")
	users := make([]chat.User, 60)
	for i := range users {
		users[i] = tm.user(fmt.Sprintf("user%d", i))
	}
	for _, err := range inParallel(len(users), func(i int) error {
		_, err := tm.Join(t.Context(), c.ID, users[i].ID, "")
		return err
	}) {
		tm.must(err)
	}
	tm.check()
}

func TestDMsCannotBeLeftOrJoined(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	dm, _, err := tm.OpenDM(t.Context(), []chat.UserID{ada.ID, tm.owner.ID})
	tm.must(err)
	_, err = tm.Join(t.Context(), dm.ID, bob.ID, "")
	tm.want(err, chat.Invalid, "type")
	tm.want(tm.Leave(t.Context(), dm.ID, ada.ID, ada.ID), chat.Invalid, "type")
	tm.want(tm.Archive(t.Context(), dm.ID, ada.ID), chat.Invalid, "type")
	_, err = tm.Rename(t.Context(), dm.ID, ada.ID, "x")
	tm.want(err, chat.Invalid, "type")
	tm.check()
}

// Of the last two members who leave at once one stays, as the last one must.
func TestLastMemberStays(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	for i := range 10 {
		c, err := tm.CreateChannel(t.Context(), NewChannel{Name: fmt.Sprint("room", i), Creator: ada.ID, Members: []chat.UserID{bob.ID}})
		tm.must(err)
		errs := inParallel(2, func(i int) error {
			u := []chat.UserID{ada.ID, bob.ID}[i]
			return tm.Leave(t.Context(), c.ID, u, u)
		})
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("leaving gave %v", errs)
		}
		tm.want(errors.Join(errs...), chat.Forbidden, "last_member")
	}
	tm.check()
}
