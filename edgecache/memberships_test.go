package edgecache

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// called makes a caller of each of the team's people.
func called(t *testing.T, team *testenv.Team) (callers []chat.Caller) {
	t.Helper()
	for n, u := range team.Users {
		id, err := team.CreateToken(t.Context(), store.NewToken{Hash: store.TokenHash{byte(n)}, Type: chat.UserToken, User: u.ID})
		if err != nil {
			t.Fatal(err)
		}
		callers = append(callers, chat.Caller{Workspace: team.ID(), User: u.ID, TokenID: id})
	}
	return callers
}

func count(t *testing.T, reg *prometheus.Registry, name string) (sum float64) {
	t.Helper()
	all, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		if m.GetName() == name {
			return m.GetMetric()[0].GetCounter().GetValue()
		}
	}
	t.Fatalf("nobody counts %s", name)
	return 0
}

// TestMembershipsAreOfNow and what is likely is of the last time, without a query, and
// nobody else's.
func TestMembershipsAreOfNow(t *testing.T) {
	reg := prometheus.NewRegistry()
	s := testenv.Open(t, func(o *store.Options) { o.Metrics = reg })
	team, other := testenv.NewTeam(t, s, 3), testenv.NewTeam(t, s, 3)
	cache := New(s, Options{Metrics: reg, Every: never})
	defer cache.Close()
	d := WithStore(cache, s, nil)
	c := called(t, team)[1]
	likely := func(c chat.Caller) []chat.ChannelID {
		t.Helper()
		channels, err := d.LikelyChannels(t.Context(), c)
		if err != nil {
			t.Errorf("likely channels: %v", err)
		}
		return channels
	}
	now := func() (channels []chat.ChannelID) {
		t.Helper()
		m, err := d.Memberships(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range m.Channels {
			channels = append(channels, in.Channel)
		}
		return channels
	}
	if got := likely(c); got != nil {
		t.Errorf("likely before anybody asked: %v", got)
	}
	first := now()
	if got := likely(c); !slices.Equal(got, first) || len(got) == 0 {
		t.Errorf("likely %v, is in %v", got, first)
	}
	more := team.NewChannel("more", c.User)
	if got := likely(c); !slices.Equal(got, first) {
		t.Errorf("likely after a join %v, was in %v", got, first)
	}
	if got := now(); !slices.Contains(got, more) || len(got) != len(first)+1 {
		t.Errorf("is in %v after a join of %v", got, more)
	}
	if got := likely(c); !slices.Contains(got, more) {
		t.Errorf("likely %v", got)
	}
	const often = 200 // more than the store asks for itself meanwhile
	before := count(t, reg, "store_queries_total")
	for range often {
		likely(c)
	}
	if made := count(t, reg, "store_queries_total") - before; made >= often {
		t.Errorf("%v queries for %v times what is likely", made, often)
	}
	for _, not := range []chat.Caller{{Workspace: other.ID(), User: c.User, TokenID: c.TokenID}, {Workspace: team.ID(), User: "U000NEVER"}} {
		if got := likely(not); got != nil {
			t.Errorf("of %v %v are likely", not, got)
		}
		if m, err := d.Memberships(t.Context(), not); fmt.Sprint(err) != "not_found: user" || m.Channels != nil {
			t.Errorf("%v is in %+v, %v", not, m, err)
		}
	}
	if hits, misses := count(t, reg, "flannel_hint_hits_total"), count(t, reg, "flannel_hint_misses_total"); hits != 3+often || misses != 3 {
		t.Errorf("%v hits and %v misses", hits, misses)
	}
}

// TestRefusalsCross: who may not call hears why, and is remembered no longer where they
// are gone.
func TestRefusalsCross(t *testing.T) {
	s := testenv.Open(t)
	team := testenv.NewTeam(t, s, 3)
	cache := New(s, Options{Every: never})
	defer cache.Close()
	d := WithStore(cache, s, nil)
	callers := called(t, team)
	gone, ended := callers[1], callers[2]
	for _, c := range callers {
		if _, err := d.Memberships(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := team.UpdateUser(t.Context(), gone.User, func(u *chat.User) error { u.Deleted = true; return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := team.Revoke(t.Context(), store.Revocation{User: ended.User, Only: ended.TokenID}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		caller chat.Caller
		want   string
		likely bool
	}{{gone, "account_inactive: user", false}, {ended, "unauthenticated: revoked", true}, {callers[0], "<nil>", true}} {
		_, err := d.Memberships(t.Context(), tt.caller)
		likely, _ := d.LikelyChannels(t.Context(), tt.caller)
		if fmt.Sprint(err) != tt.want || len(likely) > 0 != tt.likely {
			t.Errorf("%v, want %s; likely %v", err, tt.want, likely)
		}
	}
}

// refusing is an edge cache that says the same to everybody.
type refusing struct {
	chat.EdgeCache
	err error
}

func (r refusing) Memberships(context.Context, chat.Caller) (chat.MembershipSnapshot, error) {
	return chat.MembershipSnapshot{}, r.err
}

func (r refusing) LikelyChannels(context.Context, chat.Caller) ([]chat.ChannelID, error) {
	return nil, r.err
}

// TestTheStoreAnswersForNobodyElse: it is asked where no edge cache can answer, as one
// that has lost its database, and where one said no it stays at that.
func TestTheStoreAnswersForNobodyElse(t *testing.T) {
	s, lost := testenv.Open(t), testenv.Open(t)
	team := testenv.NewTeam(t, s, 2)
	c := called(t, team)[0]
	without := New(lost, Options{Every: never})
	defer without.Close()
	if err := lost.Close(); err != nil {
		t.Fatal(err)
	}
	for _, caches := range []chat.EdgeCache{refusing{err: chat.NewError(chat.Unavailable, "node")}, without} {
		d := WithStore(caches, s, nil)
		if m, err := d.Memberships(t.Context(), c); err != nil || len(m.Channels) == 0 {
			t.Errorf("beside %T: %+v, %v", caches, m, err)
		}
		if likely, err := d.LikelyChannels(t.Context(), c); err != nil || likely != nil {
			t.Errorf("beside %T %v are likely, %v", caches, likely, err)
		}
	}
	for _, code := range []chat.Code{chat.Inactive, chat.Unauthenticated, chat.NotFound, chat.Limited} {
		if _, err := WithStore(refusing{err: chat.NewError(code, "x")}, s, nil).Memberships(t.Context(), c); fmt.Sprint(err) != string(code)+": x" {
			t.Errorf("%s became %v", code, err)
		}
	}
}
