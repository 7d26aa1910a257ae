package store_test

import (
	"testing"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// BenchmarkAfterReplies reads a channel whose last message shown got 100,000
// replies, and so twice as many events that no history shows.
func BenchmarkAfterReplies(b *testing.B) {
	team := testenv.NewTeam(b, testenv.Open(b), 64)
	root := team.Post(team.Users[0].ID, "root").Message.TS
	inParallel(64, func(p int) {
		for range 100_000 / 64 {
			reply := store.Post{Channel: team.Channel, Author: team.Users[p].ID, Message: chat.Message{Text: "reply", ThreadTS: root}}
			if _, err := team.PostMessage(b.Context(), reply); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.Run("history", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := team.History(b.Context(), team.Channel, store.Range{Limit: 50}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("unread", func(b *testing.B) {
		for b.Loop() {
			if _, err := team.Unread(b.Context(), team.Users[1].ID, []chat.ChannelID{team.Channel}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
