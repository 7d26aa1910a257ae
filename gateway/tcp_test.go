package gateway_test

import (
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"taut/chat"
	"taut/gateway"
	"taut/wire"
)

// overTCP serves a gateway on a loopback socket.
func overTCP(t testing.TB, w *world, adjust func(*gateway.Config)) *rig {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := serve(t, w, l, adjust)
	r.dial = func() net.Conn {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	return r
}

// until waits for a condition that other goroutines bring about.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// got waits for the nth frame.
func (c *client) got(n int) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.frames) < n && !c.ended {
		c.cond.Wait()
	}
	return c.frames
}

// Real sockets: one with a small window never reads, another one reads late; the
// third gets everything meanwhile, and the late one in the end. No goroutine is
// left behind.
func TestOverTCP(t *testing.T) {
	before := runtime.NumGoroutine()
	w := newWorld()
	r := overTCP(t, w, func(c *gateway.Config) { c.QueueBytes = 64 << 10 })
	town(r, "ann", "bob")
	bob := r.connect("bob")
	bob.got(1)
	slow, stuck := r.handshake("/websocket?token=ann"), r.handshake("/websocket?token=ann")
	stuck.conn.(*net.TCPConn).SetReadBuffer(8 << 10)
	//lint:ignore SA1019 the peer is our own, and bounded
	if _, err := ws.ReadFrame(slow.r); err != nil { // hello: all that comes after it is due
		t.Fatal(err)
	}
	const n = 3000
	for i := range n {
		w.post("town", "bob", fmt.Sprintf("%d %s", i, strings.Repeat("x", 3000)))
		if i%100 == 0 {
			bob.got(i + 2)
			w.beat()
		}
	}
	until(t, "bob's frames", func() bool {
		w.beat()
		time.Sleep(time.Millisecond)
		bob.mu.Lock()
		defer bob.mu.Unlock()
		return len(bob.frames) > n
	})
	if got := bob.got(n + 1); len(got) != n+1 {
		t.Fatalf("bob got %d of %d", len(got)-1, n)
	}
	go slow.readAll()
	until(t, "the slow one's frames", func() bool {
		w.beat() // a delivery that its shard had no room for comes again
		time.Sleep(time.Millisecond)
		slow.mu.Lock()
		defer slow.mu.Unlock()
		return len(slow.frames) >= n
	})
	frames := decode(t, slow.got(n))
	for i, f := range frames {
		if f.Seq != int64(i+3) {
			t.Fatalf("frame %d has seq %d, want %d", i, f.Seq, i+3)
		}
	}
	if len(frames) != n {
		t.Errorf("the slow one got %d of %d", len(frames), n)
	}
	w.mu.Lock()
	if w.reads == 0 {
		t.Error("nobody's queue was ever full")
	}
	w.mu.Unlock()
	for _, c := range []*client{bob, slow, stuck} {
		c.close()
	}
	r.stop()
	until(t, "goroutines to end", func() bool { return runtime.NumGoroutine() <= before })
}

// An idle socket costs little.
func TestMemoryPerIdleSocket(t *testing.T) {
	const n, bound = 500, 16 << 10
	w := newWorld()
	r := overTCP(t, w, func(c *gateway.Config) { c.MaxSocketsPerUser = n })
	w.addUser("ann", chat.Member)
	for i := range 20 {
		w.join(fmt.Sprintf("c%d", i), "ann", false)
	}
	conns := make([]net.Conn, n)
	before := inUse()
	for i := range conns {
		c := r.handshake("/websocket?token=ann")
		if _, err := c.r.ReadByte(); err != nil {
			t.Fatal(err)
		}
		conns[i] = c.conn
	}
	if each := (inUse() - before) / n; each > bound {
		t.Errorf("%d bytes for each, with its client's side, want at most %d", each, bound)
	}
	for _, c := range conns {
		c.Close()
	}
	r.stop()
}

func inUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}

// BenchmarkFanout: what one delivery costs from Deliver to the client's side, over
// loopback sockets and over pipes in memory (which have no write that doesn't
// wait, so that each goes through a writer).
func BenchmarkFanout(b *testing.B) {
	for _, subs := range []int{20, 1000, 9000} { // two descriptors each, and 20,000 are common
		b.Run(fmt.Sprintf("conn=tcp/subs=%d", subs), func(b *testing.B) {
			benchmarkFanout(b, subs, overTCP)
		})
	}
	for _, subs := range []int{20, 1000, 10_000} {
		b.Run(fmt.Sprintf("conn=pipe/subs=%d", subs), func(b *testing.B) {
			benchmarkFanout(b, subs, overPipes)
		})
	}
}

func overPipes(t testing.TB, w *world, adjust func(*gateway.Config)) *rig {
	l := listenPipes()
	r := serve(t, w, l, adjust)
	r.dial = l.dial
	return r
}

type listenFunc func(testing.TB, *world, func(*gateway.Config)) *rig

func benchmarkFanout(b *testing.B, subs int, listen listenFunc) {
	w := newWorld()
	r := listen(b, w, func(c *gateway.Config) { c.Shards, c.MaxSocketsPerUser = 0, subs })
	defer r.stop()
	town(r, "ann")
	var got atomic.Int64
	var readers sync.WaitGroup
	defer readers.Wait() // after all have been closed
	for range subs {
		c := r.handshake("/websocket?token=ann")
		//lint:ignore SA1019 the peer is our own, and bounded
		if _, err := ws.ReadFrame(c.r); err != nil { // hello
			b.Fatal(err)
		}
		defer c.close()
		readers.Go(func() { count(c.r, &got) })
	}
	b.ResetTimer()
	events, want := max(1, b.N/subs), int64(0)
	for range events {
		e := w.post("town", "ann", "a message of the usual length, with a few words")
		want += int64(subs * len(wire.EventFrame(e)))
	}
	until(b, "the events", func() bool {
		w.beat() // what was refused is offered again
		time.Sleep(100 * time.Microsecond)
		return got.Load() >= want
	})
	b.StopTimer()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(events*subs), "ns/delivery")
}

// count adds up what can be read.
func count(r io.Reader, n *atomic.Int64) {
	buffer := make([]byte, 4096)
	for {
		m, err := r.Read(buffer)
		n.Add(int64(m))
		if err != nil {
			return
		}
	}
}
