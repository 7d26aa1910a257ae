package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/store"
)

// Service authenticates tokens and tickets. It implements chat.Authenticator.
type Service struct {
	store   *store.Store
	key     []byte
	cache   *cache
	used    *usedTickets
	metrics *metrics
}

// New makes a service over a store; the key that signs tickets is the store's,
// so that any node can redeem what another one issued.
func New(ctx context.Context, s *store.Store, reg prometheus.Registerer) (*Service, error) {
	key, err := s.Secret(ctx, "ticket")
	if err != nil {
		return nil, fmt.Errorf("the secret that signs tickets: %w", err)
	}
	return &Service{
		store:   s,
		key:     key,
		cache:   newCache(cacheEntries),
		used:    newUsedTickets(maxUsedTickets),
		metrics: newMetrics(reg),
	}, nil
}

// Authenticate finds whose token this is: Unauthenticated for one that is
// unknown or revoked, Inactive for that of a deactivated user. Other errors
// are the store's and are not remembered.
func (s *Service) Authenticate(ctx context.Context, token string) (chat.Caller, error) {
	w, ok := workspaceOf(token)
	if !ok {
		s.metrics.malformed.Inc()
		return chat.Caller{}, errUnknown
	}
	hash := tokenHash(HashToken(token))
	cached, generation, ok := s.cache.get(hash, time.Now())
	if ok {
		s.metrics.hits.Inc()
		return cached.caller, cached.err
	}
	s.metrics.misses.Inc()
	caller, err := s.look(ctx, w, hash)
	if !final(err) {
		return chat.Caller{}, err
	}
	life := knownFor
	if err != nil {
		life = unknownFor
	}
	s.cache.put(hash, answer{caller, err, time.Now().Add(life)}, generation)
	return caller, err
}

var (
	errUnknown  = chat.NewError(chat.Unauthenticated, "token")
	errInactive = chat.NewError(chat.Inactive, "user")
)

// final tells whether err is an answer, not a failure to find one.
func final(err error) bool {
	return err == nil || err == errUnknown || err == errInactive
}

// look asks the store.
func (s *Service) look(ctx context.Context, w chat.WorkspaceID, hash tokenHash) (chat.Caller, error) {
	bound := s.store.Workspace(w)
	t, err := bound.Token(ctx, store.TokenHash(hash))
	if chat.CodeOf(err) == chat.NotFound || err == nil && t.Revoked {
		return chat.Caller{}, errUnknown
	}
	if err != nil {
		return chat.Caller{}, fmt.Errorf("look up a token: %w", err)
	}
	u, err := s.activeUser(ctx, w, t.User)
	if err != nil {
		return chat.Caller{}, err
	}
	return chat.Caller{
		Workspace: w,
		User:      t.User,
		Bot:       t.Bot,
		App:       t.App,
		Role:      u.Role,
		Scopes:    expand(t.Type, t.Scopes),
		TokenType: t.Type,
		TokenID:   t.ID,
	}, nil
}

func (s *Service) activeUser(ctx context.Context, w chat.WorkspaceID, id chat.UserID) (chat.User, error) {
	u, err := s.store.Workspace(w).User(ctx, id)
	switch {
	case chat.CodeOf(err) == chat.NotFound:
		return chat.User{}, errUnknown
	case err != nil:
		return chat.User{}, fmt.Errorf("look up a token's user: %w", err)
	case u.Deleted:
		return chat.User{}, errInactive
	}
	return u, nil
}

// Forget drops what is cached of a user, whose role, tokens or state changed.
func (s *Service) Forget(w chat.WorkspaceID, u chat.UserID) { s.cache.forget(person{w, u}) }

// Follow looks for changes of users in events that were committed, and forgets
// those users. It does not block.
func (s *Service) Follow(events []chat.Event) {
	for _, e := range events {
		if e.Stream.ID.Kind() != chat.WorkspaceStream || !strings.HasPrefix(e.Type, "user_") {
			continue
		}
		var body struct {
			User struct {
				ID chat.UserID `json:"id"`
			} `json:"user"`
		}
		if json.Unmarshal(e.Payload, &body) == nil && body.User.ID != "" {
			s.Forget(e.Stream.Workspace, body.User.ID)
		}
	}
}
