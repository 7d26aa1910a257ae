package store

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"taut/chat"
)

func TestRename(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	c, other := tm.channel("dev"), tm.channel("other")
	_, err := tm.Rename(t.Context(), c.ID, tm.owner.ID, "other")
	tm.want(err, chat.Exists, "name")
	_, err = tm.Rename(t.Context(), c.ID, ada.ID, "build")
	tm.want(err, chat.NotMember, "channel")
	got, err := tm.Rename(t.Context(), c.ID, tm.owner.ID, "build") // the refusal left nothing reserved
	tm.must(err)
	if got.Name != "build" || len(got.PreviousNames) != 1 || got.PreviousNames[0] != "dev" {
		t.Errorf("renamed %+v", got)
	}
	_, err = tm.Rename(t.Context(), other.ID, tm.owner.ID, "dev") // the old name is free
	tm.must(err)
	got, err = tm.Rename(t.Context(), c.ID, tm.owner.ID, "Build") // only the case
	tm.must(err)
	if found, err := tm.ChannelByName(t.Context(), "build"); err != nil || found.ID != c.ID || got.Name != "Build" {
		t.Errorf("found %v, %v after %v", found, err, got)
	}
	types := tm.types(tm.id.Directory())
	if types[len(types)-1] != "channel_rename" {
		t.Errorf("the workspace was told %q", types)
	}
	tm.check()
}

func TestRenamesRace(t *testing.T) {
	tm := openTeam(t)
	channels := make([]chat.Channel, 8)
	for i := range channels {
		channels[i] = tm.channel(fmt.Sprintf("c%d", i))
	}
	wantOne(t, inParallel(len(channels), func(i int) error {
		_, err := tm.Rename(t.Context(), channels[i].ID, tm.owner.ID, "prize")
		return err
	}), chat.Exists, "name")
	for _, err := range inParallel(10, func(i int) error {
		_, err := tm.Rename(t.Context(), channels[0].ID, tm.owner.ID, fmt.Sprintf("name%d", i))
		return err
	}) {
		tm.must(err)
	}
	var names int
	tm.must(tm.store.db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM channel_names WHERE workspace_id = ? AND channel_id = ?", tm.id, channels[0].ID).Scan(&names))
	c, err := tm.Channel(t.Context(), channels[0].ID)
	tm.must(err)
	if found, err := tm.ChannelByName(t.Context(), c.Name); names != 1 || err != nil || found.ID != c.ID {
		t.Errorf("%d names taken; by its name %q found %v, %v", names, c.Name, found, err)
	}
	tm.check()
}

// A reservation whose rename never came to the channel's stream is released; one
// that may still come is not.
func TestAbandonedReservationIsReleased(t *testing.T) {
	tm := openTeam(t)
	c := tm.channel("dev")
	reserve := func(name string, age time.Duration) {
		tm.must(tm.store.write(t.Context(), func(x *tx) error {
			_, err := x.exec(insertChannelName, tm.id, name, c.ID, chat.Now().Add(-age).UnixMilli())
			return err
		}))
	}
	reserve("old", reservationEnds+time.Second)
	reserve("young", reservationGood)
	tm.store.deleteApplied(t.Context()) // no fact of the channel is on its way
	tm.store.releaseNames(t.Context())
	tm.channel("old")
	_, err := tm.CreateChannel(t.Context(), NewChannel{Name: "young", Creator: tm.owner.ID})
	tm.want(err, chat.Exists, "name")
}

// Two renames of a channel to one name, one of them refused: the other keeps it.
func TestRefusedRenameTakesNoReservation(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	c := tm.channel("dev")
	reserved, err := tm.reserveName(t.Context(), c.ID, "prize")
	tm.must(err)
	_, err = tm.Rename(t.Context(), c.ID, ada.ID, "prize")
	tm.want(err, chat.Exists, "name")
	tm.must(tm.releaseName(t.Context(), c.ID, "prize", reserved+1)) // another attempt's
	_, err = tm.CreateChannel(t.Context(), NewChannel{Name: "prize", Creator: tm.owner.ID})
	tm.want(err, chat.Exists, "name")
	tm.must(tm.releaseName(t.Context(), c.ID, "prize", reserved))
	tm.channel("prize")
}

// A renamed channel has its name for itself, whoever else tries to rename it.
func TestRenamesOfMembersAndOthersRace(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	for i := range 20 {
		c := tm.channel(fmt.Sprint("c", i))
		name := fmt.Sprint("renamed", i)
		var group sync.WaitGroup
		var err error
		group.Go(func() { tm.Rename(t.Context(), c.ID, ada.ID, name) })
		group.Go(func() { _, err = tm.Rename(t.Context(), c.ID, tm.owner.ID, name) })
		group.Wait()
		if chat.CodeOf(err) == chat.Exists {
			_, err = tm.Rename(t.Context(), c.ID, tm.owner.ID, name)
		}
		tm.must(err)
		if found, err := tm.ChannelByName(t.Context(), name); err != nil || found.ID != c.ID {
			t.Fatalf("by its name %s found %v, %v", name, found.ID, err)
		}
	}
	tm.check()
}

// A rename that is in the channel's stream whose reservation is gone takes the
// name all the same, unless another channel has it.
func TestRenameWithoutReservation(t *testing.T) {
	tm := openTeam(t)
	tm.store.log = slog.New(slog.DiscardHandler)
	c, other := tm.channel("dev"), tm.channel("other")
	rename := func(seq int64, name string) chat.Channel {
		t.Helper()
		tm.must(tm.store.applyChannel(t.Context(), carried{
			factKey: factKey{source: tm.id.Channel(c.ID), seq: seq}, target: tm.id.Directory().ID,
		}, channelFact{Actor: tm.owner.ID, MS: 1, Name: &name}))
		got, err := tm.Channel(t.Context(), c.ID)
		tm.must(err)
		return got
	}
	if got := rename(1001, "free"); got.Name != "free" {
		t.Errorf("the channel is named %q", got.Name)
	}
	if got := rename(1002, "other"); got.Name != "free" {
		t.Errorf("the channel is named %q", got.Name)
	}
	for name, id := range map[string]chat.ChannelID{"free": c.ID, "other": other.ID} {
		if found, err := tm.ChannelByName(t.Context(), name); err != nil || found.ID != id {
			t.Errorf("by its name %s found %v, %v", name, found.ID, err)
		}
	}
	tm.channel("dev") // is free
}

// A rename that looked at the channel before it was converted is told once, where what the
// channel is by then is told.
func TestRenameMeetsConversion(t *testing.T) {
	tm := openTeam(t)
	for _, c := range []struct {
		private        bool
		to             chat.ChannelType
		group, channel int
	}{{false, chat.PrivateChannel, 1, 0}, {true, chat.PublicChannel, 0, 1}} {
		before, err := tm.CreateChannel(t.Context(), NewChannel{Name: "before-" + string(c.to), Creator: tm.owner.ID, Private: c.private})
		tm.must(err)
		name := "after-" + string(c.to)
		_, err = tm.reserveName(t.Context(), before.ID, name)
		tm.must(err)
		_, err = tm.Convert(t.Context(), before.ID, Actor{User: tm.owner.ID}, c.to)
		tm.must(err)
		_, err = tm.changeChannel(t.Context(), before.ID, tm.owner.ID, func(t *turn) (channelFact, error) {
			return channelFact{Name: &name}, t.renameEvents(before, tm.owner.ID, name)
		})
		tm.must(err)
		told := func(stream chat.Stream, kind string) (n int) {
			for _, e := range tm.events(stream) {
				if e.Type == kind && strings.Contains(string(e.Payload), name) {
					n++
				}
			}
			return n
		}
		if group, channel := told(tm.id.Channel(before.ID), "group_rename"), told(tm.id.Directory(), "channel_rename"); group != c.group || channel != c.channel {
			t.Errorf("to a %s: %d group_rename and %d channel_rename", c.to, group, channel)
		}
	}
	tm.check()
}
