package auth

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"taut/chat"
	"taut/store"
)

const (
	sessionLife  = 365 * 24 * time.Hour
	sessionIdle  = 60 * 24 * time.Hour // without use a session ends sooner
	sessionTouch = 15 * time.Minute    // how exactly it is known when one was used
)

// lookSession adds to the answer of a session's token what the token is worth:
// nothing where the session is too old, and the setting up of a second factor
// alone where the workspace asks for one that the user hasn't.
func (s *Service) lookSession(a *answer, address string, t store.FoundToken) error {
	session, now := t.Session, chat.Now().UnixMilli()
	switch {
	case session == nil:
		return errRevoked
	case now >= session.ExpiresMS || now-session.UsedMS > sessionIdle.Milliseconds():
		return errExpired
	}
	a.session, a.cookie = true, session.CookieHash
	if now-session.UsedMS > sessionTouch.Milliseconds() {
		s.uses.note(store.SessionUse{Workspace: a.caller.Workspace, TokenID: session.TokenID, Address: orElse(address, session.Address)})
	}
	if t.MustSetUp {
		a.caller.Scopes = []string{chat.SetupScope}
	}
	return nil
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// AuthenticateCookie finds who a browser is by its cookie alone. It is for GETs
// of files and pictures, and for nothing that changes or tells something else:
// other sites' pages can make a browser send its cookie. Errors are those of
// AuthenticateFrom.
func (s *Service) AuthenticateCookie(ctx context.Context, w chat.WorkspaceID, cookie string) (chat.Caller, error) {
	secret := cookieSecret(cookie, w)
	if secret == "" {
		return chat.Caller{}, errUnknown
	}
	key := tokenHash(sha256.Sum256([]byte("cookie " + string(w) + " " + secret)))
	cached, generation, ok := s.cache.get(key, time.Now())
	if !ok {
		found, err := s.lookCookie(ctx, w, hashSecret(secret))
		if !final(err) {
			return chat.Caller{}, err
		}
		found.err, found.expires = err, time.Now().Add(knownFor)
		if err != nil {
			found.expires = time.Now().Add(unknownFor)
		}
		s.cache.put(key, found, generation)
		cached = found
	}
	if cached.err == nil && cached.caller.MustSetUp() {
		return chat.Caller{}, errUnknown
	}
	return cached.caller, cached.err
}

func (s *Service) lookCookie(ctx context.Context, w chat.WorkspaceID, cookie tokenHash) (answer, error) {
	session, err := s.store.Workspace(w).SessionByCookie(ctx, store.TokenHash(cookie))
	if chat.CodeOf(err) == chat.NotFound {
		return answer{}, errUnknown
	}
	if err != nil {
		return answer{}, fmt.Errorf("look up a cookie: %w", err)
	}
	return s.lookByID(ctx, w, session.TokenID)
}

// Browser is where a session lives.
type Browser struct {
	Cookie  string // the value of "d" that it sent
	Address string
	Label   string // of the device
}

// SignedIn is a session that has begun. Token and Cookie are told once.
type SignedIn struct {
	Workspace chat.Workspace
	User      chat.User
	TokenID   string
	Token     string
	Cookie    string // the browser's new one
}

// newSession makes the token and the cookie of a session that begins: both are
// new each time, so that nobody can have planted them before.
func newSession(w chat.WorkspaceID, u chat.UserID, b Browser) (token, cookie string, row store.NewToken, err error) {
	token, err = NewToken(chat.SessionToken, w, u)
	if err != nil {
		return "", "", row, err
	}
	secret := chat.NewSecret(secretDigits)
	row = store.NewToken{
		Hash: HashToken(token), Type: chat.SessionToken, User: u, Scopes: []string{EveryScope},
		Session: &store.NewSession{
			CookieHash: store.TokenHash(hashSecret(secret)), Label: b.Label, Address: b.Address,
			ExpiresMS: chat.Now().Add(sessionLife).UnixMilli(),
		},
	}
	return token, withSecret(b.Cookie, w, secret), row, nil
}

// CookieWithout is the browser's cookie after it signed out of a workspace; "" is none.
func CookieWithout(cookie string, w chat.WorkspaceID) string { return withSecret(cookie, w, "") }
