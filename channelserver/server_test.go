package channelserver

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
)

func TestPublishFansOutOnceInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		log.say(general)
		s := start(t, log)
		l, got := attach(t, s, "g1")
		l2, got2 := attach(t, s, "g2")
		if at := subscribe(t, l, general, -1); at != 1 {
			t.Errorf("stands at %d, want 1", at)
		}
		subscribe(t, l2, general, -1)
		e := log.say(general)
		publish(s, e)
		publish(s, e)
		publish(s, log.say(general), log.say(general))
		want(t, got, general, 2, 3, 4)
		want(t, got2, general, 2, 3, 4)
	})
}

func TestHoleWaitsForOvertakenPublish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		s := start(t, log)
		l, got := attach(t, s, "g")
		subscribe(t, l, general, -1)
		first, second := log.say(general), log.say(general)
		publish(s, second)
		time.Sleep(gapWait - time.Millisecond)
		synctest.Wait()
		want(t, got, general)
		publish(s, first)
		want(t, got, general, 1, 2)
		time.Sleep(gapWait)
		synctest.Wait()
		if log.readCount() != 0 {
			t.Error("the log was read for a hole that had closed")
		}
	})
}

func TestHoleIsReadFromTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		s := start(t, log)
		l, got := attach(t, s, "g")
		subscribe(t, l, general, -1)
		log.say(general)
		second := log.say(general)
		second.Origin = "connection"
		publish(s, second)
		time.Sleep(gapWait)
		synctest.Wait()
		want(t, got, general, 1, 2)
		if got.got[general][1].Origin != "connection" {
			t.Error("the published event lost its origin to the log's copy")
		}
	})
}

func TestLostPublishIsRepairedWithoutALaterEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		s := start(t, log)
		l, got := attach(t, s, "g")
		subscribe(t, l, general, -1)
		log.say(general)
		log.setBroken(true)
		time.Sleep(10 * time.Second)
		log.setBroken(false)
		time.Sleep(lookEvery + maxWait)
		synctest.Wait()
		want(t, got, general, 1)

		log.say(general)
		time.Sleep(lookEvery + gapWait)
		synctest.Wait()
		want(t, got, general, 1, 2)
	})
}

func TestSubscribeAfterACursor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		for range 2*pageLimit + 7 {
			log.say(general)
		}
		head := log.head(general)
		s := start(t, log)
		l, got := attach(t, s, "g")
		if at := subscribe(t, l, general, 3); at != head {
			t.Errorf("stands at %d, want %d", at, head)
		}
		publish(s, log.say(general))
		if n := len(got.got[general]); int64(n) != head+1-3 {
			t.Errorf("%d events delivered, want %d", n, head+1-3)
		}
		if first := got.got[general][0].Seq; first != 4 {
			t.Errorf("begins with %d, want 4", first)
		}
		// Subscribed already: from where the link stands, or again from where it wants.
		if at := subscribe(t, l, general, -1); at != head+1 {
			t.Errorf("stands at %d, want %d", at, head+1)
		}
		got.got[general] = nil
		subscribe(t, l, general, head-1)
		want(t, got, general, head, head+1)
	})
}

func TestLatePageIsNotDeliveredToANewSubscription(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		for range 5 {
			log.say(general)
		}
		s := start(t, log)
		l, got := attach(t, s, "g")
		log.latency = time.Second
		go l.Subscribe(t.Context(), []chat.Subscription{{Stream: general, After: 1}})
		time.Sleep(time.Millisecond) // it waits for the page
		l.Unsubscribe([]chat.Stream{general})
		subscribe(t, l, general, 0)
		time.Sleep(3 * time.Second)
		synctest.Wait()
		want(t, got, general, 1, 2, 3, 4, 5)
	})
}

func TestSubscribeBeyondTheHead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		s := start(t, log)
		l, got := attach(t, s, "g")
		subscribe(t, l, general, -1)
		log.say(general) // its publish is lost, and another gateway heard of it
		l2, got2 := attach(t, s, "g2")
		if at := subscribe(t, l2, general, 9); at != 1 {
			t.Errorf("stands at %d, want 1", at)
		}
		time.Sleep(gapWait)
		synctest.Wait()
		want(t, got, general, 1)
		publish(s, log.say(general))
		want(t, got2, general, 2)
	})
}

func TestRefusedDeliveryIsOfferedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		s := start(t, log)
		l, got := attach(t, s, "g")
		l2, got2 := attach(t, s, "g2")
		subscribe(t, l, general, -1)
		subscribe(t, l2, general, -1)
		got.refuse = func() bool { return true }
		for range maxRecent + 50 {
			publish(s, log.say(general))
		}
		time.Sleep(2 * time.Second)
		got.mu.Lock()
		got.refuse = nil
		got.mu.Unlock()
		time.Sleep(maxWait)
		synctest.Wait()
		if got.seqs(general) != got2.seqs(general) {
			t.Errorf("the slow one has %s, the other %s", got.seqs(general), got2.seqs(general))
		}
	})
}

func TestNothingArrivesAfterUnsubscribeOrClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		s := start(t, log)
		l, got := attach(t, s, "g")
		subscribe(t, l, general, -1)
		l.Unsubscribe([]chat.Stream{general})
		publish(s, log.say(general))
		want(t, got, general)

		subscribe(t, l, general, -1)
		again, got2 := attach(t, s, "g") // takes the place of the first link
		publish(s, log.say(general))
		want(t, got, general)
		if _, err := l.Subscribe(t.Context(), []chat.Subscription{{Stream: general}}); chat.CodeOf(err) != chat.Unavailable {
			t.Errorf("subscribing over a closed link: %v", err)
		}
		subscribe(t, again, general, 0)
		again.Close()
		publish(s, log.say(general))
		s.Whisper(t.Context(), chat.Ephemeral{Stream: general})
		want(t, got2, general, 1, 2)
		time.Sleep(2 * lookEvery)
		synctest.Wait()
		if len(got2.whispers) != 0 || got2.beats != nil {
			t.Error("something arrived after Close")
		}
	})
}

func TestHeartbeatTellsOfWhatMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		quiet := chat.WorkspaceID("T1").Channel("C2")
		s := start(t, log)
		l, got := attach(t, s, "g")
		subscribe(t, l, quiet, -1)
		time.Sleep(2 * beatFor)
		subscribe(t, l, general, -1)
		publish(s, log.say(general))
		time.Sleep(lookEvery)
		synctest.Wait()
		got.mu.Lock()
		if w := []chat.Head{{Stream: general, Seq: 1}}; fmt.Sprint(got.beats) != fmt.Sprint(w) {
			t.Errorf("heartbeat %v, want %v", got.beats, w)
		}
		got.mu.Unlock()
		time.Sleep(2 * beatFor)
		synctest.Wait()
		if len(got.beats) != 0 {
			t.Errorf("heartbeat %v of a quiet stream", got.beats)
		}
	})
}

func TestReadsComeFromMemoryWhereItReaches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		for range 10 {
			log.say(general)
		}
		s := start(t, log)
		l, _ := attach(t, s, "g")
		subscribe(t, l, general, -1)
		publish(s, log.say(general), log.say(general))
		read := func(after int64, user chat.UserID) (string, int) {
			before := log.readCount()
			p, err := l.Read(t.Context(), chat.ReadRequest{Stream: general, User: user, After: after, Limit: 3})
			if err != nil {
				t.Fatal(err)
			}
			out := fmt.Sprint(len(p.Events), p.Next, p.Head)
			return out, log.readCount() - before
		}
		for _, c := range []struct {
			after int64
			user  chat.UserID
			page  string
			reads int
		}{
			{12, "", "0 12 12", 0},
			{10, "", "2 12 12", 0},
			{11, "", "1 12 12", 0},
			{9, "", "3 12 12", 1},
			{5, "", "3 8 12", 1},
			{11, "U1", "1 12 12", 1},
		} {
			if page, reads := read(c.after, c.user); page != c.page || reads != c.reads {
				t.Errorf("after %d for %q: %s with %d reads, want %s with %d", c.after, c.user, page, reads, c.page, c.reads)
			}
		}
	})
}

// Whatever takes something out of the log leaves nothing from before it in memory.
func TestRedactedIsNotServedFromMemory(t *testing.T) {
	for typ, payload := range map[string]string{
		"message":                 `{"type":"message","subtype":"message_deleted"}`,
		"file_deleted":            `{"type":"file_deleted","file_id":"F1"}`,
		"channel_history_changed": `{"type":"channel_history_changed","latest":"1.000000"}`,
		"group_history_changed":   `{"type":"group_history_changed","latest":"1.000000"}`,
		"im_history_changed":      `{"type":"im_history_changed","latest":"1.000000"}`,
	} {
		t.Run(typ, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := newMemoryLog()
				s := start(t, log)
				l, _ := attach(t, s, "g")
				subscribe(t, l, general, -1)
				publish(s, log.say(general), log.say(general))
				for _, c := range []struct {
					after int64
					reads int
				}{{1, 0}, {1, 1}, {2, 0}} {
					before := log.readCount()
					if _, err := l.Read(t.Context(), chat.ReadRequest{Stream: general, After: c.after, Limit: 3}); err != nil {
						t.Fatal(err)
					}
					if reads := log.readCount() - before; reads != c.reads {
						t.Errorf("after %d of %d: %d reads of the log, want %d", c.after, log.head(general), reads, c.reads)
					}
					if log.head(general) == 2 {
						publish(s, log.commit(general, typ, payload))
					}
				}
			})
		})
	}
}

func TestIdleStreamsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		reg := prometheus.NewPedanticRegistry()
		s, err := New(t.Context(), log, Options{Metrics: reg})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		other := chat.WorkspaceID("T1").Channel("C2")
		l, _ := attach(t, s, "g")
		subscribe(t, l, general, -1)
		subscribe(t, l, other, -1)
		publish(s, log.say(general), log.say(other))
		gauges := func() string {
			time.Sleep(linger + 2*lookEvery)
			synctest.Wait()
			return fmt.Sprint(gauge(t, reg, "channel_server_channels_per_host"), gauge(t, reg, "channel_server_recent_bytes"))
		}
		if got := gauges(); got != "2 0" {
			t.Errorf("streams and bytes when all is quiet: %s, want 2 0", got)
		}
		l.Unsubscribe([]chat.Stream{other})
		if got := gauges(); got != "1 0" {
			t.Errorf("after an unsubscription: %s, want 1 0", got)
		}
		l.Close()
		if got := gauges(); got != "0 0" {
			t.Errorf("after the link ended: %s, want 0 0", got)
		}
		publish(s, log.say(general))
		if len(s.shard(general).streams) != 0 {
			t.Error("a publish nobody listens to is kept")
		}
	})
}

func gauge(t *testing.T, reg *prometheus.Registry, name string) float64 {
	t.Helper()
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			return f.GetMetric()[0].GetGauge().GetValue()
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}

func TestRecentIsBounded(t *testing.T) {
	var r recent
	var size int64
	for seq := range int64(1000) {
		payload := make([]byte, seq*7%9000)
		size += r.add(chat.Event{Seq: seq + 1, Payload: payload}, maxRecent)
		if len(r.events) > maxRecent || r.size > maxRecentSize || r.size != size {
			t.Fatalf("at %d: %d events, size %d, told %d", seq+1, len(r.events), r.size, size)
		}
	}
}

// TestServerProperty lets publishes be lost, repeated and overtaken, gateways
// refuse, subscribe, rewind and leave, and the log fail, and then wants within
// 3 s every gateway to have each stream's events from its cursor on, in order.
func TestServerProperty(t *testing.T) {
	for seed := range uint64(150) {
		synctest.Test(t, func(t *testing.T) { runServer(t, seed) })
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// reader is a gateway that does what the protocol asks of it.
type reader struct {
	link chat.Link
	sink *sink
	from map[chat.Stream]int64
}

func runServer(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 2))
	log := newMemoryLog()
	log.latency = 3 * time.Millisecond
	s := start(t, log)
	streams := make([]chat.Stream, 4)
	for i := range streams {
		streams[i] = chat.WorkspaceID("T1").Channel(chat.ChannelID(fmt.Sprint("C", i)))
	}
	readers := make([]*reader, 3)
	for i := range readers {
		l, got := attach(t, s, fmt.Sprint("g", i))
		refusals := rand.New(rand.NewPCG(seed, uint64(3+i)))
		got.refuse = func() bool { return refusals.IntN(4) == 0 }
		readers[i] = &reader{l, got, make(map[chat.Stream]int64)}
	}
	var delayed []chat.Event
	for range 300 {
		id := streams[r.IntN(len(streams))]
		reader := readers[r.IntN(len(readers))]
		switch r.IntN(12) {
		case 0:
			reader.subscribe(t, id, -1)
		case 1:
			reader.subscribe(t, id, r.Int64N(log.head(id)+1))
		case 2:
			reader.link.Unsubscribe([]chat.Stream{id})
			delete(reader.from, id)
			reader.sink.forget(id)
		case 3:
			log.setBroken(r.IntN(4) == 0)
		case 4:
			time.Sleep(time.Duration(r.IntN(40)*r.IntN(40)) * time.Millisecond)
		case 5:
			log.say(id) // its publish is lost
		case 6:
			delayed = append(delayed, log.say(id))
		case 7:
			publish(s, delayed...)
			delayed = nil
		default:
			publish(s, log.say(id), log.say(id))
		}
	}
	log.setBroken(false)
	for _, reader := range readers {
		reader.sink.mu.Lock()
		reader.sink.refuse = nil
		reader.sink.mu.Unlock()
	}
	time.Sleep(3 * time.Second)
	synctest.Wait()
	for i, reader := range readers {
		for id, from := range reader.from {
			reader.check(t, fmt.Sprint("g", i, " ", id.ID), id, from, log.head(id))
		}
	}
}

// subscribe begins anew at the cursor.
func (g *reader) subscribe(t *testing.T, id chat.Stream, after int64) {
	if _, had := g.from[id]; had {
		g.link.Unsubscribe([]chat.Stream{id})
	}
	g.sink.forget(id)
	delete(g.from, id)
	at, err := g.link.Subscribe(t.Context(), []chat.Subscription{{Stream: id, After: after}})
	if err != nil {
		g.link.Unsubscribe([]chat.Stream{id})
		return
	}
	g.from[id] = after
	if after < 0 {
		g.from[id] = at[0].Seq
	}
}

func (g *reader) check(t *testing.T, name string, id chat.Stream, from, head int64) {
	t.Helper()
	seq := from
	for _, e := range g.sink.got[id] {
		if e.Seq != seq+1 {
			t.Errorf("%s: %d after %d", name, e.Seq, seq)
			return
		}
		seq = e.Seq
	}
	if seq != head {
		t.Errorf("%s: stands at %d, want %d", name, seq, head)
	}
}
