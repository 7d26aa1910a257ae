package webapi

import (
	"log/slog"
	"reflect"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"taut/auth"
	"taut/chat"
	"taut/edgecache"
	"taut/internal/testenv"
	"taut/store"
)

// TestAStormReadsAFewTimes: the clients of a gateway that died come to two nodes that
// know none of their tokens, beside an edge cache that remembers their channels. What
// each is told is what they would be told alone.
func TestAStormReadsAFewTimes(t *testing.T) {
	counted := prometheus.NewRegistry()
	s := testenv.Open(t, func(o *store.Options) { o.Metrics = counted })
	const clients = 300
	teams := []*testenv.Team{testenv.NewTeam(t, s, clients/2), testenv.NewTeam(t, s, clients/2)}
	tokens := map[chat.UserID]string{}
	for _, team := range teams {
		for _, u := range team.Users {
			text, err := auth.NewToken(chat.UserToken, team.ID(), u.ID)
			must(t, err)
			_, err = team.CreateToken(t.Context(), store.NewToken{Hash: auth.HashToken(text), Type: chat.UserToken, User: u.ID})
			must(t, err)
			tokens[u.ID] = text
		}
	}
	cache := edgecache.New(s, edgecache.Options{})
	defer cache.Close()
	var servers []*Server
	for range 3 {
		service, err := auth.New(t.Context(), s, prometheus.NewRegistry())
		must(t, err)
		servers = append(servers, New(Config{Store: s, Auth: service, Memberships: edgecache.WithStore(cache, s, nil), Log: slog.New(slog.DiscardHandler)}))
	}
	queries := func() int {
		t.Helper()
		all, err := counted.Gather()
		must(t, err)
		for _, m := range all {
			if m.GetName() == "store_queries_total" {
				return int(m.GetMetric()[0].GetCounter().GetValue())
			}
		}
		t.Fatal("nobody counts queries")
		return 0
	}
	alone := map[chat.UserID]chat.MembershipSnapshot{}
	for _, team := range teams {
		for _, u := range team.Users {
			m, err := team.Memberships(t.Context(), u.ID)
			must(t, err)
			alone[u.ID] = m
		}
	}
	var connecting sync.WaitGroup
	connect := func(server *Server, w chat.WorkspaceID, u chat.UserID, likely int) {
		c, err := server.auth.AuthenticateFrom(t.Context(), chat.Presented{Token: tokens[u]})
		if err != nil || c.User != u || c.Workspace != w {
			t.Errorf("%s is %+v, %v", u, c, err)
			return
		}
		if got, err := server.LikelyChannels(t.Context(), c); err != nil || len(got) != likely {
			t.Errorf("%s is likely to be in %v, %v", u, got, err)
		}
		if got, err := server.Memberships(t.Context(), c); err != nil || !reflect.DeepEqual(got, alone[u]) {
			t.Errorf("%s is in %+v, %v; alone in %+v", u, got, err, alone[u])
		}
	}
	for _, team := range teams {
		for _, u := range team.Users {
			connecting.Go(func() { connect(servers[0], team.ID(), u.ID, 0) })
		}
	}
	connecting.Wait()
	before := queries()
	for _, team := range teams {
		for n, u := range team.Users {
			connecting.Go(func() { connect(servers[1+n%2], team.ID(), u.ID, len(alone[u.ID].Channels)) })
		}
	}
	connecting.Wait()
	if made := queries() - before; made > clients/5 {
		t.Errorf("%d queries for %d clients, one by one and twice each it were %d", made, clients, 3*clients)
	}
}
