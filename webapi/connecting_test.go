package webapi

import (
	"log/slog"
	"reflect"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"taut/auth"
	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// TestAStormReadsAFewTimes: the clients of a gateway that died come to nodes that know
// none of their tokens. What each is told is what they would be told alone.
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
	service, err := auth.New(t.Context(), s, prometheus.NewRegistry())
	must(t, err)
	server := New(Config{Store: s, Auth: service, Log: slog.New(slog.DiscardHandler)})
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
			alone[u.ID], err = team.Memberships(t.Context(), u.ID)
			must(t, err)
		}
	}
	before := queries()
	var connecting sync.WaitGroup
	for _, team := range teams {
		for _, u := range team.Users {
			connecting.Go(func() {
				c, err := service.Authenticate(t.Context(), tokens[u.ID])
				if err != nil || c.User != u.ID || c.Workspace != team.ID() {
					t.Errorf("%s is %+v, %v", u.ID, c, err)
					return
				}
				for range 2 {
					got, err := server.Memberships(t.Context(), c)
					if err != nil || !reflect.DeepEqual(got, alone[u.ID]) {
						t.Errorf("%s is in %+v, %v; alone in %+v", u.ID, got, err, alone[u.ID])
					}
				}
			})
		}
	}
	connecting.Wait()
	if made := queries() - before; made > clients/5 {
		t.Errorf("%d queries for %d clients, one by one it were %d", made, clients, 3*clients)
	}
}
