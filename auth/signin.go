package auth

import (
	"context"
	"fmt"
	"strings"
	"time"

	"taut/chat"
	"taut/store"
)

// Credentials are what a person types to sign in.
type Credentials struct {
	Domain   string // of the workspace
	Email    string
	Password string
	Code     string // of the second factor, or a recovery code; "" where not asked yet
}

// What a sign-in can fail with. Whether there is such a workspace or account,
// errCredentials doesn't tell.
var (
	errCredentials = chat.NewError(chat.Forbidden, "credentials")
	errNeedsFactor = chat.NewError(chat.Forbidden, "second_factor_required")
	errFactor      = chat.NewError(chat.Forbidden, "second_factor")
)

// nobodysHash is compared with where there is no account, so that it takes the
// same time as where there is one.
var nobodysHash = mustHash(chat.NewSecret(20))

func mustHash(password string) string {
	hash, err := HashPassword(password)
	if err != nil {
		panic(err) // a random text of 20 letters is a password
	}
	return hash
}

// SignIn begins a session. Forbidden "credentials", "second_factor_required" or
// "second_factor"; Limited "guesses" after too many wrong ones.
func (s *Service) SignIn(ctx context.Context, c Credentials, b Browser) (SignedIn, error) {
	account := strings.ToLower(c.Domain + " " + strings.TrimSpace(c.Email))
	if len(account) > maxAccount {
		return SignedIn{}, errCredentials
	}
	right, err := s.guesses.signIn(account, b.Address, time.Now())
	if err != nil {
		s.metrics.signInFailed.Inc()
		return SignedIn{}, err
	}
	in, err := s.signIn(ctx, c, b)
	switch {
	case err == nil:
		right()
		s.metrics.signedIn.Inc()
	case err == errNeedsFactor || chat.CodeOf(err) != chat.Forbidden:
		right() // no guess, or no answer to one
	default:
		s.metrics.signInFailed.Inc()
	}
	return in, err
}

// maxAccount bounds the name of a bucket.
const maxAccount = 400

func (s *Service) signIn(ctx context.Context, c Credentials, b Browser) (SignedIn, error) {
	w, u, hash, err := s.account(ctx, c)
	if err != nil {
		return SignedIn{}, err
	}
	right, err := s.checkPassword(ctx, w.ID, hash, c.Password)
	if err != nil {
		return SignedIn{}, err
	}
	if !right || u.ID == "" {
		return SignedIn{}, errCredentials
	}
	f, err := s.tryFactor(ctx, w.ID, u.ID, c.Code)
	if err != nil {
		return SignedIn{}, err
	}
	token, cookie, row, err := newSession(w.ID, u.ID, b)
	if err != nil {
		return SignedIn{}, err
	}
	id, err := s.store.Workspace(w.ID).SignIn(ctx, store.SignIn{
		Token: row, PasswordHash: hash, Factor: f, Replaces: s.replaced(ctx, w.ID, u.ID, b.Cookie),
	})
	switch {
	case err == nil:
		return SignedIn{Workspace: w, User: u, TokenID: id, Token: token, Cookie: cookie}, nil
	case chat.CodeOf(err) == chat.Forbidden && f == (store.Factor{}):
		return SignedIn{}, errCredentials
	case chat.CodeOf(err) == chat.Forbidden:
		return SignedIn{}, errFactor
	case chat.CodeOf(err) == chat.Inactive:
		return SignedIn{}, errCredentials
	}
	return SignedIn{}, fmt.Errorf("sign in: %w", err)
}

// account finds whom the credentials name. Where there is nobody who could sign
// in, the user is none and the hash nobody's.
func (s *Service) account(ctx context.Context, c Credentials) (w chat.Workspace, u chat.User, hash string, err error) {
	w, err = s.store.WorkspaceByDomain(ctx, strings.ToLower(c.Domain))
	if chat.CodeOf(err) == chat.NotFound {
		return w, u, nobodysHash, nil
	}
	if err != nil {
		return w, u, "", fmt.Errorf("find the workspace: %w", err)
	}
	bound := s.store.Workspace(w.ID)
	u, err = bound.UserByEmail(ctx, c.Email)
	if chat.CodeOf(err) == chat.NotFound || err == nil && (u.Deleted || u.Bot != "") {
		return w, chat.User{}, nobodysHash, nil
	}
	if err != nil {
		return w, u, "", fmt.Errorf("find the account: %w", err)
	}
	hash, err = bound.PasswordHash(ctx, u.ID)
	if hash == "" {
		return w, chat.User{}, nobodysHash, err
	}
	return w, u, hash, err
}

// replaced is the session of this user's that the browser has now; "" where it
// has none.
func (s *Service) replaced(ctx context.Context, w chat.WorkspaceID, u chat.UserID, cookie string) string {
	secret := cookieSecret(cookie, w)
	if secret == "" {
		return ""
	}
	session, err := s.store.Workspace(w).SessionByCookie(ctx, store.TokenHash(hashSecret(secret)))
	if err != nil || session.User != u {
		return ""
	}
	return session.TokenID
}

// tryFactor looks at what a user gave as their second factor. Forbidden
// "second_factor_required" where they have one and gave none, "second_factor"
// where it is wrong; Limited "guesses" after too many wrong ones. Whether it was
// used before the store finds when it is used.
func (s *Service) tryFactor(ctx context.Context, w chat.WorkspaceID, u chat.UserID, code string) (store.Factor, error) {
	f, err := s.store.Workspace(w).SecondFactor(ctx, u)
	switch {
	case chat.CodeOf(err) == chat.NotFound || err == nil && f.ConfirmedMS == 0:
		return store.Factor{}, nil
	case err != nil:
		return store.Factor{}, fmt.Errorf("second factor: %w", err)
	case strings.TrimSpace(code) == "":
		return store.Factor{}, errNeedsFactor
	case len(code) > maxCode:
		return store.Factor{}, errFactor
	case !s.guesses.factors.has(string(w)+string(u), time.Now()):
		return store.Factor{}, s.guesses.factors.tooMany(string(w)+string(u), time.Now())
	}
	if step := CheckTOTP(f.Secret, code, chat.Now()); step > f.LastStep {
		return store.Factor{Step: step}, nil
	}
	hash := store.TokenHash(hashRecovery(code))
	known, err := s.store.Workspace(w).HasRecovery(ctx, u, hash)
	if err != nil {
		return store.Factor{}, fmt.Errorf("recovery code: %w", err)
	}
	if !known {
		s.guesses.factors.take(string(w)+string(u), time.Now())
		return store.Factor{}, errFactor
	}
	return store.Factor{Recovery: &hash}, nil
}

// maxCode bounds what is hashed of a recovery code.
const maxCode = 64

// checkPassword hashes a password, of which only a few are hashed at a time: each
// takes 19 MiB.
func (s *Service) checkPassword(ctx context.Context, w chat.WorkspaceID, hash, password string) (bool, error) {
	if err := s.hashing.Enter(ctx, w); err != nil {
		return false, err
	}
	defer s.hashing.Leave(w)
	s.metrics.hashed.Inc()
	if len(password) > maxPassword {
		password = "" // is hashed too, and is nobody's
	}
	return CheckPassword(hash, password), nil
}
