package edgecache

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// moody is a log that fails, and forgets, when the test wants it.
type moody struct {
	Log
	incarnation string
	fails       atomic.Bool
	trims       atomic.Bool
}

var errMoody = errors.New("not now")

func (m *moody) Incarnation() string { return m.Log.Incarnation() + m.incarnation }

func (m *moody) Heads(ctx context.Context, streams []chat.Stream) ([]chat.Head, error) {
	if m.fails.Load() {
		return nil, errMoody
	}
	return m.Log.Heads(ctx, streams)
}

func (m *moody) Read(ctx context.Context, r chat.ReadRequest) (chat.Page, error) {
	if m.fails.Load() {
		return chat.Page{}, errMoody
	}
	p, err := m.Log.Read(ctx, r)
	if m.trims.Load() && len(p.Events) > 0 {
		p.Trimmed = p.Events[len(p.Events)-1].Seq
		p.Events = nil
	}
	return p, err
}

// told hands commits to whichever cache there is, as far as the test lets them through.
type told struct {
	to   atomic.Pointer[Server]
	part atomic.Int32 // of a hundred
}

func (h *told) committed(events []chat.Event) {
	if s := h.to.Load(); s != nil && rand.Int32N(100) < h.part.Load() {
		s.Committed(events)
	}
}

// setting is a cache beside the store that it is to be like.
type setting struct {
	store *store.Store
	log   *moody
	hook  *told
	cache *Server
}

// never is so rare a look that the test's own are the only ones.
const never = time.Hour

func newSetting(t *testing.T, o Options) *setting {
	t.Helper()
	hook := &told{}
	s := testenv.Open(t, func(o *store.Options) { o.Committed = hook.committed })
	w := &setting{store: s, log: &moody{Log: s}, hook: hook}
	w.start(o)
	t.Cleanup(func() { w.cache.Close() })
	return w
}

// start is also a restart.
func (w *setting) start(o Options) {
	if w.cache != nil {
		w.cache.Close()
	}
	if o.Every == 0 {
		o.Every = never
	}
	w.cache = newServer(w.store, w.log, o)
	w.hook.to.Store(w.cache)
}

// compare asks the cache and the store the same.
func (w *setting) compare(t *testing.T, id chat.WorkspaceID, r *rand.Rand) {
	t.Helper()
	direct := Direct{w.store}
	all, err := direct.SearchUsers(t.Context(), id, chat.DirectoryQuery{Inactive: true})
	if err != nil {
		t.Fatal(err)
	}
	var ids []chat.UserID
	var among []string
	for _, u := range all.Users {
		ids = append(ids, u.ID)
		if r.IntN(2) == 0 {
			among = append(among, string(u.ID))
		}
	}
	r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	ids = append(ids, "UNOBODY", ids[0])
	for _, d := range []chat.DirectoryQuery{
		{Inactive: true},
		{Text: fmt.Sprint(r.IntN(10)), Limit: 1 + r.IntN(3)},
		{Text: "U", Inactive: r.IntN(2) == 0},
		{Text: "b ", Restricted: true, Among: among},
		{Restricted: true},
		{After: chat.DirectoryPlace{Rank: 0, Name: "m", ID: "U"}, Limit: 4},
	} {
		got, err := w.cache.SearchUsers(t.Context(), id, d)
		want, _ := direct.SearchUsers(t.Context(), id, d)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("users for %+v: %v\ncache %+v\nstore %+v", d, err, got, want)
		}
		channels, err := w.cache.SearchChannels(t.Context(), id, d)
		wanted, _ := direct.SearchChannels(t.Context(), id, d)
		if err != nil || !reflect.DeepEqual(channels, wanted) {
			t.Fatalf("channels for %+v: %v\ncache %+v\nstore %+v", d, err, channels, wanted)
		}
	}
	got, err := w.cache.UsersByID(t.Context(), id, ids)
	want, _ := direct.UsersByID(t.Context(), id, ids)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("users by id: %v\ncache %+v\nstore %+v", err, got, want)
	}
}

// change does something to the directory, which may be refused.
func change(t *testing.T, team *testenv.Team, r *rand.Rand) {
	ctx, owner := t.Context(), team.Users[0].ID
	name := fmt.Sprintf("%c%d-%d", 'a'+rune(r.IntN(26)), r.IntN(100), r.IntN(1_000_000))
	channels, err := team.PublicChannels(ctx, "", 0)
	if err != nil {
		t.Error(err)
		return
	}
	ch := channels[r.IntN(len(channels))].ID
	users, err := team.Workspace.Users(ctx, "", 0)
	if err != nil {
		t.Error(err)
		return
	}
	u := users[r.IntN(len(users))].ID
	private, err := team.Channels(ctx, store.ChannelQuery{Types: []chat.ChannelType{chat.PrivateChannel}, Limit: 1})
	if err != nil {
		t.Error(err)
		return
	}
	switch r.IntN(11) {
	case 0:
		_, err = team.CreateUser(ctx, store.NewUser{Name: name, RealName: "B " + name, Email: name + "@example.com"})
	case 1:
		_, err = team.UpdateUser(ctx, u, func(u *chat.User) error { u.DisplayName, u.StatusText = "Ü "+name, name; return nil })
	case 2:
		_, err = team.UpdateUser(ctx, u, func(u *chat.User) error { u.Deleted = !u.Deleted && u.ID != owner; return nil })
	case 3:
		err = team.SetAway(ctx, u, r.IntN(2) == 0)
	case 4:
		_, err = team.CreateChannel(ctx, store.NewChannel{Name: name, Creator: owner, Private: r.IntN(2) == 0})
	case 5:
		_, err = team.Rename(ctx, ch, owner, name)
	case 6:
		err = team.Archive(ctx, ch, owner)
	case 7:
		err = team.Unarchive(ctx, ch, owner)
	case 8:
		_, err = team.SetTopic(ctx, ch, owner, name)
	case 9:
		_, err = team.Convert(ctx, ch, store.Actor{User: owner}, chat.PrivateChannel)
	case 10:
		if len(private) > 0 {
			_, err = team.Convert(ctx, private[0].ID, store.Actor{User: owner}, chat.PublicChannel)
		}
	}
	if chat.CodeOf(err) == chat.Internal {
		t.Errorf("a change: %v", err)
	}
}

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
		for step := range 60 {
			team := teams[r.IntN(len(teams))]
			switch r.IntN(12) {
			case 0:
				w.start(Options{})
			case 1:
				w.log.incarnation = fmt.Sprint(seed, step)
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

// TestOthersIDs: another workspace's ids find what ids find that never were.
func TestOthersIDs(t *testing.T) {
	w := newSetting(t, Options{})
	acme, other := testenv.NewTeam(t, w.store, 3), testenv.NewTeam(t, w.store, 3)
	foreign := []chat.UserID{other.Users[1].ID, "U000NEVER", chat.UserID(acme.Channel), chat.UserID(acme.ID())}
	for _, d := range []chat.Directory{w.cache, Direct{w.store}} {
		for range 2 { // loaded, and held
			_, err := d.SearchUsers(t.Context(), other.ID(), chat.DirectoryQuery{})
			if err != nil {
				t.Fatal(err)
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

// TestBounds: what doesn't fit or can't be looked at is left to the store.
func TestBounds(t *testing.T) {
	w := newSetting(t, Options{Bytes: 8_000})
	team := testenv.NewTeam(t, w.store, 6)
	ask := func() error {
		_, err := w.cache.UsersByID(t.Context(), team.ID(), team.IDs())
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
	d.checked = d.checked.Add(-trustFor*never - time.Second)
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
