package auth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/internal/fair"
	"taut/store"
)

// Service authenticates tokens and tickets. It implements chat.Authenticator.
type Service struct {
	store   *store.Store
	key     []byte
	cache   *cache
	used    *usedTickets
	guesses *guesses
	lookups *lookups
	uses    *uses
	hashing *fair.Gate // of passwords, in turns between the workspaces
	metrics *metrics
}

// maxWaitingPasswords is how many of one workspace wait to be hashed.
const maxWaitingPasswords = 256

// New makes a service over a store; the key that signs tickets is the store's,
// so that any node can redeem what another one issued.
func New(ctx context.Context, s *store.Store, reg prometheus.Registerer) (*Service, error) {
	key, err := s.Secret(ctx, "ticket")
	if err != nil {
		return nil, fmt.Errorf("the secret that signs tickets: %w", err)
	}
	m := newMetrics(reg)
	hashed := max(1, runtime.GOMAXPROCS(0)/2)
	return &Service{
		store:   s,
		key:     key,
		cache:   newCache(cacheEntries),
		used:    newUsedTickets(maxUsedTickets),
		guesses: newGuesses(),
		lookups: newLookups(s),
		uses:    newUses(s.TouchSessions, m.usesLost),
		hashing: fair.New("passwords", fair.Limits{All: hashed, Each: max(1, hashed/2), Waiting: maxWaitingPasswords}, reg),
		metrics: m,
	}, nil
}

// Close ends what the service writes down and waits for it. It goes on authenticating.
func (s *Service) Close() { s.uses.close() }

// Authenticate is AuthenticateFrom for a token that needs no cookie, from nowhere.
func (s *Service) Authenticate(ctx context.Context, token string) (chat.Caller, error) {
	return s.AuthenticateFrom(ctx, chat.Presented{Token: token})
}

// AuthenticateFrom finds whose token this is: Unauthenticated for one that is
// unknown, "revoked" or "expired", or that of a session without its cookie;
// Inactive for that of a deactivated user; Limited where too many bad ones came
// from the address. Other errors are the store's and are not remembered.
func (s *Service) AuthenticateFrom(ctx context.Context, p chat.Presented) (chat.Caller, error) {
	w, ok := workspaceOf(p.Token)
	if !ok {
		s.metrics.malformed.Inc()
		return chat.Caller{}, s.guessed(p.Address)
	}
	a, err := s.answer(ctx, w, p)
	if err != nil {
		return chat.Caller{}, err
	}
	if a.err == nil && a.session && !sameHash(a.cookie, hashSecret(cookieSecret(p.Cookie, w))) {
		return chat.Caller{}, s.guessed(p.Address)
	}
	if a.err == errUnknown {
		return chat.Caller{}, s.guessed(p.Address)
	}
	return a.caller, a.err
}

// Afresh is AuthenticateFrom by what the store says now, for what is worth a query.
func (s *Service) Afresh(ctx context.Context, p chat.Presented) (chat.Caller, error) {
	if len(p.Token) <= maxTokenLength {
		if a, _, ok := s.cache.get(tokenHash(HashToken(p.Token)), time.Now()); ok {
			s.Forget(a.of.workspace, a.of.user)
		}
	}
	return s.AuthenticateFrom(ctx, p)
}

// Known is whose token this is where that is remembered and the token is good. Where
// it is not, nothing is looked up or counted: AuthenticateFrom tells why. So who asks
// for too much is known before anything is done for the request.
func (s *Service) Known(p chat.Presented) (chat.Caller, bool) {
	if len(p.Token) > maxTokenLength {
		return chat.Caller{}, false
	}
	a, _, ok := s.cache.get(tokenHash(HashToken(p.Token)), time.Now())
	if !ok || a.err != nil {
		return chat.Caller{}, false
	}
	if a.session && !sameHash(a.cookie, hashSecret(cookieSecret(p.Cookie, a.caller.Workspace))) {
		return chat.Caller{}, false
	}
	s.metrics.hits.Inc()
	return a.caller, true
}

// answer is what is known of a token, from the cache or the store.
func (s *Service) answer(ctx context.Context, w chat.WorkspaceID, p chat.Presented) (answer, error) {
	hash := tokenHash(HashToken(p.Token))
	cached, generation, ok := s.cache.get(hash, time.Now())
	if ok {
		s.metrics.hits.Inc()
		return cached, nil
	}
	if p.Address != "" && !s.guesses.tokens.has(network(p.Address), time.Now()) {
		return answer{}, errGuesses
	}
	s.metrics.misses.Inc()
	found, err := s.look(ctx, w, hash, p.Address)
	if !final(err) {
		return answer{}, err
	}
	found.err, found.expires = err, time.Now().Add(knownFor)
	if err != nil {
		found.expires = time.Now().Add(unknownFor)
	}
	s.cache.put(hash, found, generation)
	return found, nil
}

// guessed counts a bad token against its address.
func (s *Service) guessed(address string) error {
	if address != "" && !s.guesses.tokens.take(network(address), time.Now()) {
		return errGuesses
	}
	return errUnknown
}

func sameHash(a, b tokenHash) bool { return subtle.ConstantTimeCompare(a[:], b[:]) == 1 }

var (
	errUnknown  = chat.NewError(chat.Unauthenticated, "token")
	errRevoked  = chat.NewError(chat.Unauthenticated, "revoked")
	errExpired  = chat.NewError(chat.Unauthenticated, "expired")
	errInactive = chat.NewError(chat.Inactive, "user")
	errGuesses  = chat.NewError(chat.Limited, "guesses")
)

// final tells whether err is an answer, not a failure to find one.
func final(err error) bool {
	return err == nil || err == errUnknown || err == errRevoked || err == errExpired || err == errInactive
}

// lookFor makes the answer of a token's row.
func (s *Service) lookFor(w chat.WorkspaceID, t store.FoundToken, address string) (a answer, err error) {
	a.of = person{w, t.User}
	switch {
	case t.Deleted:
		return a, errInactive
	case t.Revoked:
		return a, errRevoked
	}
	a.caller = chat.Caller{
		Workspace: w,
		User:      t.User,
		Bot:       t.Bot,
		App:       t.App,
		Role:      t.Role,
		Scopes:    expand(t.Type, t.Scopes),
		TokenType: t.Type,
		TokenID:   t.ID,
	}
	if t.Type == chat.SessionToken {
		err = s.lookSession(&a, address, t)
	}
	return a, err
}

// Forget drops what is cached of a user, whose role, tokens or state changed.
func (s *Service) Forget(w chat.WorkspaceID, u chat.UserID) { s.cache.forget(person{w, u}) }

// Follow looks for changes of users, of their tokens and of the workspace's
// settings in events that were committed, and forgets whom they are about. It
// does not block.
func (s *Service) Follow(events []chat.Event) {
	for _, e := range events {
		switch {
		case !Concerns(&e):
		case e.Stream.ID.Kind() == chat.UserStream:
			s.Forget(e.Stream.Workspace, chat.UserID(e.Stream.ID))
		case e.Type == "team_pref_change":
			s.cache.forgetAll(e.Stream.Workspace)
		default:
			s.followUser(e)
		}
	}
}

// Concerns tells whether Follow does something about an event: in a cluster, the other
// nodes that know callers are to hear of it.
func Concerns(e *chat.Event) bool {
	switch e.Stream.ID.Kind() {
	case chat.UserStream:
		return e.Type == chat.TypeTokenRevoked || e.Type == chat.TypeSecondFactor
	case chat.WorkspaceStream:
		return e.Type == "team_pref_change" || strings.HasPrefix(e.Type, "user_")
	}
	return false
}

func (s *Service) followUser(e chat.Event) {
	var body struct {
		User struct {
			ID chat.UserID `json:"id"`
		} `json:"user"`
	}
	if json.Unmarshal(e.Payload, &body) == nil && body.User.ID != "" {
		s.Forget(e.Stream.Workspace, body.User.ID)
	}
}
