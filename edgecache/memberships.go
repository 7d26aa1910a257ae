package edgecache

import (
	"context"
	"fmt"

	"taut/chat"
	"taut/internal/gather"
	"taut/store"
)

const (
	// channelsAtOnce are how many memberships one query reads, as far as can be told.
	channelsAtOnce = 20_000
	// connecting are how many clients of a workspace may wait: those of all gateways.
	connecting = 65_536
)

// memberships reads those of many callers together.
type memberships struct {
	gathered *gather.Gatherer[store.CallerKey, store.CallerState]
}

func newMemberships(s *store.Store) memberships {
	of := func(k store.CallerKey) chat.WorkspaceID { return k.Workspace }
	limits := gather.Limits{Batch: store.MaxLookups, Waiting: connecting}
	return memberships{gather.New(limits, of, s.CallersMemberships).Weigh(channelsAtOnce, store.CallerState.Channels)}
}

// of are the caller's, no older than the question.
func (m memberships) of(ctx context.Context, c chat.Caller) (chat.MembershipSnapshot, error) {
	state, found, err := m.gathered.Get(ctx, store.CallerKey{Workspace: c.Workspace, User: c.User, TokenID: c.TokenID})
	switch {
	case err != nil:
		return chat.MembershipSnapshot{}, err
	case !found:
		return chat.MembershipSnapshot{}, chat.NewError(chat.NotFound, "user")
	}
	return state.Membership()
}

// Memberships are the caller's as of now: all that ask for a workspace's are brought
// together here. Unavailable where the store failed, which others may still reach.
func (s *Server) Memberships(ctx context.Context, c chat.Caller) (chat.MembershipSnapshot, error) {
	m, err := s.memberships.of(ctx, c)
	switch chat.CodeOf(err) {
	case "":
		s.hints.keep(person{c.Workspace, c.User}, m.Channels)
	case chat.Inactive, chat.NotFound:
		s.hints.drop(person{c.Workspace, c.User})
	case chat.Internal:
		err = fmt.Errorf("%w (%w)", chat.NewError(chat.Unavailable, "memberships"), err)
	}
	return m, err
}

// LikelyChannels are those of the last Memberships of the caller.
func (s *Server) LikelyChannels(_ context.Context, c chat.Caller) ([]chat.ChannelID, error) {
	channels := s.hints.of(person{c.Workspace, c.User})
	if len(channels) > 0 {
		s.metrics.hinted.Inc()
	} else {
		s.metrics.unhinted.Inc()
	}
	return channels, nil
}
