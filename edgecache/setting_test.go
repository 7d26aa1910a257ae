package edgecache

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
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
	restored atomic.Int32 // how often
	fails    atomic.Bool
	trims    atomic.Bool
}

var errMoody = errors.New("not now")

func (m *moody) Incarnation() string { return fmt.Sprint(m.Log.Incarnation(), m.restored.Load()) }

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

// start is also a restart. Its searches wait for a load as long as it takes.
func (w *setting) start(o Options) {
	if w.cache != nil {
		w.cache.Close()
	}
	if o.Every == 0 {
		o.Every = never
	}
	o.Patience = loadTime
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
