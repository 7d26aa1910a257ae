package channelserver

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
)

// counter is a sink that only counts.
type counter struct{ events int }

func (c *counter) Deliver(events []chat.Event) bool {
	c.events += len(events)
	return true
}
func (c *counter) Whisper(chat.Ephemeral)           {}
func (c *counter) Heartbeat([]chat.Head, chat.Mark) {}

func benchServer(b *testing.B, gateways, streams int) (*Server, []chat.Stream) {
	s, err := New(b.Context(), newMemoryLog(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.Close)
	ids := make([]chat.Stream, streams)
	subs := make([]chat.Subscription, streams)
	for i := range ids {
		ids[i] = chat.WorkspaceID("T1").Channel(chat.ChannelID(chat.FormatID("C", uint64(i))))
		subs[i] = chat.Subscription{Stream: ids[i], After: -1}
	}
	for g := range gateways {
		l, err := s.Attach(b.Context(), fmt.Sprint("g", g), &counter{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := l.Subscribe(b.Context(), subs); err != nil {
			b.Fatal(err)
		}
	}
	return s, ids
}

// BenchmarkPublish: what one event costs from publish to the gateways' sinks.
func BenchmarkPublish(b *testing.B) {
	for _, gateways := range []int{1, 8} {
		b.Run(fmt.Sprint("gateways=", gateways), func(b *testing.B) {
			s, ids := benchServer(b, gateways, 1000)
			payload := make([]byte, 400)
			seqs := make([]int64, len(ids))
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				n := i % len(ids)
				seqs[n]++
				s.Publish(b.Context(), []chat.Event{{Stream: ids[n], Seq: seqs[n], Type: "message", Payload: payload}})
			}
		})
	}
}

// BenchmarkIdleStream: what quiet streams that one gateway subscribes to take in
// memory, with their ids: of what is in use, and the most that the process ever had from
// the system. TAUT_IDLE_STREAMS says how many; of many, run this benchmark alone.
func BenchmarkIdleStream(b *testing.B) {
	streams := 500_000
	if text := os.Getenv("TAUT_IDLE_STREAMS"); text != "" {
		if _, err := fmt.Sscan(text, &streams); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		before := heapInUse()
		s := idle(b, streams)
		b.ReportMetric(float64(heapInUse()-before)/float64(streams), "B/stream")
		b.ReportMetric(float64(usage(b).Maxrss<<10)/float64(streams), "peak-B/stream")
		s.Close()
	}
}

// idle is a server with quiet streams to which a gateway subscribes.
func idle(b *testing.B, streams int) *Server {
	s, err := New(b.Context(), newMemoryLog(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	l, err := s.Attach(b.Context(), "g", &counter{})
	if err != nil {
		b.Fatal(err)
	}
	for from := 0; from < streams; from += 1000 {
		subs := make([]chat.Subscription, 1000)
		for i := range subs {
			id := chat.ChannelID(chat.FormatID("C", uint64(from+i)))
			subs[i] = chat.Subscription{Stream: chat.WorkspaceID("T1").Channel(id), After: -1}
		}
		if _, err := l.Subscribe(b.Context(), subs); err != nil {
			b.Fatal(err)
		}
	}
	s.age(2 * linger)
	return s
}

// BenchmarkTakeover: what a million streams cost that a gateway subscribes at a new
// owner, on SQLite: with a mark, and where each head has to be asked for.
func BenchmarkTakeover(b *testing.B) {
	const streams = 1_000_000
	subs := make([]chat.Subscription, streams)
	for i := range subs {
		subs[i].Stream = chat.WorkspaceID("T1").Channel(chat.ChannelID(chat.FormatID("C", uint64(i))))
	}
	for _, marked := range []bool{true, false} {
		b.Run(fmt.Sprint("marked=", marked), func(b *testing.B) {
			log := &asked{Log: testenv.Open(b)}
			for b.Loop() {
				log.heads, log.grown = 0, 0
				s, err := New(b.Context(), log, Options{})
				if err != nil {
					b.Fatal(err)
				}
				var known chat.Mark
				if marked {
					known = *s.whole.Load()
				}
				cpu := cpuTime(b)
				takeOver(b, s, "g", &counter{}, subs, known)
				b.ReportMetric(float64(log.heads+log.grown), "questions")
				b.ReportMetric((cpuTime(b) - cpu).Seconds(), "cpu-s")
				s.Close()
			}
		})
	}
}

// cpuTime is what the process has used.
func cpuTime(b *testing.B) time.Duration {
	u := usage(b)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// usage is what the system says of the process. Maxrss is in KiB.
func usage(b *testing.B) (u syscall.Rusage) {
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u
}

// age lets time pass for all streams, and sweeps.
func (s *Server) age(by time.Duration) {
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		for st := range sh.active {
			st.moved -= by
		}
		sh.mu.Unlock()
		s.sweep(sh, map[*link]*beat{})
	}
}

// heapInUse is what is in use, without what is garbage.
func heapInUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
