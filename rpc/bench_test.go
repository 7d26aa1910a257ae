package rpc

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"taut/channelserver"
	"taut/chat"
	"taut/router"
	"taut/store"
)

// quiet is a log in which nobody finds anything: all is told.
type quiet struct{}

func (quiet) Read(context.Context, chat.ReadRequest) (p chat.Page, err error) { return p, nil }

func (quiet) Heads(context.Context, []chat.Stream) ([]chat.Head, error) { return nil, nil }

func (quiet) GrownSince(context.Context, store.Mark, int) ([]chat.Head, bool, error) {
	return nil, false, nil
}
func (quiet) TouchedHeads(_ context.Context, since store.Mark) ([]chat.Head, store.Mark, error) {
	return nil, since, nil
}

// stopwatch is a gateway's end: it notes how long each event was under way.
type stopwatch struct {
	mu    sync.Mutex
	took  []time.Duration
	count atomic.Int64
}

func (w *stopwatch) Deliver(events []chat.Event) bool {
	now := time.Now().UnixNano()
	w.mu.Lock()
	for i := range events {
		w.took = append(w.took, time.Duration(now-int64(events[i].TS)))
	}
	w.mu.Unlock()
	w.count.Add(int64(len(events)))
	return true
}
func (*stopwatch) Whisper(chat.Ephemeral)           {}
func (*stopwatch) Heartbeat([]chat.Head, chat.Mark) {}

// BenchmarkPublishToGateway: 10,000 committed events a second, each published by itself,
// on their way from an API node's router over a channel server to a gateway: all on one
// machine, in one process, over two gRPC connections with TLS. An iteration is a tenth of
// a second of it. Without a gateway it is the first of the two hops, and in process
// none.
func BenchmarkPublishToGateway(b *testing.B) {
	for _, hops := range []int{0, 1, 2} {
		b.Run(fmt.Sprint("hops=", hops), func(b *testing.B) { benchPublish(b, hops) })
	}
}

func benchPublish(b *testing.B, hops int) {
	const streams, burst, every = 200, 10, time.Millisecond
	server, err := channelserver.New(b.Context(), quiet{}, channelserver.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(server.Close)
	ids := identities(b, "acme", "owner", "api", "gw")
	_, address := serve(b, ids[0], server)
	var publish, attach chat.ChannelServer = server, server
	if hops > 0 {
		publish = nodes(b, ids[1], "owner", address).ChannelServer("owner")
	}
	if hops > 1 {
		attach = nodes(b, ids[2], "owner", address).ChannelServer("owner")
	}
	watch := &stopwatch{}
	link, err := attach.Attach(b.Context(), "gw", watch)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(link.Close)
	subs := make([]chat.Subscription, streams)
	for i := range subs {
		subs[i] = chat.Subscription{Stream: chat.WorkspaceID("T1").Channel(chat.ChannelID(fmt.Sprint("C", i))), After: 0}
	}
	if _, err := link.Subscribe(b.Context(), subs); err != nil {
		b.Fatal(err)
	}
	route := router.New(router.Options{Owner: func(chat.Stream) chat.ChannelServer { return publish }})
	b.Cleanup(route.Close)

	payload := make([]byte, 400)
	sent := int64(0)
	tick := time.NewTicker(every)
	defer tick.Stop()
	cpu := processorTime()
	for b.Loop() {
		for range 100 {
			<-tick.C
			for range burst {
				e := chat.Event{Stream: subs[sent%streams].Stream, Seq: sent/streams + 1, Type: "message", Payload: payload}
				e.TS = chat.TS(time.Now().UnixNano())
				route.Publish(b.Context(), []chat.Event{e})
				sent++
			}
		}
		for deadline := time.Now().Add(5 * time.Second); watch.count.Load() < sent; {
			if time.Now().After(deadline) {
				b.Fatalf("%d of %d events came", watch.count.Load(), sent)
			}
			<-tick.C
		}
	}
	cpu = processorTime() - cpu
	slices.Sort(watch.took)
	b.ReportMetric(float64(watch.took[len(watch.took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(watch.took[len(watch.took)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(cpu.Microseconds())/float64(sent), "cpu-µs/event")
}

// processorTime is what the process has taken so far.
func processorTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
