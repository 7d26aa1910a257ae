package edgecache

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
)

// TestBounds: what doesn't fit or can't be looked at is left to the store.
func TestBounds(t *testing.T) {
	w := newSetting(t, Options{Bytes: 8_000})
	team := testenv.NewTeam(t, w.store, 6)
	ask := func() error {
		_, err := w.cache.SearchUsers(t.Context(), team.ID(), chat.DirectoryQuery{})
		return err
	}
	for range 2 {
		if err := ask(); chat.CodeOf(err) != chat.Unavailable {
			t.Errorf("a directory that is too large: %v", err)
		}
	}
	if _, n := w.cache.sizes(); n != 0 {
		t.Errorf("%d directories are held", n)
	}
	w.start(Options{})
	if err := ask(); err != nil {
		t.Error(err)
	}
	if _, err := w.cache.UsersByID(t.Context(), team.ID(), make([]chat.UserID, chat.MaxDirectoryIDs+1)); chat.CodeOf(err) != chat.Invalid {
		t.Errorf("too many ids: %v", err)
	}
	// Nobody could look for long.
	d := w.cache.held[team.ID()].directory
	d.health.reached(d.health.checked.Add(-trustFor*never - time.Second))
	if err := ask(); chat.CodeOf(err) != chat.Unavailable {
		t.Errorf("a directory that nobody could look at: %v", err)
	}
	if err := w.cache.look(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := ask(); err != nil {
		t.Error(err)
	}
}

// TestTheStoreAnswersInstead where the cache can't.
func TestTheStoreAnswersInstead(t *testing.T) {
	w := newSetting(t, Options{Bytes: 8_000})
	team := testenv.NewTeam(t, w.store, 6)
	d := WithStore(w.cache, w.store, nil)
	found, err := d.SearchUsers(t.Context(), team.ID(), chat.DirectoryQuery{})
	if err != nil || len(found.Users) != 6 {
		t.Errorf("%d users, %v", len(found.Users), err)
	}
	users, err := d.UsersByID(t.Context(), team.ID(), team.IDs())
	if err != nil || len(users) != 6 {
		t.Errorf("%d users by id, %v", len(users), err)
	}
	channels, err := d.SearchChannels(t.Context(), team.ID(), chat.DirectoryQuery{})
	if err != nil || len(channels.Channels) == 0 {
		t.Errorf("%d channels, %v", len(channels.Channels), err)
	}
	if _, err := d.UsersByID(t.Context(), team.ID(), make([]chat.UserID, chat.MaxDirectoryIDs+1)); chat.CodeOf(err) != chat.Invalid {
		t.Errorf("too many ids: %v", err)
	}
}

// TestIDsWaitForNoLoad, which does not end: the store has them at once.
func TestIDsWaitForNoLoad(t *testing.T) {
	s := testenv.Open(t)
	team := testenv.NewTeam(t, s, 2)
	log := &stuck{Log: s, of: []chat.WorkspaceID{team.ID()}, asked: make(chan chat.WorkspaceID, 1)}
	cache := newServer(s, log, Options{Every: never, Patience: never})
	defer cache.Close()
	ctx, cancel := context.WithTimeout(t.Context(), loadTime/2)
	defer cancel()
	if users, err := cache.UsersByID(ctx, team.ID(), team.IDs()); chat.CodeOf(err) != chat.Unavailable || ctx.Err() != nil {
		t.Errorf("%d users, %v", len(users), err)
	}
	<-log.asked // it loads all the same
	if users, err := WithStore(cache, s, nil).UsersByID(t.Context(), team.ID(), team.IDs()); err != nil || len(users) != 2 {
		t.Errorf("%d users, %v", len(users), err)
	}
}

// TestABusyDirectoryIsItsOwnWorkspaces: while one takes in changes, others are found,
// loaded, looked at and measured.
func TestABusyDirectoryIsItsOwnWorkspaces(t *testing.T) {
	w := newSetting(t, Options{})
	busy, other, third := testenv.NewTeam(t, w.store, 2), testenv.NewTeam(t, w.store, 2), testenv.NewTeam(t, w.store, 2)
	ask := func(team *testenv.Team) {
		t.Helper()
		if found, err := w.cache.SearchUsers(t.Context(), team.ID(), chat.DirectoryQuery{}); err != nil || len(found.Users) != 2 {
			t.Errorf("%d users, %v", len(found.Users), err)
		}
	}
	ask(busy)
	ask(other)
	d := w.cache.held[busy.ID()].directory
	d.mu.Lock()
	defer d.mu.Unlock()
	w.cache.sweep()
	ask(other)
	ask(third)
	if bytes, n := w.cache.sizes(); n != 3 || bytes < 3*directoryBytes {
		t.Errorf("%d directories of %d bytes", n, bytes)
	}
	if _, err := w.cache.place(busy.ID()); err != nil {
		t.Error(err)
	}
}

// TestASearchOfTheStoreHoldsAPage: of however many it goes through.
func TestASearchOfTheStoreHoldsAPage(t *testing.T) {
	const limit = 5
	f := newFinder[int](chat.DirectoryQuery{Text: "name", Limit: limit})
	order := rand.New(rand.NewPCG(5, 6)).Perm(3_000)
	for _, n := range order {
		names := []string{fmt.Sprintf("name %04d", n), fmt.Sprintf("the name %04d", n), fmt.Sprintf("rename %04d", n)}
		f.see(newEntry(fmt.Sprint("U", n), n, false, 0, names[n%3]))
		for rank := range f.byRank {
			if len(f.byRank[rank]) > 2*limit {
				t.Fatalf("%d entries of rank %d are held", len(f.byRank[rank]), rank)
			}
		}
	}
	found, more, next := f.page()
	if want := []int{0, 3, 6, 9, 12}; !slices.Equal(found, want) || !more || next.ID != "U12" || next.Rank != 1 {
		t.Errorf("found %v, more %v, next %+v", found, more, next)
	}
}
