package channelserver

import (
	"fmt"
	"runtime"
	"testing"

	"taut/chat"
)

// counter is a sink that only counts.
type counter struct{ events int }

func (c *counter) Deliver(events []chat.Event) bool {
	c.events += len(events)
	return true
}
func (c *counter) Whisper(chat.Ephemeral) {}
func (c *counter) Heartbeat([]chat.Head)  {}

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

// BenchmarkIdleStream: what a stream that one gateway subscribes to takes in memory.
func BenchmarkIdleStream(b *testing.B) {
	const streams = 100_000
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		s, ids := benchServer(b, 1, streams)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/streams, "B/stream")
		runtime.KeepAlive(s)
		runtime.KeepAlive(ids)
	}
}
