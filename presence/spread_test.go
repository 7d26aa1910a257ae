package presence_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
	"taut/presence"
)

// breakable is a server whose links can end, and which can be out of reach.
type breakable struct {
	*presence.Server
	gone atomic.Bool

	mu    sync.Mutex
	links []*breakableLink
}

func (b *breakable) breakLinks() {
	b.gone.Store(true)
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.links {
		l.Close()
	}
}

type breakableLink struct {
	chat.PresenceLink
	server *breakable
}

func (b *breakable) Attach(ctx context.Context, gateway string, sink chat.PresenceSink) (chat.PresenceLink, error) {
	if b.gone.Load() {
		return nil, chat.NewError(chat.Unavailable, "node")
	}
	l, err := b.Server.Attach(ctx, gateway, sink)
	made := &breakableLink{l, b}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.links = append(b.links, made)
	return made, err
}

func (l *breakableLink) Renew(ctx context.Context, d []chat.Device) error {
	if l.server.gone.Load() {
		return chat.NewError(chat.Unavailable, "node")
	}
	return l.PresenceLink.Renew(ctx, d)
}

// spread is two servers, of which one has everybody, and two gateways: alice is on
// the first, and the second watches her.
func spread(t *testing.T, test func(servers [2]*breakable, own func(int), alice chat.PresenceLink, heard *recorder)) {
	synctest.Test(t, func(t *testing.T) {
		var servers [2]*breakable
		var owner, epoch atomic.Int64
		owner.Store(1)
		epoch.Store(1)
		for i := range servers {
			servers[i] = &breakable{Server: presence.New(presence.Options{Epoch: func(chat.WorkspaceID, chat.UserID) int64 {
				if owner.Load() == int64(i) {
					return epoch.Load()
				}
				return 0
			}})}
			defer servers[i].Server.Close()
		}
		s := presence.NewSpread(func(chat.WorkspaceID, chat.UserID) chat.Presence { return servers[owner.Load()] })
		near, err := s.Attach(t.Context(), "g1", &recorder{})
		if err != nil {
			t.Fatal(err)
		}
		defer near.Close()
		sink := &recorder{}
		far, err := s.Attach(t.Context(), "g2", sink)
		if err != nil {
			t.Fatal(err)
		}
		defer far.Close()
		if _, err := far.Watch(t.Context(), team, []chat.UserID{"alice"}, nil); err != nil {
			t.Fatal(err)
		}
		test(servers, func(i int) {
			epoch.Add(1)
			owner.Store(int64(i))
			s.Moved()
		}, near, sink)
	})
}

func aliceOn(connection string) []chat.Device {
	return []chat.Device{{Workspace: team, User: "alice", Connection: connection, ActiveMS: time.Now().UnixMilli()}}
}

func settled(heard *recorder) string {
	time.Sleep(5 * time.Second)
	synctest.Wait()
	return heard.heard()
}

// Who moves to another server is not away for that, though the first one thinks so
// when the leases end there.
func TestUsersMoveBetweenServers(t *testing.T) {
	spread(t, func(_ [2]*breakable, own func(int), alice chat.PresenceLink, heard *recorder) {
		alice.Renew(t.Context(), aliceOn("c1"))
		if got := settled(heard); got != "[alice active]" {
			t.Errorf("heard %s", got)
		}
		own(0)
		for range 4 { // longer than a lease
			alice.Renew(t.Context(), aliceOn("c1"))
			if got := settled(heard); got != "[]" && got != "[alice active]" {
				t.Errorf("heard %s after a move", got)
			}
			time.Sleep(5 * time.Second)
		}
		alice.Release(t.Context(), aliceOn("c1"))
		if got := settled(heard); got != "[alice away]" {
			t.Errorf("heard %s when alice left", got)
		}
	})
}

// A server that dies forgets everything; its successor is told again.
func TestServerDies(t *testing.T) {
	spread(t, func(servers [2]*breakable, own func(int), alice chat.PresenceLink, heard *recorder) {
		alice.Renew(t.Context(), aliceOn("c1"))
		settled(heard)
		servers[1].breakLinks()
		if err := alice.Renew(t.Context(), aliceOn("c2")); chat.CodeOf(err) != chat.Unavailable {
			t.Errorf("renewing at a server that is gone: %v", err)
		}
		settled(heard)
		own(0)
		settled(heard)
		if s, err := servers[0].Get(t.Context(), team, "alice"); err != nil || !s.Active || s.Connections != 2 {
			t.Errorf("the other server knows %+v, %v", s, err)
		}
		alice.Release(t.Context(), append(aliceOn("c1"), aliceOn("c2")...))
		if got := settled(heard); got != "[alice away]" {
			t.Errorf("heard %s when alice left", got)
		}
	})
}

func TestNobodyHasThem(t *testing.T) {
	s := presence.NewSpread(func(chat.WorkspaceID, chat.UserID) chat.Presence { return nil })
	if _, err := s.Get(t.Context(), team, "alice"); chat.CodeOf(err) != chat.Unavailable {
		t.Errorf("get: %v", err)
	}
	if err := s.SetAway(t.Context(), team, "alice", true); chat.CodeOf(err) != chat.Unavailable {
		t.Errorf("set away: %v", err)
	}
	l, err := s.Attach(t.Context(), "g", &recorder{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := l.Watch(t.Context(), team, []chat.UserID{"alice"}, nil); chat.CodeOf(err) != chat.Unavailable {
		t.Errorf("watch: %v", err)
	}
}

// The next server hears of a manual away from the leases, which say what was set last.
func TestManualAwayMoves(t *testing.T) {
	spread(t, func(servers [2]*breakable, own func(int), alice chat.PresenceLink, heard *recorder) {
		on := aliceOn("c1")
		alice.Renew(t.Context(), on)
		servers[1].SetAway(t.Context(), team, "alice", true)
		on[0].Away = true
		alice.Renew(t.Context(), on)
		settled(heard)
		own(0)
		settled(heard)
		if s, err := servers[0].Get(t.Context(), team, "alice"); err != nil || s.Active || !s.ManualAway {
			t.Errorf("after the move: %+v, %v", s, err)
		}
	})
}

// Who has a user by the latest ring is believed, however far ahead the clock of the
// one before is, and what that one tells yet is not.
func TestClocksDoNotDecide(t *testing.T) {
	spread(t, func(servers [2]*breakable, own func(int), alice chat.PresenceLink, heard *recorder) {
		ahead := func() {
			for n := range 60_000 { // fifteen seconds, as each change takes a tick
				servers[1].SetAway(t.Context(), team, "bob", n%2 == 0)
			}
		}
		ahead()
		alice.Renew(t.Context(), aliceOn("c1"))
		if got := settled(heard); got != "[alice active]" {
			t.Fatalf("heard %s", got)
		}
		own(0)
		settled(heard)
		alice.Release(t.Context(), aliceOn("c1"))
		if got := settled(heard); got != "[alice away]" {
			t.Errorf("heard %s when alice left the second server", got)
		}
		// Back at the first, whose news of her are of before.
		alice.Renew(t.Context(), aliceOn("c2"))
		settled(heard)
		own(1)
		if got := settled(heard); got != "[]" && got != "[alice active]" {
			t.Errorf("heard %s after a move", got)
		}
		ahead()
		own(0)
		own(1)
		settled(heard)
		alice.Release(t.Context(), aliceOn("c2"))
		if got := settled(heard); got != "[alice away]" {
			t.Errorf("heard %s when alice left the first server", got)
		}
	})
}
