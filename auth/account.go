package auth

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"taut/chat"
	"taut/store"
)

// Person is who begins an account, as they say.
type Person struct {
	Name     string // the handle; "": made from the address
	RealName string
	Email    string
	Password string
}

const (
	minPassword = 8 // characters
	maxName     = 80
	nameTries   = 8
)

// hashChosen makes the hash of a password that somebody of the workspace chose. Invalid
// "password" for one that is too short or too long, or that whoever knows the
// names that are theirs would try first.
func (s *Service) hashChosen(ctx context.Context, w chat.WorkspaceID, password string, theirs ...string) (string, error) {
	if guessable(password, theirs) {
		return "", chat.NewError(chat.Invalid, "password")
	}
	if utf8.RuneCountInString(password) < minPassword || len(password) > maxPassword {
		return "", chat.NewError(chat.Invalid, "password")
	}
	if err := s.hashing.Enter(ctx, w); err != nil {
		return "", err
	}
	defer s.hashing.Leave(w)
	s.metrics.hashed.Inc()
	return HashPassword(password)
}

// check tells what of a person can't be: Invalid "name", "real_name" or "email".
func (p *Person) check() error {
	p.Email, p.RealName = strings.TrimSpace(p.Email), strings.TrimSpace(p.RealName)
	switch {
	case !chat.ValidEmail(p.Email):
		return chat.NewError(chat.Invalid, "email")
	case p.Name != "" && !chat.ValidHandle(p.Name):
		return chat.NewError(chat.Invalid, "name")
	case utf8.RuneCountInString(p.RealName) > maxName || !chat.ValidName(p.RealName):
		return chat.NewError(chat.Invalid, "real_name")
	}
	return nil
}

func (s *Service) newUser(ctx context.Context, w chat.WorkspaceID, p Person, names ...string) (store.NewUser, error) {
	if err := p.check(); err != nil {
		return store.NewUser{}, err
	}
	hash, err := s.hashChosen(ctx, w, p.Password, append(names, p.Name, p.RealName, p.Email)...)
	n := store.NewUser{Name: orElse(p.Name, chat.HandleOf(p.Email)), RealName: p.RealName, Email: p.Email, PasswordHash: hash}
	n.RealName = orElse(n.RealName, n.Name)
	return n, err
}

// NewWorkspace is one to make.
type NewWorkspace struct {
	Domain string
	Name   string
	Owner  Person
}

// SetUp makes a workspace with its primary owner, who is signed in, in one act.
// It costs the code, unless free. NotFound "code", Exists "domain", Invalid "domain",
// "workspace_name" or what a Person has.
func (s *Service) SetUp(ctx context.Context, code string, free bool, n NewWorkspace, b Browser) (SignedIn, error) {
	hash := store.TokenHash(HashSetupCode(code))
	cost := &hash
	if free && code == "" {
		if cost = nil; !s.guesses.setups.take(network(b.Address), time.Now()) {
			return SignedIn{}, s.guesses.setups.tooMany(network(b.Address), time.Now())
		}
	} else if err := s.tryCode(b.Address, func() error { return s.store.SetupCode(ctx, hash) }); err != nil {
		return SignedIn{}, err
	}
	n.Name = strings.TrimSpace(n.Name)
	switch {
	case !chat.ValidDomain(n.Domain):
		return SignedIn{}, chat.NewError(chat.Invalid, "domain")
	case n.Name == "" || utf8.RuneCountInString(n.Name) > maxName || strings.ContainsAny(n.Name, "\r\n\x00"):
		return SignedIn{}, chat.NewError(chat.Invalid, "workspace_name")
	}
	owner, err := s.newUser(ctx, "", n.Owner, n.Domain, n.Name)
	if err != nil {
		return SignedIn{}, err
	}
	var in SignedIn
	owner.Tokens = func(u chat.User) ([]store.NewToken, error) {
		row, err := in.begin(u, b)
		return []store.NewToken{row}, err
	}
	owner.By = &store.Actor{Address: b.Address}
	in.Workspace, in.User, err = s.store.CreateWorkspace(ctx, store.NewWorkspace{Domain: n.Domain, Name: n.Name, Owner: owner, Setup: cost})
	return in, err
}

// begin makes the session's secrets, and the row to keep of them.
func (in *SignedIn) begin(u chat.User, b Browser) (row store.NewToken, err error) {
	in.Token, in.Cookie, row, err = newSession(u.Workspace, u.ID, b)
	return row, err
}

// tryCode looks for a code. What is none counts as a guess of the address.
func (s *Service) tryCode(address string, find func() error) error {
	if !s.guesses.addresses.has(network(address), time.Now()) {
		return s.guesses.addresses.tooMany(network(address), time.Now())
	}
	err := find()
	if chat.CodeOf(err) == chat.NotFound {
		s.guesses.addresses.take(network(address), time.Now())
	}
	return err
}

// EntryCode is what an invitation's or a reset's code stands for. NotFound "code".
func (s *Service) EntryCode(ctx context.Context, code string, kind store.EntryKind, address string) (w chat.Workspace, c store.EntryCode, err error) {
	err = s.tryCode(address, func() error {
		id, hash, ok := OpenEntryCode(code)
		if !ok {
			return chat.NewError(chat.NotFound, "code")
		}
		if c, err = s.store.Workspace(id).EntryCode(ctx, store.TokenHash(hash)); err != nil {
			return err
		}
		if c.Kind != kind {
			return chat.NewError(chat.NotFound, "code")
		}
		w, err = s.store.Workspace(id).Info(ctx)
		return err
	})
	return w, c, err
}

// Accept makes the account that an invitation is for, and signs it in, in one
// act. NotFound "code", Exists "name" or "email", and what a Person has.
func (s *Service) Accept(ctx context.Context, code string, p Person, b Browser) (SignedIn, error) {
	w, c, err := s.EntryCode(ctx, code, store.Invitation, b.Address)
	if err != nil {
		return SignedIn{}, err
	}
	p.Email = orElse(c.Email, p.Email)
	n, err := s.newUser(ctx, w.ID, p, w.Domain, w.Name)
	if err != nil {
		return SignedIn{}, err
	}
	_, hash, _ := OpenEntryCode(code)
	in := SignedIn{Workspace: w}
	accept := store.Accept{Code: store.TokenHash(hash), User: n, Token: func(u chat.User) (store.NewToken, error) { return in.begin(u, b) }}
	for try := range nameTries {
		in.User, in.TokenID, err = s.store.Workspace(w.ID).AcceptInvitation(ctx, accept)
		if p.Name != "" || err == nil || !isExists(err, "name") {
			break
		}
		accept.User.Name = fmt.Sprint(n.Name, try+2) // theirs was made up, so it may as well be another one
	}
	return in, err
}

func isExists(err error, what string) bool {
	return chat.CodeOf(err) == chat.Exists && err.Error() == chat.NewError(chat.Exists, what).Error()
}

// Reset sets the password of the account that the code is for, and ends its
// sessions. NotFound "code", Invalid "password".
func (s *Service) Reset(ctx context.Context, code, password, address string) (chat.Workspace, error) {
	w, c, err := s.EntryCode(ctx, code, store.PasswordReset, address)
	if err != nil {
		return w, err
	}
	hash, err := s.hashOf(ctx, w.ID, c.User, password)
	if err != nil {
		return w, err
	}
	_, key, _ := OpenEntryCode(code)
	return w, s.store.Workspace(w.ID).SetPassword(ctx, store.NewPassword{User: c.User, Hash: hash, Code: (*store.TokenHash)(&key)})
}

// VerifyPassword holds a caller's password against theirs, and gives its hash.
// Forbidden "credentials"; Limited "guesses".
func (s *Service) VerifyPassword(ctx context.Context, c chat.Caller, password, address string) (hash string, err error) {
	right, err := s.guesses.signIn(string(c.Workspace)+string(c.User), address, time.Now())
	if err != nil {
		return "", err
	}
	if hash, err = s.store.Workspace(c.Workspace).PasswordHash(ctx, c.User); err != nil {
		return "", err
	}
	is, err := s.checkPassword(ctx, c.Workspace, orElse(hash, nobodysHash), password)
	if err != nil {
		return "", err
	}
	if !is {
		return "", errCredentials
	}
	right()
	return hash, nil
}

// hashOf is the hash of the password that a user chose.
func (s *Service) hashOf(ctx context.Context, id chat.WorkspaceID, user chat.UserID, password string) (string, error) {
	bound := s.store.Workspace(id)
	w, err := bound.Info(ctx)
	if err != nil {
		return "", err
	}
	u, err := bound.User(ctx, user)
	if err != nil {
		return "", err
	}
	return s.hashChosen(ctx, id, password, w.Domain, w.Name, u.Name, u.RealName, u.Email)
}

// ChangePassword sets another password; the caller's other sessions end.
func (s *Service) ChangePassword(ctx context.Context, c chat.Caller, old, password, address string) error {
	was, err := s.VerifyPassword(ctx, c, old, address)
	if err != nil {
		return err
	}
	hash, err := s.hashOf(ctx, c.Workspace, c.User, password)
	if err != nil {
		return err
	}
	return s.store.Workspace(c.Workspace).SetPassword(ctx, store.NewPassword{User: c.User, Hash: hash, Old: was, Keep: c.TokenID})
}

// AskReset finds whose password is to be reset; no user where nobody of the
// workspace has the address, and no workspace where there is none.
// Each ask counts as a guess: mail is not to be poured over anybody.
func (s *Service) AskReset(ctx context.Context, domain, email, address string) (chat.Workspace, chat.User, error) {
	account := strings.ToLower("reset " + domain + " " + strings.TrimSpace(email))
	if len(account) > maxAccount {
		return chat.Workspace{}, chat.User{}, nil
	}
	now := time.Now()
	if !s.guesses.addresses.take(network(address), now) {
		return chat.Workspace{}, chat.User{}, s.guesses.addresses.tooMany(network(address), now)
	}
	// Who asks too often hears nothing of it, and keeps nobody elsewhere from a mail.
	if !s.guesses.resets.take(account+" "+network(address), now) || !s.guesses.mails.take(account, now) {
		return chat.Workspace{}, chat.User{}, nil
	}
	w, err := s.store.WorkspaceByDomain(ctx, strings.ToLower(domain))
	if err != nil {
		return chat.Workspace{}, chat.User{}, exceptNotFound(err)
	}
	u, err := s.store.Workspace(w.ID).UserByEmail(ctx, email)
	if err != nil || u.Deleted || u.Bot != "" {
		return w, chat.User{}, exceptNotFound(err)
	}
	return w, u, nil
}

func exceptNotFound(err error) error {
	if chat.CodeOf(err) == chat.NotFound {
		return nil
	}
	return err
}
