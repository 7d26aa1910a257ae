package edgecache

import (
	"context"
	"slices"
	"testing"

	"taut/chat"
	"taut/internal/testenv"
)

// stuck is a log that doesn't answer for some workspaces.
type stuck struct {
	Log
	of    []chat.WorkspaceID
	asked chan chat.WorkspaceID
}

func (s *stuck) Heads(ctx context.Context, streams []chat.Stream) ([]chat.Head, error) {
	if len(streams) == 1 && slices.Contains(s.of, streams[0].Workspace) {
		s.asked <- streams[0].Workspace
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return s.Log.Heads(ctx, streams)
}

// TestSlowLoadsHoldUpNobodyElse: while all places are taken by directories that take
// long, the store answers for the other workspaces, and for these.
func TestSlowLoadsHoldUpNobodyElse(t *testing.T) {
	s := testenv.Open(t)
	var slow []*testenv.Team
	log := &stuck{Log: s, asked: make(chan chat.WorkspaceID, loading)}
	for range loading {
		slow = append(slow, testenv.NewTeam(t, s, 2))
		log.of = append(log.of, slow[len(slow)-1].ID())
	}
	other := testenv.NewTeam(t, s, 2)
	cache := newServer(s, log, Options{})
	defer cache.Close()
	d := WithStore(cache, s, nil)
	ask := func(team *testenv.Team) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), loadTime/2)
		defer cancel()
		if found, err := d.SearchUsers(ctx, team.ID(), chat.DirectoryQuery{}); err != nil || len(found.Users) != 2 {
			t.Errorf("%d users, %v", len(found.Users), err)
		}
	}
	for _, team := range slow {
		ask(team)
		<-log.asked
	}
	ask(other)
	ask(slow[0])
}

// TestAFailedLoadIsNotTriedAgainAtOnce: who asks meanwhile is answered by the store.
func TestAFailedLoadIsNotTriedAgainAtOnce(t *testing.T) {
	s := testenv.Open(t)
	team := testenv.NewTeam(t, s, 2)
	log := &failing{Log: s}
	cache := newServer(s, log, Options{Every: never, Patience: never})
	defer cache.Close()
	for range 3 {
		if _, err := cache.SearchUsers(t.Context(), team.ID(), chat.DirectoryQuery{}); chat.CodeOf(err) != chat.Unavailable {
			t.Errorf("a load that failed: %v", err)
		}
	}
	if log.asked != 1 {
		t.Errorf("it was tried %d times", log.asked)
	}
}

type failing struct {
	Log
	asked int
}

func (f *failing) Heads(context.Context, []chat.Stream) ([]chat.Head, error) {
	f.asked++
	return nil, chat.NewError(chat.Unavailable, "store")
}
