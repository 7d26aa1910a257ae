package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// sparse fills the team's channel with messages, replies and reactions between
// them, and gives the messages that history shows, newest first.
func sparse(t *testing.T, team *testenv.Team) (roots []chat.TS) {
	t.Helper()
	me := team.Users[0].ID
	for i := range 30 {
		root := team.Post(me, fmt.Sprint("m", i)).Message.TS
		roots = append(roots, root)
		for k := range i % 7 {
			p := store.Post{Channel: team.Channel, Author: me, Broadcast: k == 3, Message: chat.Message{Text: fmt.Sprint("m", i, "r", k), ThreadTS: root}}
			reply, err := team.PostMessage(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			if p.Broadcast {
				roots = append(roots, reply.Message.TS)
			}
			if err := team.AddReaction(t.Context(), team.Channel, root, me, fmt.Sprint("e", k)); err != nil {
				t.Fatal(err)
			}
		}
	}
	slices.Reverse(roots)
	return roots
}

// walk reads all of history in pages.
func walk(t *testing.T, team *testenv.Team, limit int) (all []chat.TS) {
	t.Helper()
	for q := (store.Range{Limit: limit}); ; {
		page, more, err := team.History(t.Context(), team.Channel, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page {
			all = append(all, m.TS)
		}
		if !more {
			return all
		}
		if len(page) != limit {
			t.Fatalf("a page of %d is not the last, want %d", len(page), limit)
		}
		q.Latest = page[len(page)-1].TS
	}
}

func wantShown(t *testing.T, team *testenv.Team, want []chat.TS) {
	t.Helper()
	for _, limit := range []int{1, 3, 10, 1000} {
		if got := walk(t, team, limit); !slices.Equal(got, want) {
			t.Fatalf("by %d history shows %v, want %v", limit, got, want)
		}
	}
	var latest chat.TS
	if len(want) > 0 {
		latest = want[0]
	}
	u, err := team.Unread(t.Context(), team.Users[0].ID, []chat.ChannelID{team.Channel})
	if err != nil || u[team.Channel].Latest != latest {
		t.Errorf("the latest is %s (%v), want %s", u[team.Channel].Latest, err, latest)
	}
}

// notices are what channels begin with: who made them and came.
func notices(t *testing.T, team *testenv.Team) []chat.TS {
	t.Helper()
	return walk(t, team, 1000)
}

func testShown(t *testing.T, open opener) {
	s := open(t)
	team := testenv.NewTeam(t, s, 2)
	begin := notices(t, team)
	shown := sparse(t, team)
	wantShown(t, team, append(slices.Clone(shown), begin...))

	// What is deleted is stepped over: of the newest messages all.
	kept := shown[:0:0]
	for i, ts := range shown {
		m := must(team.Message(t.Context(), team.Channel, ts))(t)
		if i < 25 || i%3 == 0 {
			if err := team.DeleteMessage(t.Context(), store.Delete{Channel: team.Channel, TS: ts}); err != nil {
				t.Fatal(err)
			}
			if m.ReplyCount == 0 {
				continue
			}
		}
		kept = append(kept, ts)
	}
	wantShown(t, team, append(slices.Clone(kept), begin...))

	if n := must(s.Trim(t.Context(), time.Now().Add(time.Hour)))(t); n == 0 {
		t.Error("nothing was trimmed")
	}
	wantShown(t, team, append(slices.Clone(kept), begin...))
	last := team.Post(team.Users[0].ID, "after").Message.TS
	wantShown(t, team, slices.Concat([]chat.TS{last}, kept, begin))
}

// A log that a program of before wrote has no chain, and one that runs beside this
// one goes on without.
func testShownUnknown(t *testing.T, open opener) {
	s := open(t)
	team := testenv.NewTeam(t, s, 2)
	want := notices(t, team)
	want = append(sparse(t, team), want...)
	store.ForgetShown(t, s)
	wantShown(t, team, want)
	post := func() {
		t.Helper()
		want = append([]chat.TS{team.Post(team.Users[0].ID, "new").Message.TS}, want...)
		wantShown(t, team, want)
	}
	post()
	store.ForgetShown(t, s)
	post()
	post()
}

// TestFirstReaderHasLinksWritten: of a channel of before there was the chain.
func TestFirstReaderHasLinksWritten(t *testing.T) {
	dir := t.TempDir()
	s := must(openFolder(t, dir))(t)
	team := testenv.NewTeam(t, s, 2)
	want := notices(t, team)
	want = append(sparse(t, team), want...)
	store.ForgetShown(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = must(openFolder(t, dir))(t)
	defer s.Close()
	again := *team
	again.Store, again.Workspace = s, s.Workspace(team.Info.ID)
	team = &again
	for !store.ShownKnown(t, team.Workspace, team.Channel) {
		wantShown(t, team, want)
	}
	wantShown(t, team, want)
	want = append([]chat.TS{team.Post(team.Users[0].ID, "new").Message.TS}, want...)
	wantShown(t, team, want)
}

// A link that leads to an event that is no more ends nothing.
func testShownWithHoles(t *testing.T, open opener) {
	s := open(t)
	team := testenv.NewTeam(t, s, 1)
	want := notices(t, team)
	want = append(sparse(t, team), want...)
	for i := 1; i < len(want); i += 4 {
		store.LoseEvent(t, s, team.ID().Channel(team.Channel), want[i])
		want = slices.Delete(want, i, i+1)
	}
	wantShown(t, team, want)
}
