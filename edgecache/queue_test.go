package edgecache

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"taut/chat"
	"taut/internal/testenv"
)

// TestPutsSettleInOneCopy: whatever was put, in any number at once, the index is as if
// it had been sorted anew, and who has the sorted entries keeps them.
func TestPutsSettleInOneCopy(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	x := newIndex[int]()
	want := map[string]*entry[int]{}
	for round := range 300 {
		before := x.sorted
		had := slices.Clone(before)
		for range r.IntN(6) {
			e := newEntry(fmt.Sprintf("U%02d", r.IntN(40)), round, false, int64(r.IntN(9)), fmt.Sprint("name ", r.IntN(12)))
			x.put(e)
			want[e.id] = e
			if x.latest(e.id) != e {
				t.Fatal("what was put is not the latest")
			}
		}
		x.settle()
		bytes, sorted := int64(0), []*entry[int](nil)
		for id, e := range want {
			bytes += e.bytes
			sorted = append(sorted, e)
			if x.byID[id] != e {
				t.Fatalf("round %d: %s is %+v, want %+v", round, id, x.byID[id], e)
			}
		}
		slices.SortFunc(sorted, compareEntries)
		if !slices.Equal(x.sorted, sorted) || x.bytes != bytes || len(x.byID) != len(want) {
			t.Fatalf("round %d: %d entries of %d bytes, want %d of %d", round, len(x.sorted), x.bytes, len(sorted), bytes)
		}
		if !slices.Equal(before, had) {
			t.Fatalf("round %d: the entries of a search that goes on were changed", round)
		}
	}
}

// userChange is an event of the workspace's stream that renames a user.
func userChange(t *testing.T, team *testenv.Team, u chat.User, seq int64) chat.Event {
	t.Helper()
	payload, err := json.Marshal(map[string]any{"type": "user_change", "user": u.Object()})
	if err != nil {
		t.Fatal(err)
	}
	return chat.Event{Stream: team.ID().Directory(), Seq: seq, Type: "user_change", Payload: payload}
}

// TestNoCommitWaitsForADirectory: neither a directory that is busy nor the cache's own
// lock holds up who commits, and what has no room is read from the log.
func TestNoCommitWaitsForADirectory(t *testing.T) {
	w := newSetting(t, Options{})
	w.hook.part.Store(100)
	team := testenv.NewTeam(t, w.store, 3)
	ask := func(name string) bool {
		t.Helper()
		found, err := w.cache.SearchUsers(t.Context(), team.ID(), chat.DirectoryQuery{Text: name})
		if err != nil {
			t.Fatal(err)
		}
		return len(found.Users) == 1 && found.Users[0].DisplayName == name
	}
	ask("x") // loads it
	d := w.cache.held[team.ID()].directory
	rename := func(n int) string {
		name := fmt.Sprint("name ", n)
		if _, err := team.UpdateUser(t.Context(), team.Users[1].ID, func(u *chat.User) error { u.DisplayName = name; return nil }); err != nil {
			t.Fatal(err)
		}
		return name
	}
	w.cache.mu.Lock()
	d.mu.Lock()
	for n := range 20 {
		rename(n)
	}
	d.mu.Unlock()
	w.cache.mu.Unlock()
	if !ask("name 19") {
		t.Error("what was committed meanwhile is not there")
	}
}

// TestWhatIsToldIsBounded: by workspace and in all, and beyond it a look is asked for.
func TestWhatIsToldIsBounded(t *testing.T) {
	held := newQueue()
	event := func(n int) []chat.Event { return make([]chat.Event, n) }
	if !held.add("TA", event(maxTold)) || held.add("TA", event(1)) || !held.add("TB", event(1)) {
		t.Error("the bound is not each workspace's own")
	}
	if got := held.take("TA"); len(got) != maxTold || held.has("TA") || !held.has("TB") || held.all != 1 {
		t.Errorf("%d were told, %d are left", len(got), held.all)
	}
	for n := range maxToldAll / maxTold {
		held.add(chat.WorkspaceID(fmt.Sprint("T", n)), event(maxTold))
	}
	if held.all > maxToldAll {
		t.Errorf("%d are told", held.all)
	}

	w := newSetting(t, Options{})
	team := testenv.NewTeam(t, w.store, 2)
	if _, err := w.cache.SearchUsers(t.Context(), team.ID(), chat.DirectoryQuery{}); err != nil {
		t.Fatal(err)
	}
	u := team.Users[1]
	var all []chat.Event
	for n := range maxTold + 1 {
		all = append(all, userChange(t, team, u, int64(n+1)))
	}
	w.cache.Close() // nobody else takes the token
	w.cache.Committed(all)
	if len(w.cache.behind) != 1 {
		t.Error("nobody is to look for what had no room")
	}
}
