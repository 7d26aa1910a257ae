package auth

import (
	"context"
	"fmt"

	"taut/chat"
	"taut/internal/gather"
	"taut/store"
)

// lookups ask the store for many tokens at once: when a gateway dies, its clients all
// come back, with tokens or with tickets, and no cache knows their tokens any more.
type lookups struct {
	tokens *gather.Gatherer[store.TokenKey, store.FoundToken]
	byID   *gather.Gatherer[store.TokenID, store.FoundToken]
}

func newLookups(s *store.Store) *lookups {
	limits := gather.Limits{Batch: store.MaxLookups}
	return &lookups{
		tokens: gather.New(limits, func(k store.TokenKey) chat.WorkspaceID { return k.Workspace }, s.Tokens),
		byID:   gather.New(limits, func(k store.TokenID) chat.WorkspaceID { return k.Workspace }, s.TokensByID),
	}
}

// look asks the store for a token.
func (s *Service) look(ctx context.Context, w chat.WorkspaceID, hash tokenHash, address string) (answer, error) {
	t, found, err := s.lookups.tokens.Get(ctx, store.TokenKey{Workspace: w, Hash: store.TokenHash(hash)})
	switch {
	case err != nil:
		return answer{}, fmt.Errorf("look up a token: %w", err)
	case !found:
		return answer{}, errUnknown
	}
	return s.lookFor(w, t, address)
}

// lookByID is look for a token that is known by its id; errRevoked where there is none.
func (s *Service) lookByID(ctx context.Context, w chat.WorkspaceID, id string) (answer, error) {
	t, found, err := s.lookups.byID.Get(ctx, store.TokenID{Workspace: w, ID: id})
	switch {
	case err != nil:
		return answer{}, fmt.Errorf("look up a token by its id: %w", err)
	case !found:
		return answer{}, errRevoked
	}
	return s.lookFor(w, t, "")
}
