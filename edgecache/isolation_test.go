package edgecache

import (
	"fmt"
	"testing"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// TestOthersIDs: another workspace's ids find what ids find that never were.
func TestOthersIDs(t *testing.T) {
	w := newSetting(t, Options{})
	acme, other := testenv.NewTeam(t, w.store, 3), testenv.NewTeam(t, w.store, 3)
	foreign := []chat.UserID{other.Users[1].ID, "U000NEVER", chat.UserID(acme.Channel), chat.UserID(acme.ID())}
	for _, d := range []chat.Directory{w.cache, Direct{w.store}} {
		for range 2 { // loaded, and held
			for _, team := range []*testenv.Team{acme, other} {
				if _, err := d.SearchUsers(t.Context(), team.ID(), chat.DirectoryQuery{}); err != nil {
					t.Fatal(err)
				}
			}
			got, err := d.UsersByID(t.Context(), acme.ID(), foreign)
			if err != nil || len(got) != 0 {
				t.Errorf("%T tells of %+v, %v", d, got, err)
			}
			found, err := d.SearchUsers(t.Context(), acme.ID(), chat.DirectoryQuery{Restricted: true, Among: []string{string(other.Users[1].ID), "U000NEVER"}, Inactive: true})
			if err != nil || len(found.Users) != 0 {
				t.Errorf("%T finds %+v, %v", d, found, err)
			}
			channels, err := d.SearchChannels(t.Context(), acme.ID(), chat.DirectoryQuery{Restricted: true, Among: []string{string(other.Channel), "C000NEVER"}})
			if err != nil || len(channels.Channels) != 0 {
				t.Errorf("%T finds %+v, %v", d, channels, err)
			}
			nobody, err := d.SearchUsers(t.Context(), "T000NEVER", chat.DirectoryQuery{})
			if err != nil || len(nobody.Users) != 0 {
				t.Errorf("%T: a workspace that never was has %+v, %v", d, nobody, err)
			}
		}
	}
	if _, n := w.cache.sizes(); n != 2 {
		t.Errorf("%d directories are held, want 2: none of a workspace that never was", n)
	}
}

// TestPrivateChannelsAreNobodys: they are not in the directory.
func TestPrivateChannelsAreNobodys(t *testing.T) {
	w := newSetting(t, Options{})
	w.hook.part.Store(100)
	team := testenv.NewTeam(t, w.store, 2)
	for n := range 2 { // before the load, and after it
		c, err := team.CreateChannel(t.Context(), store.NewChannel{Name: fmt.Sprint("secret-", n), Creator: team.Users[1].ID, Private: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := team.Rename(t.Context(), c.ID, team.Users[1].ID, fmt.Sprint("secret-again-", n)); err != nil {
			t.Fatal(err)
		}
		found, err := w.cache.SearchChannels(t.Context(), team.ID(), chat.DirectoryQuery{Text: "secret", Inactive: true})
		if err != nil || len(found.Channels) != 0 {
			t.Errorf("found %+v, %v", found, err)
		}
	}
}

// TestConvertedChannelsLeave: who made a channel private finds it no longer, and finds it
// again once it is public.
func TestConvertedChannelsLeave(t *testing.T) {
	w := newSetting(t, Options{})
	w.hook.part.Store(100)
	team := testenv.NewTeam(t, w.store, 2)
	by := store.Actor{User: team.Users[1].ID}
	c, err := team.CreateChannel(t.Context(), store.NewChannel{Name: "plans", Creator: by.User})
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []struct {
		kind  chat.ChannelType
		found int
	}{{"", 1}, {chat.PrivateChannel, 0}, {chat.PublicChannel, 1}} {
		if to.kind != "" {
			if _, err := team.Convert(t.Context(), c.ID, by, to.kind); err != nil {
				t.Fatal(err)
			}
		}
		found, err := w.cache.SearchChannels(t.Context(), team.ID(), chat.DirectoryQuery{Text: "plans"})
		if err != nil || len(found.Channels) != to.found {
			t.Errorf("as %q: %+v, %v", to.kind, found, err)
		}
	}
}
