package store_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// testLookups: many at once are answered as each alone, and nothing of one workspace
// is found through another.
func testLookups(t *testing.T, open opener) {
	s := open(t)
	acme, other := testenv.NewTeam(t, s, 12), testenv.NewTeam(t, s, 3)
	r := rand.New(rand.NewPCG(3, 4))
	var callers []store.CallerKey
	var tokens []store.TokenKey
	for _, team := range []*testenv.Team{acme, other} {
		for n, u := range team.Users {
			hash := sha256.Sum256([]byte(fmt.Sprint(team.ID(), n)))
			token := store.NewToken{Hash: hash, Type: chat.UserToken, User: u.ID, Scopes: []string{"a", "b"}}
			if n%2 == 0 {
				token.Type = chat.SessionToken
				token.Session = &store.NewSession{CookieHash: hash, Address: "::1", ExpiresMS: 1e15}
			}
			id := keepToken(t, team, token)
			callers = append(callers, store.CallerKey{Workspace: team.ID(), User: u.ID, TokenID: id})
			tokens = append(tokens, store.TokenKey{Workspace: team.ID(), Hash: hash})
			var err error
			switch n {
			case 4, 5:
				_, err = team.Revoke(t.Context(), store.Revocation{User: u.ID, Only: id})
			case 6:
				_, err = team.UpdateUser(t.Context(), u.ID, func(u *chat.User) error { u.Deleted = true; return nil })
			case 7:
				err = team.SetAway(t.Context(), u.ID, true)
			case 8, 9:
				team.NewChannel(fmt.Sprint("more-", n), u.ID, team.Users[0].ID)
				err = team.Leave(t.Context(), team.Channel, u.ID, u.ID)
			}
			must(t, err)
		}
	}
	// Each of the other workspace's, asked for in this one; and what never was.
	for _, c := range callers[12:] {
		callers = append(callers, store.CallerKey{Workspace: acme.ID(), User: c.User, TokenID: c.TokenID},
			store.CallerKey{Workspace: acme.ID(), User: acme.Users[1].ID, TokenID: c.TokenID})
	}
	for _, k := range tokens[12:] {
		tokens = append(tokens, store.TokenKey{Workspace: acme.ID(), Hash: k.Hash})
	}
	callers = append(callers, store.CallerKey{Workspace: "T0", User: "U0", TokenID: "Tk0"})
	tokens = append(tokens, store.TokenKey{Workspace: acme.ID()})
	for n := 1; n <= len(callers); n += 5 {
		r.Shuffle(len(callers), func(i, j int) { callers[i], callers[j] = callers[j], callers[i] })
		found, err := s.CallersMemberships(t.Context(), callers[:n])
		must(t, err)
		for _, c := range callers[:n] {
			want, wantErr := alone(t, s, c)
			state, there := found[c]
			if !there {
				if chat.CodeOf(wantErr) != chat.NotFound {
					t.Errorf("%+v is left out, alone it is %+v, %v", c, want, wantErr)
				}
				continue
			}
			got, err := state.Membership()
			if !reflect.DeepEqual(got, want) || fmt.Sprint(err) != fmt.Sprint(wantErr) {
				t.Errorf("%+v:\n%+v, %v, alone\n%+v, %v", c, got, err, want, wantErr)
			}
		}
	}
	found, err := s.Tokens(t.Context(), tokens)
	must(t, err)
	for _, k := range tokens {
		want, wantErr := s.Workspace(k.Workspace).Token(t.Context(), k.Hash)
		got, there := found[k]
		if there != (wantErr == nil) || there && !reflect.DeepEqual(got.Token, want) {
			t.Errorf("token: %+v, %v; alone %+v, %v", got.Token, there, want, wantErr)
		}
		session, err := s.Workspace(k.Workspace).Session(t.Context(), want.ID)
		if (got.Session != nil) != (err == nil) || err == nil && (got.Session.CookieHash != session.CookieHash || got.Session.UsedMS != session.UsedMS || got.Session.ExpiresMS != session.ExpiresMS) {
			t.Errorf("session: %+v; alone %+v, %v", got.Session, session, err)
		}
	}
	if len(found) != 15 {
		t.Errorf("%d tokens were found, want 15", len(found))
	}
	testTokensByID(t, s, callers, found)
}

// keepToken keeps a token, of a session as whoever signs in gets it.
func keepToken(t *testing.T, team *testenv.Team, n store.NewToken) (id string) {
	t.Helper()
	var err error
	if n.Session == nil {
		id, err = team.CreateToken(t.Context(), n)
		must(t, err)
		return id
	}
	must(t, team.SetPasswordHash(t.Context(), n.User, "hash"))
	id, err = team.SignIn(t.Context(), store.SignIn{Token: n, PasswordHash: "hash", Factor: store.Factor{Step: 2}})
	must(t, err)
	return id
}

// testTokensByID: each is as by its hash, in its own workspace only.
func testTokensByID(t *testing.T, s *store.Store, callers []store.CallerKey, byHash map[store.TokenKey]store.FoundToken) {
	t.Helper()
	var ids []store.TokenID
	for _, c := range callers {
		ids = append(ids, store.TokenID{Workspace: c.Workspace, ID: c.TokenID})
	}
	found, err := s.TokensByID(t.Context(), ids)
	must(t, err)
	want := map[store.TokenID]store.FoundToken{}
	for k, token := range byHash {
		want[store.TokenID{Workspace: k.Workspace, ID: token.ID}] = token
	}
	if !reflect.DeepEqual(found, want) {
		t.Errorf("by id %+v, by hash %+v", found, want)
	}
}

// testLookupsOfSecondFactors: where a workspace asks for one, those of its people who
// have none are told apart, and those who only began with one.
func testLookupsOfSecondFactors(t *testing.T, open opener) {
	s := open(t)
	asks, doesnt := testenv.NewTeam(t, s, 4), testenv.NewTeam(t, s, 1)
	_, err := asks.SetSettings(t.Context(), store.Actor{User: asks.Users[0].ID}, func(s *chat.Settings) error { s.RequireTOTP = true; return nil })
	must(t, err)
	must(t, asks.BeginSecondFactor(t.Context(), asks.Users[1].ID, "begun"))
	must(t, asks.BeginSecondFactor(t.Context(), asks.Users[2].ID, "confirmed"))
	must(t, asks.ConfirmSecondFactor(t.Context(), asks.Users[2].ID, "confirmed", 1, nil))
	want := map[store.TokenID]bool{}
	var ids []store.TokenID
	add := func(team *testenv.Team, n int, session, must bool) {
		t.Helper()
		hash := sha256.Sum256([]byte(fmt.Sprint(team.ID(), n)))
		token := store.NewToken{Hash: hash, Type: chat.UserToken, User: team.Users[n].ID}
		if session {
			token.Type, token.Session = chat.SessionToken, &store.NewSession{CookieHash: hash, ExpiresMS: 1e15}
		}
		ids = append(ids, store.TokenID{Workspace: team.ID(), ID: keepToken(t, team, token)})
		want[ids[len(ids)-1]] = must
	}
	add(asks, 0, true, true)
	add(asks, 1, true, true)
	add(asks, 2, true, false)
	add(asks, 3, false, false) // an app's: nobody signs in with it
	add(doesnt, 0, true, false)
	found, err := s.TokensByID(t.Context(), ids)
	must(t, err)
	for id, must := range want {
		if found[id].MustSetUp != must {
			t.Errorf("%+v", found[id])
		}
	}
}

// alone asks for one caller, piece by piece.
func alone(t *testing.T, s *store.Store, c store.CallerKey) (chat.MembershipSnapshot, error) {
	t.Helper()
	w := s.Workspace(c.Workspace)
	snapshot, err := w.Memberships(t.Context(), c.User)
	if err != nil {
		return snapshot, err
	}
	u, err := w.User(t.Context(), c.User)
	must(t, err)
	if u.Deleted {
		return snapshot, chat.NewError(chat.Inactive, "user")
	}
	if token, err := w.TokenByID(t.Context(), c.TokenID); err != nil || token.Revoked {
		return snapshot, chat.NewError(chat.Unauthenticated, "revoked")
	}
	return snapshot, nil
}

// testLookupsOfManyWorkspaces: as many at once as may be asked for, each of a workspace of
// its own, and two that are there.
func testLookupsOfManyWorkspaces(t *testing.T, open opener) {
	s := open(t)
	acme, other := testenv.NewTeam(t, s, 1), testenv.NewTeam(t, s, 1)
	var callers []store.CallerKey
	var tokens []store.TokenKey
	for _, team := range []*testenv.Team{acme, other} {
		hash := sha256.Sum256([]byte(team.ID()))
		id := keepToken(t, team, store.NewToken{Hash: hash, Type: chat.UserToken, User: team.Users[0].ID})
		callers = append(callers, store.CallerKey{Workspace: team.ID(), User: team.Users[0].ID, TokenID: id})
		tokens = append(tokens, store.TokenKey{Workspace: team.ID(), Hash: hash})
	}
	for n := len(callers); n < store.MaxLookups; n++ {
		w := chat.WorkspaceID(fmt.Sprint("TNONE", n))
		callers = append(callers, store.CallerKey{Workspace: w, User: acme.Users[0].ID, TokenID: callers[0].TokenID})
		tokens = append(tokens, store.TokenKey{Workspace: w, Hash: tokens[0].Hash})
	}
	states, err := s.CallersMemberships(t.Context(), callers)
	must(t, err)
	found, err := s.Tokens(t.Context(), tokens)
	must(t, err)
	if len(states) != 2 || len(found) != 2 {
		t.Errorf("%d callers and %d tokens", len(states), len(found))
	}
}
