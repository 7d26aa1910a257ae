package presence_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/presence"
)

const team chat.WorkspaceID = "T0000000001"

// recorder is a sink that keeps what it is told.
type recorder struct {
	mu   sync.Mutex
	seen []string
	last map[chat.UserID]chat.PresenceState
}

func (r *recorder) PresenceChanged(_ chat.WorkspaceID, s chat.PresenceState) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s.Version <= r.last[s.User].Version {
		return
	}
	if r.last == nil {
		r.last = map[chat.UserID]chat.PresenceState{}
	}
	r.last[s.User] = s
	r.seen = append(r.seen, fmt.Sprintf("%s %s", s.User, word(s.Active)))
}

// heard gives what came since the last call.
func (r *recorder) heard() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := fmt.Sprint(r.seen)
	r.seen = nil
	return out
}

func word(active bool) string {
	if active {
		return "active"
	}
	return "away"
}

// bench is a server with one gateway that watches alice.
type bench struct {
	t      *testing.T
	server *presence.Server
	link   chat.PresenceLink
	sink   *recorder
}

func inBubble(t *testing.T, o presence.Options, f func(b *bench)) {
	synctest.Test(t, func(t *testing.T) {
		b := &bench{t: t, server: presence.New(o), sink: &recorder{}}
		defer b.server.Close()
		link, err := b.server.Attach(t.Context(), "g1", b.sink)
		if err != nil {
			t.Fatal(err)
		}
		b.link = link
		b.watch("alice")
		f(b)
	})
}

func (b *bench) watch(add ...chat.UserID) []chat.PresenceState {
	b.t.Helper()
	states, err := b.link.Watch(b.t.Context(), team, add, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return states
}

// open starts or renews a device of alice's, on which she just did something.
func (b *bench) open(connection string) {
	b.t.Helper()
	b.renew(connection, time.Now())
}

func (b *bench) renew(connection string, active time.Time) {
	b.t.Helper()
	d := chat.Device{Workspace: team, User: "alice", Connection: connection, ActiveMS: active.UnixMilli()}
	if err := b.link.Renew(b.t.Context(), []chat.Device{d}); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) shut(connection string) {
	b.t.Helper()
	d := chat.Device{Workspace: team, User: "alice", Connection: connection}
	if err := b.link.Release(b.t.Context(), []chat.Device{d}); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) alice() chat.PresenceState {
	b.t.Helper()
	s, err := b.server.Get(b.t.Context(), team, "alice")
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

// after lets time pass and says what the watcher heard meanwhile.
func (b *bench) after(d time.Duration) string {
	time.Sleep(d) // the bubble's clock
	synctest.Wait()
	return b.sink.heard()
}

func (b *bench) want(got, want string) {
	b.t.Helper()
	if got != want {
		b.t.Fatalf("heard %s, want %s", got, want)
	}
}

func TestClosedSocketIsAwayWithinThreeSeconds(t *testing.T) {
	inBubble(t, presence.Options{}, func(b *bench) {
		b.open("a")
		b.want(b.sink.heard(), "[alice active]")
		b.shut("a")
		b.want(b.after(1900*time.Millisecond), "[]")
		b.want(b.after(1100*time.Millisecond), "[alice away]")
		if s := b.alice(); s.Online || s.Connections != 0 {
			t.Fatalf("state %+v, want offline", s)
		}
	})
}

func TestReconnectDoesNotFlicker(t *testing.T) {
	inBubble(t, presence.Options{}, func(b *bench) {
		b.open("a")
		b.shut("a")
		b.after(time.Second)
		b.open("b")
		b.want(b.after(10*time.Second), "[]")
		if s := b.alice(); !s.Active || s.Connections != 1 {
			t.Fatalf("state %+v, want one active connection", s)
		}
	})
}

func TestLateRenewalDoesNotReviveAReleasedDevice(t *testing.T) {
	inBubble(t, presence.Options{}, func(b *bench) {
		b.open("a")
		b.shut("a")
		b.open("a")
		b.want(b.after(3*time.Second), "[alice active alice away]")
	})
}

func TestLeaseRunsOutWithoutRenewal(t *testing.T) {
	inBubble(t, presence.Options{}, func(b *bench) {
		b.open("a")
		b.want(b.after(20*time.Second), "[alice active]")
		b.open("a")
		b.want(b.after(29*time.Second), "[]")
		b.want(b.after(2*time.Second), "[alice away]")
	})
}

func TestActiveWhileAnyDeviceIs(t *testing.T) {
	inBubble(t, presence.Options{}, func(b *bench) {
		b.open("a")
		b.open("b")
		b.shut("a")
		b.want(b.after(5*time.Second), "[alice active]")
		b.shut("b")
		b.want(b.after(3*time.Second), "[alice away]")
	})
}

func TestAutoAwayAfterTenMinutes(t *testing.T) {
	inBubble(t, presence.Options{}, func(b *bench) {
		opened := time.Now()
		for range 39 { // renewals by the gateway, nothing by the person
			b.renew("a", opened)
			b.after(15 * time.Second)
		}
		if s := b.alice(); !s.Active {
			t.Fatalf("state %+v after 9:45, want active", s)
		}
		b.renew("a", opened)
		b.want(b.after(16*time.Second), "[alice away]")
		if s := b.alice(); !s.AutoAway || !s.Online || s.ManualAway {
			t.Fatalf("state %+v, want auto-away", s)
		}
		b.open("a")
		b.want(b.sink.heard(), "[alice active]")
	})
}

func TestManualAway(t *testing.T) {
	inBubble(t, presence.Options{}, func(b *bench) {
		b.open("a")
		b.setAway(true)
		b.want(b.sink.heard(), "[alice active alice away]")
		b.open("a")
		b.open("b")
		b.want(b.sink.heard(), "[]")
		b.setAway(false)
		b.want(b.sink.heard(), "[alice active]")
	})
}

// A socket that read the durable copy just before it changed doesn't undo it.
func TestSetAwayWinsOverAnOpeningSocket(t *testing.T) {
	inBubble(t, presence.Options{}, func(b *bench) {
		b.setAway(true)
		b.open("a")
		if s := b.alice(); s.Active || !s.ManualAway {
			t.Fatalf("state %+v, want manually away", s)
		}
	})
}

func TestFirstDeviceBringsTheDurableAway(t *testing.T) {
	inBubble(t, presence.Options{}, func(b *bench) {
		d := chat.Device{Workspace: team, User: "alice", Connection: "a", Away: true}
		if err := b.link.Renew(t.Context(), []chat.Device{d}); err != nil {
			t.Fatal(err)
		}
		if s := b.alice(); s.Active || !s.ManualAway || !s.Online {
			t.Fatalf("state %+v, want manually away and online", s)
		}
	})
}

func (b *bench) setAway(away bool) {
	b.t.Helper()
	if err := b.server.SetAway(b.t.Context(), team, "alice", away); err != nil {
		b.t.Fatal(err)
	}
}

func TestWatchAnswersWithASnapshotAndVersionsGrow(t *testing.T) {
	inBubble(t, presence.Options{}, func(b *bench) {
		before := b.watch("alice")[0]
		b.open("a")
		after := b.watch("alice")[0]
		if before.Active || !after.Active || after.Version <= before.Version {
			t.Fatalf("snapshots %+v, %+v: want away, then active with a larger version", before, after)
		}
		b.shut("a")
		b.after(3 * time.Second)
		b.sink.heard()
		b.link.Watch(t.Context(), team, nil, []chat.UserID{"alice"})
		b.open("b") // alice was forgotten meanwhile
		if again := b.watch("alice")[0]; again.Version <= after.Version {
			t.Fatalf("version %d after %d", again.Version, after.Version)
		}
		b.want(b.sink.heard(), "[]")
	})
}

func TestNothingIsHeardAfterClose(t *testing.T) {
	inBubble(t, presence.Options{}, func(b *bench) {
		b.link.Close()
		b.open("a")
		b.want(b.after(time.Minute), "[]")
	})
}

func TestBounds(t *testing.T) {
	inBubble(t, presence.Options{MaxPerUser: 2, MaxWatched: 3}, func(b *bench) {
		for i := range 5 {
			b.open(fmt.Sprint("c", i))
		}
		if s := b.alice(); s.Connections != 2 {
			t.Fatalf("%d connections counted, want 2", s.Connections)
		}
		watch := func(w chat.WorkspaceID, add, remove []chat.UserID) int {
			states, err := b.link.Watch(t.Context(), w, add, remove)
			if err != nil {
				t.Fatal(err)
			}
			return len(states)
		}
		if n := watch(team, []chat.UserID{"x", "y", "z", "x"}, nil); n != 3 { // alice is watched too
			t.Errorf("%d answers, want x, y and x", n)
		}
		if n := watch("T2", []chat.UserID{"x", "y", "z", "v"}, nil); n != 3 {
			t.Errorf("%d answers in another workspace, want 3", n)
		}
		if n := watch(team, []chat.UserID{"z"}, []chat.UserID{"x"}); n != 1 {
			t.Errorf("%d answers where one made room, want 1", n)
		}
	})
}

func TestForgottenUsersCostNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reg := prometheus.NewRegistry()
		s := presence.New(presence.Options{Metrics: reg})
		defer s.Close()
		link, _ := s.Attach(t.Context(), "g1", &recorder{})
		for i := range 1000 {
			d := chat.Device{Workspace: team, User: chat.UserID(fmt.Sprint("u", i)), Connection: "c"}
			link.Renew(t.Context(), []chat.Device{d})
		}
		if n := s.Users(); n != 1000 {
			t.Fatalf("%d users, want 1000", n)
		}
		time.Sleep(31 * time.Second) // the bubble's clock
		synctest.Wait()
		if n := s.Users(); n != 0 {
			t.Fatalf("%d users after their leases, want none", n)
		}
		if n := devices(t, reg); n != 0 {
			t.Fatalf("taut_presence_devices is %v, want 0", n)
		}
	})
}

func devices(t *testing.T, reg *prometheus.Registry) float64 {
	t.Helper()
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == "taut_presence_devices" {
			return f.Metric[0].GetGauge().GetValue()
		}
	}
	t.Fatal("no taut_presence_devices")
	return 0
}

// TestManyGatewaysAtOnce is for the race detector: every method against every
// other on few users, and all that was started is gone at the end.
func TestManyGatewaysAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := presence.New(presence.Options{})
		defer s.Close()
		var gateways sync.WaitGroup
		for g := range 8 {
			gateways.Go(func() { busyGateway(t, s, g) })
		}
		gateways.Wait()
		time.Sleep(2 * time.Minute) // the bubble's clock
		synctest.Wait()
		if n := s.Users(); n != 0 {
			t.Errorf("%d users left", n)
		}
	})
}

func busyGateway(t *testing.T, s *presence.Server, g int) {
	link, _ := s.Attach(t.Context(), fmt.Sprint("g", g), &recorder{})
	defer link.Close()
	for i := range 500 {
		u := chat.UserID(fmt.Sprint("u", i%7))
		d := []chat.Device{{Workspace: team, User: u, Connection: fmt.Sprint(g, "-", i%11)}}
		link.Watch(t.Context(), team, []chat.UserID{u}, []chat.UserID{chat.UserID(fmt.Sprint("u", (i+3)%7))})
		link.Renew(t.Context(), d)
		s.SetAway(t.Context(), team, u, i%2 == 0)
		s.Get(t.Context(), team, u)
		if i%3 == 0 {
			link.Release(t.Context(), d)
		}
		if i%50 == 0 {
			time.Sleep(time.Second) // the bubble's clock
		}
	}
}

// A server that is started anew under the same ring is believed: what was only renewed
// did not make the one before run ahead of the clock.
func TestStartedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := presence.Options{Epoch: func(chat.WorkspaceID, chat.UserID) int64 { return 7 }}
		version := func(s *presence.Server) int64 {
			state, err := s.Get(t.Context(), team, "bob")
			if err != nil {
				t.Fatal(err)
			}
			return state.Version
		}
		s := presence.New(options)
		link, err := s.Attach(t.Context(), "g", &recorder{})
		if err != nil {
			t.Fatal(err)
		}
		for range 50_000 {
			link.Renew(t.Context(), []chat.Device{{Workspace: team, User: "alice", Connection: "c"}})
		}
		link.Close()
		s.Close()
		time.Sleep(10 * time.Millisecond)
		again := presence.New(options)
		defer again.Close()
		if before, after := version(s), version(again); after < before {
			t.Errorf("version %d after %d", after, before)
		}
	})
}
