package store

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"taut/chat"
)

func seedSpec(users int) Seed {
	spec := Seed{Domain: "acme", Name: "Acme", PasswordHash: "hash", Bots: []NewBot{{Name: "robot", SigningSecret: "secret"}}}
	for i := range users {
		spec.Users = append(spec.Users, SeedUser{Name: fmt.Sprintf("user%d", i), Email: fmt.Sprintf("user%d@acme", i)})
	}
	spec.UserTokens = func(u chat.User) []NewToken { return []NewToken{{Hash: hashOf(string(u.ID)), Type: chat.UserToken}} }
	spec.BotTokens = func(b chat.Bot) []NewToken {
		return []NewToken{{Hash: hashOf(string(b.ID)), Type: chat.BotToken}, {Hash: hashOf(string(b.App)), Type: chat.AppToken}}
	}
	return spec
}

func hashOf(text string) (h TokenHash) {
	copy(h[:], text)
	return h
}

// What a seed makes is what the ordinary way would have made, and goes on in the
// ordinary way.
func TestSeed(t *testing.T) {
	s := openStore(t)
	spec := seedSpec(30)
	spec.Channels, spec.MembersPerChannel, spec.MessagesPerChannel = 12, 5, 7
	made, err := s.Seed(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	tm := &team{s.Workspace(made.Workspace.ID), t, made.Users[0]}
	tm.check()
	if len(made.Users) != 30 || made.Users[0].Role != chat.PrimaryOwner || made.Users[1].Role != chat.Member || len(made.Channels) != 12 {
		t.Errorf("made %d users, a %s first, %d channels", len(made.Users), made.Users[0].Role, len(made.Channels))
	}
	in := map[chat.UserID]int{}
	for _, c := range made.Channels {
		messages, _, err := tm.History(t.Context(), c.ID, Range{})
		tm.must(err)
		if len(c.Members) != 5 || len(messages) != 8 || messages[0].Text == "" || messages[0].Blocks == nil {
			t.Errorf("%s has %d members and %d messages", c.Name, len(c.Members), len(messages))
		}
		tm.wantUnread(c.Members[0], c.ID, 7, 0)
		for _, u := range c.Members {
			in[u]++
		}
	}
	if counts := slices.Sorted(maps.Values(in)); counts[0] != 2 || counts[29] != 2 {
		t.Errorf("the users are in so many channels: %v", counts)
	}
	for _, id := range []string{string(made.Users[3].ID), string(made.Bots[0].ID), string(made.Bots[0].App)} {
		if _, err := tm.Token(t.Context(), hashOf(id)); err != nil {
			t.Errorf("token of %s: %v", id, err)
		}
	}

	outsider := made.Users[29].ID
	first := made.Channels[0]
	tm.join(first.ID, outsider)
	tm.post(first.ID, made.Bots[0].User, "I am in every channel")
	tm.must(tm.Leave(t.Context(), first.ID, first.Members[0], outsider))
	tm.user("somebody-new")
	tm.check()
	_, err = s.Seed(t.Context(), spec)
	tm.want(err, chat.Exists, "domain")
	spec.Users = nil
	_, err = s.Seed(t.Context(), spec)
	tm.want(err, chat.Invalid, "users")
}

func TestSeedWithAll(t *testing.T) {
	s := openStore(t)
	spec := seedSpec(8)
	spec.Channels = 2
	made, err := s.Seed(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	tm := &team{s.Workspace(made.Workspace.ID), t, made.Users[0]}
	tm.check()
	for _, c := range made.Channels {
		if got, err := tm.Channel(t.Context(), c.ID); err != nil || got.NumMembers != 9 { // a bot too
			t.Errorf("%s has %d members, %v", c.Name, got.NumMembers, err)
		}
	}
}

func BenchmarkSeed(b *testing.B) {
	for _, size := range []struct{ users, channels, members int }{{10_000, 0, 0}, {2_000, 1_000, 20}} {
		b.Run(fmt.Sprintf("users=%d/channels=%d", size.users, size.channels), func(b *testing.B) {
			for b.Loop() {
				s, err := Open(b.Context(), Options{Data: b.TempDir()})
				if err != nil {
					b.Fatal(err)
				}
				spec := seedSpec(size.users)
				spec.Channels, spec.MembersPerChannel = size.channels, size.members
				if _, err := s.Seed(b.Context(), spec); err != nil {
					b.Fatal(err)
				}
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
