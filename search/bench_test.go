package search

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// speech makes texts whose words are as frequent as those of a language: few
// are common, most are rare.
type speech struct {
	words []string
	zipf  *rand.Zipf
	*rand.Rand
}

func newSpeech() *speech {
	r := rand.New(rand.NewPCG(1, 2))
	s := &speech{Rand: r, zipf: rand.NewZipf(r, 1.07, 8, 79_999)}
	for range 80_000 {
		b := make([]byte, 3+r.IntN(8))
		for i := range b {
			b[i] = "etaoinshrdlucmfwypvbgkqjxz"[min(r.IntN(26), r.IntN(26))]
		}
		s.words = append(s.words, string(b))
	}
	return s
}

// text has 14 words in the mean, 85 bytes.
func (s *speech) text() string {
	n := 4 + s.IntN(21)
	parts := make([]string, n)
	for i := range parts {
		parts[i] = s.words[s.zipf.Uint64()]
	}
	return strings.Join(parts, " ")
}

const benchChannels = 1_000

// fill makes an index of n messages in channels of one workspace, half of them
// private, without a log behind it.
func fill(b *testing.B, x *index, team *testenv.Team, n int) (bytes int64) {
	talk := newSpeech()
	channels := []chat.ChannelID{}
	for i := range benchChannels {
		channels = append(channels, chat.ChannelID(fmt.Sprintf("C%09d", i)))
	}
	heads := map[chat.ChannelID]int64{}
	var numbers numbers
	start := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	for at := 0; at < n; {
		var pieces []piece
		for range 40 {
			ch := channels[talk.IntN(len(channels))]
			kind := chat.PublicChannel
			if ch[len(ch)-1]%2 == 1 {
				kind = chat.PrivateChannel
			}
			p := piece{stream: team.ID().Channel(ch), after: cursor{seq: heads[ch]}, changes: store.Changes{Type: kind}}
			for range 50 {
				heads[ch]++
				at++
				ts := chat.TS(start.Add(time.Duration(at) * time.Minute).UnixMicro())
				m := &chat.Message{Text: talk.text(), TS: ts, User: chat.UserID(fmt.Sprintf("U%09d", talk.IntN(500)))}
				bytes += int64(len(m.Text))
				p.changes.Changed = append(p.changes.Changed, store.Changed{Seq: heads[ch], TS: ts, Message: m})
			}
			p.changes.Next, p.changes.Head = heads[ch], heads[ch]
			pieces = append(pieces, p)
		}
		if _, err := x.apply(b.Context(), &numbers, pieces); err != nil {
			b.Fatal(err)
		}
	}
	return bytes
}

// BenchmarkMillion is about an index of a million messages: set TAUT_SEARCH_FILL
// to make it as large, else it has 20,000.
func BenchmarkMillion(b *testing.B) {
	n := 20_000
	if os.Getenv("TAUT_SEARCH_FILL") != "" {
		fmt.Sscan(os.Getenv("TAUT_SEARCH_FILL"), &n)
	}
	team := testenv.NewTeam(b, testenv.Open(b), 1)
	folder := b.TempDir()
	s, err := New(b.Context(), Config{Store: team.Store, Folder: folder, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	start := cpuTime()
	bytes := fill(b, s.x, team, n)
	took := cpuTime() - start
	if _, err := s.x.scrub(b.Context()); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(folder, fileName))
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d messages in %v of processor time: %.0f/s; %d MB of text, an index of %d MB, %.2f times", n, took, float64(n)/took.Seconds(), bytes>>20, info.Size()>>20,
		float64(info.Size())/float64(bytes))
	talk := newSpeech()
	for _, query := range []struct{ name, text string }{
		{"rare", talk.words[5000]}, {"frequent", talk.words[3]}, {"common", talk.words[100]}, {"two", talk.words[100] + " " + talk.words[40]},
		{"phrase", `"` + talk.words[1] + " " + talk.words[2] + `"`}, {"beginning", talk.words[0][:2] + "*"},
		{"from", "from:U000000007 " + talk.words[20]}, {"in", "in:C000000010 " + talk.words[20]}, {"author", "from:U000000007"}, {"not", talk.words[100] + " -" + talk.words[3]},
	} {
		for _, byTime := range []bool{false, true} {
			name := query.name + "/score"
			if byTime {
				name = query.name + "/time"
			}
			b.Run(name, func(b *testing.B) {
				total := 0
				before := cpuTime()
				for b.Loop() {
					found, err := s.Search(b.Context(), chat.SearchRequest{
						Caller: chat.Caller{Workspace: team.ID(), User: team.Users[0].ID, Role: chat.Member}, Query: query.text, ByTime: byTime, Count: 20})
					if err != nil {
						b.Fatal(err)
					}
					total = found.Total
				}
				b.ReportMetric(float64(total), "found")
				b.ReportMetric((cpuTime()-before).Seconds()*1000/float64(b.N), "cpu-ms/op")
			})
		}
	}
}

// cpuTime is what the process has used: on a machine with others at work it says
// more than the clock.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkFollow is about following a log: reading it, and writing the index.
func BenchmarkFollow(b *testing.B) {
	bed := newBed(b, 1)
	bed.close()
	users := []store.SeedUser{{Name: "owner", Email: "owner@example.com"}}
	for i := range 50 {
		users = append(users, store.SeedUser{Name: fmt.Sprintf("u%d", i), Email: fmt.Sprintf("u%d@example.com", i)})
	}
	const channels, each = 100, 500
	if _, err := bed.Store.Seed(b.Context(), store.Seed{Domain: "seeded", Users: users, Channels: channels, MembersPerChannel: 10, MessagesPerChannel: each}); err != nil {
		b.Fatal(err)
	}
	before := cpuTime()
	for b.Loop() {
		bed.folder = b.TempDir()
		bed.open()
		bed.settle()
		bed.close()
	}
	b.ReportMetric(float64(b.N*channels*each)/b.Elapsed().Seconds(), "messages/s")
	b.ReportMetric(float64(b.N*channels*each)/(cpuTime()-before).Seconds(), "messages/cpu-s")
}
