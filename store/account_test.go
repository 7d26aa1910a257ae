package store

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"
	"time"

	"taut/chat"
)

func secretHash(text string) TokenHash { return sha256.Sum256([]byte(text)) }

// signIn is a session of the user's with this name.
func (tm *team) signIn(u chat.UserID, name string) SignIn {
	return SignIn{PasswordHash: "hash", Token: NewToken{
		Hash: secretHash(name), Type: chat.SessionToken, User: u, Scopes: []string{"*"},
		Session: &NewSession{CookieHash: secretHash("cookie " + name), Label: name, Address: "192.0.2.1", ExpiresMS: chat.Now().Add(time.Hour).UnixMilli()},
	}}
}

func (tm *team) revoked(u chat.UserID) (ids []string) {
	for _, e := range tm.events(tm.id.User(u)) {
		if e.Type == chat.TypeTokenRevoked {
			ids = append(ids, string(e.Payload))
		}
	}
	return ids
}

func TestSignIn(t *testing.T) {
	s := openStore(t)
	tm, other := newTeam(t, s, "acme"), newTeam(t, s, "other")
	u := tm.user("ada")
	tm.must(tm.SetPasswordHash(t.Context(), u.ID, "hash"))
	first, err := tm.SignIn(t.Context(), tm.signIn(u.ID, "first"))
	tm.must(err)
	got, err := tm.Session(t.Context(), first)
	tm.must(err)
	if got.User != u.ID || got.Label != "first" || got.CookieHash != secretHash("cookie first") || got.UsedMS == 0 {
		t.Errorf("the session is %+v", got)
	}
	wrong := tm.signIn(u.ID, "wrong")
	wrong.PasswordHash = "another"
	_, err = tm.SignIn(t.Context(), wrong)
	tm.want(err, chat.Forbidden, "password")
	_, err = other.SignIn(t.Context(), tm.signIn(u.ID, "other"))
	tm.want(err, chat.NotFound, "user")
	_, err = other.Session(t.Context(), first)
	tm.want(err, chat.NotFound, "session")
	_, err = other.SessionByCookie(t.Context(), secretHash("cookie first"))
	tm.want(err, chat.NotFound, "session")
	_, err = other.Revoke(t.Context(), Revocation{User: u.ID})
	tm.want(err, chat.NotFound, "user")

	next := tm.signIn(u.ID, "next")
	next.Replaces = first
	_, err = tm.SignIn(t.Context(), next)
	tm.must(err)
	_, err = tm.Session(t.Context(), first)
	tm.want(err, chat.NotFound, "session")
	for i := range maxSessions + 3 {
		_, err := tm.SignIn(t.Context(), tm.signIn(u.ID, fmt.Sprint("s", i)))
		tm.must(err)
	}
	all, err := tm.Sessions(t.Context(), u.ID)
	tm.must(err)
	if len(all) != maxSessions || len(tm.revoked(u.ID)) != 5 {
		t.Errorf("%d sessions, %d ended", len(all), len(tm.revoked(u.ID)))
	}
	tm.must(tm.SetPassword(t.Context(), NewPassword{User: u.ID, Hash: "new", Old: "hash", Keep: all[7].TokenID}))
	all, err = tm.Sessions(t.Context(), u.ID)
	tm.must(err)
	if len(all) != 1 {
		t.Errorf("%d sessions stay", len(all))
	}
	tm.want(tm.SetPassword(t.Context(), NewPassword{User: u.ID, Hash: "x", Old: "hash"}), chat.Forbidden, "password")
}

func TestSecondFactor(t *testing.T) {
	s := openStore(t)
	tm := newTeam(t, s, "acme")
	u := tm.user("ada")
	tm.must(tm.SetPasswordHash(t.Context(), u.ID, "hash"))
	_, err := tm.SecondFactor(t.Context(), u.ID)
	tm.want(err, chat.NotFound, "second_factor")
	tm.must(tm.BeginSecondFactor(t.Context(), u.ID, "OLD"))
	tm.must(tm.BeginSecondFactor(t.Context(), u.ID, "NEW"))
	_, err = tm.SignIn(t.Context(), tm.signIn(u.ID, "before"))
	tm.must(err)
	tm.want(tm.ConfirmSecondFactor(t.Context(), u.ID, "OLD", 10, nil), chat.Forbidden, "second_factor")
	tm.must(tm.ConfirmSecondFactor(t.Context(), u.ID, "NEW", 10, []TokenHash{{1}, {2}}))
	tm.want(tm.BeginSecondFactor(t.Context(), u.ID, "X"), chat.Exists, "second_factor")
	for name, f := range map[string]Factor{"none": {}, "used": {Step: 10}, "no code": {Recovery: &TokenHash{3}}} {
		n := tm.signIn(u.ID, name)
		n.Factor = f
		_, err := tm.SignIn(t.Context(), n)
		tm.want(err, chat.Forbidden, "second_factor")
	}
	for _, f := range []Factor{{Step: 11}, {Recovery: &TokenHash{2}}} {
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() {
				n := tm.signIn(u.ID, fmt.Sprint("race", f.Step, i))
				n.Factor = f
				_, errs[i] = tm.SignIn(t.Context(), n)
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			tm.want(err, chat.Forbidden, "second_factor")
		}
		if won != 1 {
			t.Errorf("%+v let %d in", f, won)
		}
	}
	if f, err := tm.SecondFactor(t.Context(), u.ID); err != nil || f.Recovery != 1 || f.LastStep != 11 {
		t.Errorf("the factor is %+v, %v", f, err)
	}
	tm.must(tm.DropSecondFactor(t.Context(), u.ID, Factor{Step: 12}, nil))
	_, err = tm.SignIn(t.Context(), tm.signIn(u.ID, "after"))
	tm.must(err)
}

func TestInvitation(t *testing.T) {
	s := openStore(t)
	tm, other := newTeam(t, s, "acme"), newTeam(t, s, "other")
	dev := tm.channel("dev")
	by := Actor{User: tm.owner.ID}
	c, err := tm.CreateEntryCode(t.Context(), by, secretHash("code"), EntryCode{
		Kind: Invitation, Role: chat.Guest, Uses: 2, ExpiresMS: chat.Now().Add(time.Hour).UnixMilli(), Channels: []chat.ChannelID{dev.ID},
	})
	tm.must(err)
	accept := func(w *Workspace, code, name string) (chat.User, error) {
		u, _, err := w.AcceptInvitation(t.Context(), Accept{
			Code: secretHash(code), User: NewUser{Name: name, Email: name + "@example.org", PasswordHash: "hash"},
			Token: func(u chat.User) (NewToken, error) { return tm.signIn(u.ID, name).Token, nil },
		})
		return u, err
	}
	_, err = accept(other.Workspace, "code", "x")
	tm.want(err, chat.NotFound, "code")
	_, err = accept(tm.Workspace, "code", "owner")
	tm.want(err, chat.Exists, "name")
	u, err := accept(tm.Workspace, "code", "gus")
	tm.must(err)
	m, err := tm.Memberships(t.Context(), u.ID)
	tm.must(err)
	if u.Role != chat.Guest || len(m.Channels) != 1 || m.Channels[0].Channel != dev.ID {
		t.Errorf("%+v is in %+v", u, m.Channels)
	}
	if all, err := tm.Invitations(t.Context(), 0); err != nil || len(all) != 1 || all[0].Uses != 1 || all[0].ID != c.ID {
		t.Errorf("what is open: %+v, %v", all, err)
	}
	_, err = accept(tm.Workspace, "code", "gina")
	tm.must(err)
	_, err = accept(tm.Workspace, "code", "greg")
	tm.want(err, chat.NotFound, "code")
	tm.want(other.RevokeInvitation(t.Context(), by, c.ID), chat.NotFound, "code")
	tm.check()
}

func TestSetupCodes(t *testing.T) {
	s := openStore(t)
	put := func(code string, printed bool) {
		if err := s.PutSetupCode(t.Context(), secretHash(code), printed, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	put("one", true)
	put("other", false)
	put("two", true)
	for code, good := range map[string]bool{"one": false, "two": true, "other": true, "none": false} {
		if err := s.SetupCode(t.Context(), secretHash(code)); (err == nil) != good {
			t.Errorf("code %s: %v", code, err)
		}
	}
	var wg sync.WaitGroup
	errs := make([]error, 4)
	hash := secretHash("two")
	for i := range errs {
		wg.Go(func() {
			_, _, errs[i] = s.CreateWorkspace(t.Context(), NewWorkspace{Domain: fmt.Sprint("d", i), Name: "x", Owner: NewUser{Name: "o"}, Setup: &hash})
		})
	}
	wg.Wait()
	made := 0
	for _, err := range errs {
		switch {
		case err == nil:
			made++
		case chat.CodeOf(err) != chat.NotFound:
			t.Error(err)
		}
	}
	if all, err := s.Workspaces(t.Context()); made != 1 || err != nil || len(all) != 1 {
		t.Errorf("%d made, there are %v, %v", made, all, err)
	}
}

func TestChangeUser(t *testing.T) {
	s := openStore(t)
	tm := newTeam(t, s, "acme")
	admin := tm.user("admin")
	guest, err := tm.CreateUser(t.Context(), NewUser{Name: "gus", Role: chat.Guest})
	tm.must(err)
	promote := UserChange{By: Actor{User: admin.ID}, Action: "x", User: guest.ID, Update: func(actor, u *chat.User) error {
		if actor == nil || actor.ID != admin.ID {
			return chat.NewError(chat.Forbidden, "test")
		}
		u.Role = chat.Member
		return nil
	}}
	_, err = tm.ChangeUser(t.Context(), promote)
	tm.must(err)
	m, err := tm.Memberships(t.Context(), guest.ID)
	tm.must(err)
	if len(m.Channels) != 1 {
		t.Errorf("who is no guest any more is in %+v", m.Channels)
	}
	_, err = tm.UpdateUser(t.Context(), admin.ID, func(u *chat.User) error { u.Deleted = true; return nil })
	tm.must(err)
	_, err = tm.ChangeUser(t.Context(), promote)
	tm.want(err, chat.Forbidden, "actor")
	tm.want(tm.TransferOwnership(t.Context(), Actor{User: guest.ID}, guest.ID), chat.Forbidden, "actor")
	tm.must(tm.TransferOwnership(t.Context(), Actor{User: tm.owner.ID}, guest.ID))
	if u, err := tm.User(t.Context(), tm.owner.ID); err != nil || u.Role != chat.Owner {
		t.Errorf("the owner of before is %s, %v", u.Role, err)
	}
	tm.check()
}
