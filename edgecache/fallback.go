package edgecache

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/internal/fair"
	"taut/store"
)

// wholeLimits are of searches that read a whole directory from the store.
var wholeLimits = fair.Limits{All: 4, Each: 2, Waiting: 256, Wait: 5 * time.Second}

// Fallback asks the caches and, where none can answer, the store. It implements
// chat.EdgeCache.
type Fallback struct {
	caches      chat.EdgeCache
	direct      Direct
	whole       *fair.Gate
	memberships memberships
}

var _ chat.EdgeCache = (*Fallback)(nil)

// WithStore is an edge cache that asks the others first.
func WithStore(caches chat.EdgeCache, s *store.Store, reg prometheus.Registerer) *Fallback {
	return &Fallback{caches, Direct{s}, fair.New("directories", wholeLimits, reg), newMemberships(s)}
}

// UsersByID are those that exist.
func (f *Fallback) UsersByID(ctx context.Context, w chat.WorkspaceID, ids []chat.UserID) ([]chat.User, error) {
	users, err := f.caches.UsersByID(ctx, w, ids)
	if chat.CodeOf(err) != chat.Unavailable || ctx.Err() != nil {
		return users, err
	}
	return f.direct.UsersByID(ctx, w, ids)
}

// SearchUsers finds people and bots.
func (f *Fallback) SearchUsers(ctx context.Context, w chat.WorkspaceID, q chat.DirectoryQuery) (chat.FoundUsers, error) {
	return searchWith(ctx, f, w, q, f.caches.SearchUsers, f.direct.SearchUsers)
}

// SearchChannels finds public channels.
func (f *Fallback) SearchChannels(ctx context.Context, w chat.WorkspaceID, q chat.DirectoryQuery) (chat.FoundChannels, error) {
	return searchWith(ctx, f, w, q, f.caches.SearchChannels, f.direct.SearchChannels)
}

func searchWith[F any](ctx context.Context, f *Fallback, w chat.WorkspaceID, q chat.DirectoryQuery,
	cached, direct func(context.Context, chat.WorkspaceID, chat.DirectoryQuery) (F, error)) (F, error) {
	found, err := cached(ctx, w, q)
	if chat.CodeOf(err) != chat.Unavailable || ctx.Err() != nil {
		return found, err
	}
	if err := f.whole.Enter(ctx, w); err != nil {
		return found, err
	}
	defer f.whole.Leave(w)
	return direct(ctx, w, q)
}

// Memberships are the caller's as of now.
func (f *Fallback) Memberships(ctx context.Context, c chat.Caller) (chat.MembershipSnapshot, error) {
	m, err := f.caches.Memberships(ctx, c)
	if chat.CodeOf(err) != chat.Unavailable || ctx.Err() != nil {
		return m, err
	}
	return f.memberships.of(ctx, c)
}

// LikelyChannels are none where no cache can say: the store knows better than likely.
func (f *Fallback) LikelyChannels(ctx context.Context, c chat.Caller) ([]chat.ChannelID, error) {
	channels, err := f.caches.LikelyChannels(ctx, c)
	if chat.CodeOf(err) == chat.Unavailable {
		return nil, nil
	}
	return channels, err
}
