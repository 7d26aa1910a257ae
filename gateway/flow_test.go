package gateway_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"

	"taut/chat"
	"taut/gateway"
	"taut/wire"
)

// unread is a connection whose client writes what it likes and reads nothing. It
// tells how many bytes of copies of a frame the gateway took until it took no more.
func unread(c *client, op ws.OpCode, payload []byte) (taken *int) {
	frame := ws.MustCompileFrame(ws.MaskFrame(ws.NewFrame(op, true, payload)))
	taken = new(int)
	go func() {
		for {
			if _, err := c.conn.Write(frame); err != nil {
				return
			}
			*taken += len(frame)
			time.Sleep(20 * time.Millisecond) // within the pace
		}
	}()
	return taken
}

// One who pings and reads no pong is read no further, and goes in the end.
func TestUnreadAnswersHoldTheClientBack(t *testing.T) {
	for name, frame := range map[string]struct {
		op      ws.OpCode
		payload string
	}{
		"ping":         {ws.OpText, `{"type":"ping","x":"` + strings.Repeat("x", 4000) + `"}`},
		"control ping": {ws.OpPing, strings.Repeat("x", 125)},
		"refusal":      {ws.OpText, `{"type":"nonsense","id":1}`},
		"presence":     {ws.OpText, `{"type":"presence_query","ids":["U0000000001"` + strings.Repeat(`,"U0000000001"`, 400) + `]}`},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(r *rig) {
				town(r, "ann")
				ann := r.handshake("/websocket?token=ann")
				defer ann.close()
				taken := unread(ann, frame.op, []byte(frame.payload))
				time.Sleep(25 * time.Second)
				synctest.Wait()
				if *taken > 128<<10 {
					t.Errorf("%d bytes were taken of one who reads nothing", *taken)
				}
				time.Sleep(10 * time.Second)
				if _, err := ann.conn.Write([]byte{0x81}); err == nil {
					t.Error("still open")
				}
			})
		})
	}
}

func TestHugePingIsRefused(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann")
		ann := r.connect("ann")
		ann.take()
		ann.send(`{"type":"ping","id":1,"x":"%s"}`, strings.Repeat("x", wire.MaxPing))
		want := `{"ok":false,"reply_to":1,"error":{"code":3,"msg":"ping takes at most 4096 bytes"}}`
		if got := ann.take(); len(got) != 1 || got[0] != want {
			t.Errorf("answer %.200q", got)
		}
	})
}

// Frames beyond the pace are refused, and who goes on is closed. One who keeps to
// the pace is not.
func TestPaceOfFrames(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann", "bob")
		ann, bob := r.connect("ann"), r.connect("bob")
		ann.take()
		bob.take()
		for range 1000 {
			bob.send(`{"type":"ping","id":1}`)
			time.Sleep(10 * time.Millisecond)
		}
		if got := bob.take(); strings.Contains(fmt.Sprint(got), "slow down") {
			t.Errorf("refused one who sends 100 a second: %s", got[len(got)-1])
		}
		for range 250 {
			ann.send(`{"type":"ping","id":1}`)
		}
		count := map[string]int{}
		for _, f := range ann.take() {
			count[f]++
		}
		refusal := `{"ok":false,"reply_to":1,"error":{"code":-1,"msg":"slow down, too many messages..."}}`
		if count[`{"type":"pong","reply_to":1}`] != 200 || count[refusal] != 50 {
			t.Errorf("of 250 at once: %v", count)
		}
		for range 400 {
			ann.send(`{"type":"ping","id":1}`)
		}
		if code, ended := ann.closed(); code != wire.CloseTooFast || !ended {
			t.Errorf("closed with %d (%v), want %d", code, ended, wire.CloseTooFast)
		}
	})
}

// Frames that end nowhere cost too.
func TestEmptyFragmentsAreClosed(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann")
		ann := r.connect("ann")
		ann.take()
		ann.raw(ws.MustCompileFrame(ws.MaskFrame(ws.NewFrame(ws.OpText, false, nil))))
		for range 700 {
			ann.raw(ws.MustCompileFrame(ws.MaskFrame(ws.NewFrame(ws.OpContinuation, false, nil))))
		}
		if code, ended := ann.closed(); code != wire.CloseTooFast || !ended {
			t.Errorf("closed with %d (%v), want %d", code, ended, wire.CloseTooFast)
		}
	})
}

// A socket's typing goes out five times a second, and a workspace that floods with
// many sockets loses its own.
func TestTypingFlood(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann", "bob")
		other := "zoe"
		r.world.mu.Lock()
		r.world.users[other] = chat.Caller{Workspace: "T0000000002", User: userID(other), Role: chat.Member}
		lane := chat.Stream{Workspace: "T0000000002", ID: channelID("lane")}
		r.world.members[lane] = map[chat.UserID][]chat.Membership{userID(other): {{JoinedSeq: 1}}}
		r.world.mu.Unlock()
		zoe := r.connect(other)
		var flood []*client
		for range 100 {
			flood = append(flood, r.connect("ann"))
		}
		synctest.Wait()
		hold := make(chan struct{}) // a channel server that takes its time
		r.world.mu.Lock()
		r.world.holdWhispers = hold
		r.world.mu.Unlock()
		for _, c := range flood {
			for range 50 {
				c.send(`{"type":"typing","channel":%q}`, channelID("town"))
			}
		}
		synctest.Wait()
		zoe.send(`{"type":"typing","channel":%q}`, lane.ID)
		synctest.Wait()
		close(hold)
		synctest.Wait()
		r.world.mu.Lock()
		defer r.world.mu.Unlock()
		count := map[chat.Stream]int{}
		for i, w := range r.world.whispers {
			count[w.Stream]++
			if w.Stream == lane && i > 3 {
				t.Errorf("the other workspace's came after %d of the flood", i)
			}
		}
		if count[lane] != 1 || count[streamOf(channelID("town"))] > 70 {
			t.Errorf("whispers %v", count)
		}
	})
}

func TestTypingPace(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann", "bob")
		ann, bob := r.connect("ann"), r.connect("bob")
		ann.take()
		bob.take()
		for range 100 {
			ann.send(`{"type":"typing","channel":%q}`, channelID("town"))
			time.Sleep(20 * time.Millisecond)
		}
		if n := len(bob.take()); n < 18 || n > 21 {
			t.Errorf("%d typing events in two seconds", n)
		}
	})
}

// A page for a socket is no bigger than its queue has room, however big the
// events are.
func TestPagesAreBoundedByBytes(t *testing.T) {
	bubble(t, func(c *gateway.Config) { c.QueueBytes = 64 << 10 }, func(r *rig) {
		town(r, "ann")
		for range 100 {
			r.world.post("town", "ann", strings.Repeat("x", 30<<10))
		}
		slow := r.handshake("/websocket?token=ann")
		slow.send(`{"type":"resume","id":1,"incarnation":"one","cursor":{%q:1}}`, channelID("town"))
		time.Sleep(time.Second)
		r.world.mu.Lock()
		biggest := r.world.biggest
		r.world.mu.Unlock()
		if biggest == 0 || biggest > 100<<10 {
			t.Errorf("a page of %d bytes was read", biggest)
		}
		go slow.readAll()
		time.Sleep(time.Second)
		if n := strings.Count(fmt.Sprint(slow.take()), `"text":"xxx`); n != 100 {
			t.Errorf("got %d of 100", n)
		}
	})
}
