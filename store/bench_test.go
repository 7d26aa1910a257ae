package store_test

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// BenchmarkAppend posts from some posters, each waiting for its answer, into
// random channels. cpu-µs/op is the whole process's, user and system.
func BenchmarkAppend(b *testing.B) {
	for _, c := range []struct {
		channels, posters int
		keyed             bool
	}{{1000, 16, false}, {1000, 16, true}, {1000, 128, false}, {20, 16, false}, {1000, 1, false}} {
		b.Run(fmt.Sprintf("channels=%d/posters=%d/keyed=%v", c.channels, c.posters, c.keyed), func(b *testing.B) {
			benchmarkAppend(b, testenv.Open(b), c.channels, c.posters, c.keyed)
		})
	}
}

func benchmarkAppend(b *testing.B, s *store.Store, channels, posters int, keyed bool) {
	users := make([]store.SeedUser, 20)
	for i := range users {
		users[i] = store.SeedUser{Name: fmt.Sprint("u", i), Email: fmt.Sprintf("u%d@example.com", i)}
	}
	made, err := s.Seed(b.Context(), store.Seed{Domain: "bench", Name: "Bench", Users: users, Channels: channels})
	if err != nil {
		b.Fatal(err)
	}
	w := s.Workspace(made.Workspace.ID)
	text := "a message of ordinary length, as people write them to each other all day long"
	b.ReportAllocs()
	b.ResetTimer()
	start := cpuTime()
	inParallel(posters, func(p int) {
		random := rand.New(rand.NewPCG(1, uint64(p)))
		for i := p; i < b.N; i += posters {
			post := store.Post{Channel: made.Channels[random.IntN(channels)].ID, Author: made.Users[p%20].ID, Message: chat.Message{Text: text}}
			if keyed {
				post.Key = fmt.Sprint(p, "-", i)
			}
			if _, err := w.PostMessage(b.Context(), post); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64((cpuTime()-start).Microseconds())/float64(b.N), "cpu-µs/op")
}

// cpuTime is what the process has used.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkHistory reads the last 50 messages of random channels.
func BenchmarkHistory(b *testing.B) {
	team := testenv.NewTeam(b, testenv.Open(b), 2)
	for i := range 2000 {
		team.Post(team.Users[i%2].ID, "a message of ordinary length")
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := team.History(b.Context(), team.Channel, store.Range{Limit: 50}); err != nil {
			b.Fatal(err)
		}
	}
}
