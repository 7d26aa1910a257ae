package edgecache

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"taut/chat"
	"taut/internal/testenv"
)

// TestTheCacheIsLikeTheStore changes directories at random while a cache is asked that
// is told of a part of it only, evicts, restarts, loses the log and its history, and
// cannot always read. After a look it says what the store says.
func TestTheCacheIsLikeTheStore(t *testing.T) {
	w := newSetting(t, Options{})
	teams := []*testenv.Team{testenv.NewTeam(t, w.store, 4), testenv.NewTeam(t, w.store, 2), testenv.NewTeam(t, w.store, 1)}
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 7))
		w.hook.part.Store([]int32{0, 50, 100, 90}[seed])
		w.start(Options{Bytes: []int64{0, 40_000, 0, 30_000}[seed]})
		for range 60 {
			team := teams[r.IntN(len(teams))]
			switch r.IntN(12) {
			case 0:
				w.start(Options{})
			case 1:
				w.log.restored.Add(1)
			case 2:
				w.log.trims.Store(true)
				_ = w.cache.look(t.Context()) // what it breaks is loaded anew
				w.log.trims.Store(false)
			case 3:
				w.log.fails.Store(true)
				_ = w.cache.look(t.Context())
				w.log.fails.Store(false)
			case 4, 5, 6:
				if err := w.cache.look(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.compare(t, team.ID(), r)
			default:
				change(t, team, r)
			}
		}
	}
}

// TestALoadMissesNothing: the directory changes all the time while it is read.
func TestALoadMissesNothing(t *testing.T) {
	w := newSetting(t, Options{})
	team := testenv.NewTeam(t, w.store, 30)
	for round := range uint64(6) {
		w.hook.part.Store(int32(round%3) * 50)
		w.start(Options{})
		var writers sync.WaitGroup
		for n := range uint64(2) {
			r := rand.New(rand.NewPCG(round, n))
			writers.Go(func() {
				for range 15 {
					change(t, team, r)
				}
			})
		}
		for range 3 {
			if _, err := w.cache.SearchUsers(t.Context(), team.ID(), chat.DirectoryQuery{}); err != nil {
				t.Fatal(err)
			}
		}
		writers.Wait()
		if err := w.cache.look(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.compare(t, team.ID(), rand.New(rand.NewPCG(round, 9)))
	}
}

// TestWhoChangesSeesIt: what this process committed is in the next answer.
func TestWhoChangesSeesIt(t *testing.T) {
	w := newSetting(t, Options{})
	w.hook.part.Store(100)
	team := testenv.NewTeam(t, w.store, 3)
	for n := range 50 {
		name := fmt.Sprint("name ", n)
		if _, err := team.UpdateUser(t.Context(), team.Users[1].ID, func(u *chat.User) error { u.DisplayName = name; return nil }); err != nil {
			t.Fatal(err)
		}
		found, err := w.cache.SearchUsers(t.Context(), team.ID(), chat.DirectoryQuery{Text: name})
		if err != nil || len(found.Users) == 0 || found.Users[0].DisplayName != name {
			t.Fatalf("%q: %+v, %v", name, found, err)
		}
	}
}
