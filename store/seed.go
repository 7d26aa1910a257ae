package store

import (
	"context"

	"taut/chat"
)

// Seed is a workspace to make in bulk: the state that the ordinary way would
// make, in one large transaction.
type Seed struct {
	Domain       string
	Name         string
	PasswordHash string // of every user
	// Users holds people; the first is the owner. Bots are in every channel.
	Users []SeedUser
	Bots  []NewBot
	// Channels are made besides #general and get MembersPerChannel of the users
	// each (0: all), spread evenly, and MessagesPerChannel messages each.
	Channels           int
	MembersPerChannel  int
	MessagesPerChannel int
	// UserTokens and BotTokens give the tokens to keep, as their texts can be
	// made only once the ids are known; Hash, Type and Scopes are read. Either
	// may be nil.
	UserTokens func(u chat.User) []NewToken
	BotTokens  func(b chat.Bot) []NewToken
}

// SeedUser is one person.
type SeedUser struct {
	Name     string
	RealName string
	Email    string
}

// Seeded is what was made.
type Seeded struct {
	Workspace chat.Workspace
	Users     []chat.User
	Bots      []chat.Bot
	Channels  []SeededChannel
}

// SeededChannel is a channel with the people in it; the bots are there besides.
type SeededChannel struct {
	ID      chat.ChannelID
	Name    string
	Members []chat.UserID
}

// Seed makes a workspace in bulk. Exists "domain", Invalid "users" where there
// is no owner.
func (s *Store) Seed(ctx context.Context, spec Seed) (Seeded, error) {
	if len(spec.Users) == 0 {
		return Seeded{}, chat.NewError(chat.Invalid, "users")
	}
	var made Seeded
	err := s.write(ctx, func(t *tx) error {
		se := newSeeding(s, t, spec)
		err := se.run()
		made = se.Seeded
		return err
	})
	if err != nil {
		return Seeded{}, s.domainTaken(ctx, spec.Domain, err)
	}
	return made, nil
}
