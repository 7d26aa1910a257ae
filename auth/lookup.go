package auth

import (
	"context"
	"fmt"

	"taut/chat"
	"taut/internal/gather"
	"taut/store"
)

// lookups ask the store for many tokens at once: when a gateway dies, its clients all
// come back, and no cache knows their tokens any more.
type lookups struct {
	tokens   *gather.Gatherer[store.TokenKey, store.FoundToken]
	settings *gather.Gatherer[chat.WorkspaceID, chat.Settings]
}

func newLookups(s *store.Store) *lookups {
	return &lookups{
		tokens: gather.New(gather.Limits{Batch: store.MaxLookups}, func(k store.TokenKey) chat.WorkspaceID { return k.Workspace }, s.Tokens),
		// One query for each workspace, however many ask.
		settings: gather.New(gather.Limits{Batch: 16}, func(w chat.WorkspaceID) chat.WorkspaceID { return w },
			func(ctx context.Context, workspaces []chat.WorkspaceID) (map[chat.WorkspaceID]chat.Settings, error) {
				all := make(map[chat.WorkspaceID]chat.Settings, len(workspaces))
				for _, w := range workspaces {
					one, err := s.Workspace(w).Settings(ctx)
					if err != nil {
						return nil, err
					}
					all[w] = one
				}
				return all, nil
			}),
	}
}

// session is that of a token, NotFound where it has none, or it ended.
type session func(ctx context.Context) (store.Session, error)

// look asks the store for a token.
func (s *Service) look(ctx context.Context, w chat.WorkspaceID, hash tokenHash, address string) (answer, error) {
	t, found, err := s.lookups.tokens.Get(ctx, store.TokenKey{Workspace: w, Hash: store.TokenHash(hash)})
	switch {
	case err != nil:
		return answer{}, fmt.Errorf("look up a token: %w", err)
	case !found:
		return answer{}, errUnknown
	}
	return s.lookFor(ctx, w, t.Token, address, func(context.Context) (store.Session, error) {
		if t.Session == nil {
			return store.Session{}, chat.NewError(chat.NotFound, "session")
		}
		return *t.Session, nil
	})
}

// sessionOf asks the store for a token's session.
func (s *Service) sessionOf(w chat.WorkspaceID, tokenID string) session {
	return func(ctx context.Context) (store.Session, error) { return s.store.Workspace(w).Session(ctx, tokenID) }
}
