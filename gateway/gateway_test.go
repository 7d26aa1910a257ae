package gateway_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"

	"taut/chat"
	"taut/gateway"
	"taut/wire"
)

// town is a rig with one channel and its members.
func town(r *rig, members ...string) {
	for _, m := range members {
		r.world.addUser(m, chat.Member)
		r.world.join("town", m, false)
	}
}

func TestControlFramesAndFragments(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann")
		ann := r.connect("ann")
		ann.take()
		ann.write(ws.OpPing, []byte("payload"))
		text := []byte(`{"type":"ping","id":1}`)
		for i, part := range [][]byte{text[:5], text[5:9], text[9:]} {
			op := ws.OpContinuation
			if i == 0 {
				op = ws.OpText
			}
			ann.raw(ws.MustCompileFrame(ws.MaskFrame(ws.NewFrame(op, i == 2, part))))
			ann.write(ws.OpPing, fmt.Append(nil, i))
		}
		if got := ann.take(); len(got) != 1 || got[0] != `{"type":"pong","reply_to":1}` {
			t.Errorf("answer to a fragmented ping: %q", got)
		}
		if got := fmt.Sprint(ann.pongs); got != "[payload 0 1 2]" {
			t.Errorf("pong frames %s", got)
		}
	})
}

func TestWhatClosesASocket(t *testing.T) {
	frame := func(op ws.OpCode, payload string) []byte {
		return ws.MustCompileFrame(ws.MaskFrame(ws.NewFrame(op, true, []byte(payload))))
	}
	for _, c := range []struct {
		name string
		sent []byte
		code wire.CloseCode
	}{
		{"too big", frame(ws.OpText, strings.Repeat(" ", wire.MaxClientFrame+1)), wire.CloseTooBig},
		{"binary", frame(ws.OpBinary, "{}"), wire.CloseUnsupported},
		{"not UTF-8", frame(ws.OpText, "\xff"), wire.CloseNotUTF8},
		{"not masked", ws.MustCompileFrame(ws.NewTextFrame([]byte("{}"))), wire.CloseProtocol},
		{"reserved bit", []byte{0xC1, 0x80, 0, 0, 0, 0}, wire.CloseProtocol},
		{"stray continuation", frame(ws.OpContinuation, "{}"), wire.CloseProtocol},
		{"close", frame(ws.OpClose, "\x03\xe8"), wire.CloseNormal},
		{"empty close", frame(ws.OpClose, ""), wire.CloseNormal},
		{"close with half a code", frame(ws.OpClose, "\x03"), wire.CloseProtocol},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, nil, func(r *rig) {
				town(r, "ann")
				ann := r.connect("ann")
				ann.take()
				ann.raw(c.sent)
				if code, ended := ann.closed(); code != c.code || !ended {
					t.Errorf("closed with %d (%v), want %d", code, ended, c.code)
				}
			})
		})
	}
}

// request answers the status of a handshake with the given headers, and the
// first frame where it was upgraded.
func (r *rig) request(path string, headers ...string) (int, string) {
	r.t.Helper()
	conn := r.dial()
	defer conn.Close()
	key := base64.StdEncoding.EncodeToString(make([]byte, 16))
	lines := append([]string{
		"GET " + path + " HTTP/1.1", "Host: gw.test", "Upgrade: websocket", "Connection: Upgrade",
		"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + key,
	}, headers...)
	go io.WriteString(conn, strings.Join(lines, "\r\n")+"\r\n\r\n")
	br := bufio.NewReader(conn)
	resp, err := http.ReadResponse(br, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return resp.StatusCode, ""
	}
	//lint:ignore SA1019 the peer is our own, and bounded
	f, err := ws.ReadFrame(br)
	if err != nil {
		r.t.Fatal(err)
	}
	return resp.StatusCode, string(f.Payload)
}

func TestWhoMayConnect(t *testing.T) {
	hello := `{"type":"hello","incarnation":"one","host":"gw","start":true}`
	bad := `{"type":"error","error":{"code":1,"msg":"invalid_auth"}}`
	notAllowed := `{"type":"error","error":{"code":1,"msg":"not_allowed_token_type"}}`
	setUp := `{"type":"error","error":{"code":1,"msg":"two_factor_setup_required"}}`
	for _, c := range []struct {
		name, path string
		headers    []string
		status     int
		first      string
	}{
		{"ticket", "/websocket/ann", nil, 101, hello},
		{"bad ticket", "/websocket/zoe", nil, 101, `{"type":"error","error":{"code":1,"msg":"Socket URL has expired"}}`},
		{"bearer", "/websocket", []string{"Authorization: Bearer ann", "Origin: https://api.slack.com"}, 101, hello},
		{"query", "/websocket?token=ann", []string{"Origin: https://evil.test"}, 101, hello},
		{"bad token", "/websocket?token=zoe", nil, 101, bad},
		{"no token", "/websocket", nil, 101, bad},
		{"cookie alone", "/websocket", []string{"Cookie: d=ann", "Origin: https://gw.test"}, 101, bad},
		{"session", "/websocket?token=ses", []string{"Cookie: d=ses", "Origin: https://gw.test"}, 101, hello},
		{"session without its cookie", "/websocket?token=ses", []string{"Origin: https://gw.test"}, 101, bad},
		{"session of another page", "/websocket?token=ses", []string{"Cookie: d=ses", "Origin: https://evil.test"}, 403, ""},
		{"second factor to be set up", "/websocket?token=half", nil, 101, setUp},
		{"app's token", "/websocket?token=app", nil, 101, notAllowed},
		{"app's ticket", "/websocket/app", nil, 101, notAllowed},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, nil, func(r *rig) {
				town(r, "ann")
				session := chat.Caller{Workspace: team, User: userID("ann"), Role: chat.Member, TokenType: chat.SessionToken}
				r.world.users["ses"] = session
				session.TokenType, session.Scopes = chat.UserToken, []string{chat.SetupScope}
				r.world.users["half"] = session
				r.world.users["app"] = chat.Caller{Workspace: team, User: userID("ann"), Role: chat.Member, TokenType: chat.AppToken}
				if status, first := r.request(c.path, c.headers...); status != c.status || first != c.first {
					t.Errorf("status %d and %s, want %d and %s", status, first, c.status, c.first)
				}
			})
		})
	}
}

func TestLimitsOnSockets(t *testing.T) {
	limits := func(c *gateway.Config) { c.MaxSockets, c.MaxSocketsPerUser = 3, 2 }
	bubble(t, limits, func(r *rig) {
		town(r, "ann", "bob", "cat")
		first := r.connect("ann")
		r.connect("ann")
		if status, frame := r.request("/websocket?token=ann"); status != 101 || !strings.Contains(frame, "too_many_websockets") {
			t.Errorf("ann's third socket: %d %s", status, frame)
		}
		r.connect("bob")
		if status, _ := r.request("/websocket?token=cat"); status != 503 {
			t.Errorf("the fourth socket: %d, want 503", status)
		}
		first.close()
		synctest.Wait()
		if got := r.connect("cat").take(); len(got) != 1 {
			t.Errorf("after one left: %q, want hello", got)
		}
	})
}

// Who has no token and doesn't go either takes a part of the connections, for a moment.
func TestRefusalsThatStay(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		told := 0
		for range 300 {
			conn := r.dial()
			defer conn.Close()
			go io.WriteString(conn, "GET /websocket HTTP/1.1\r\nHost: gw.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
				"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode == http.StatusSwitchingProtocols {
				told++
			}
		}
		if told != 256 {
			t.Errorf("%d were told why not", told)
		}
		time.Sleep(time.Minute)
		if status, frame := r.request("/websocket"); status != 101 || !strings.Contains(frame, "error") {
			t.Errorf("a minute later: %d %s", status, frame)
		}
	})
}

// A workspace leaves room for another's sockets.
func TestSocketsOfOneWorkspace(t *testing.T) {
	bubble(t, func(c *gateway.Config) { c.MaxSockets = 4 }, func(r *rig) {
		town(r, "ann", "bob", "cat", "dan")
		r.world.users["eve"] = chat.Caller{Workspace: "T0000000002", User: userID("eve"), Role: chat.Member}
		for _, user := range []string{"ann", "bob", "cat"} {
			r.connect(user)
		}
		if status, _ := r.request("/websocket?token=dan"); status != 503 {
			t.Errorf("the workspace's fourth socket of four: %d, want 503", status)
		}
		if got := r.connect("eve").take(); len(got) != 1 {
			t.Errorf("the other's first: %q, want hello", got)
		}
	})
}

// One who reads nothing keeps nobody from reading, and has it all when it reads
// again.
func TestSlowReader(t *testing.T) {
	bubble(t, func(c *gateway.Config) { c.QueueBytes = 8 << 10 }, func(r *rig) {
		town(r, "ann", "bob")
		bob := r.connect("bob")
		bob.take()
		slow := r.handshake("/websocket?token=ann")
		synctest.Wait()
		const n = 1000
		for i := range n {
			r.world.post("town", "bob", fmt.Sprintf("%d %s", i, strings.Repeat("x", 100)))
			synctest.Wait()
		}
		if got := bob.take(); len(got) != n {
			t.Fatalf("bob got %d of %d", len(got), n)
		}
		go slow.readAll()
		time.Sleep(time.Second)
		frames := decode(t, slow.take())[1:]
		for i, f := range frames {
			if f.Seq != int64(i+3) {
				t.Fatalf("frame %d has seq %d, want %d", i, f.Seq, i+3)
			}
		}
		if len(frames) != n {
			t.Errorf("the slow one got %d of %d", len(frames), n)
		}
		reads := r.world.reads
		r.world.post("town", "bob", "live again")
		if got := slow.take(); len(got) != 1 || r.world.reads != reads {
			t.Errorf("after that: %d frames with %d reads, want one from the live flow", len(got), r.world.reads-reads)
		}
	})
}

// One who takes nothing at all is sent away in the end.
func TestStuckReaderIsClosed(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann")
		defer r.handshake("/websocket?token=ann").close()
		for range 100 {
			r.world.post("town", "ann", "x")
			time.Sleep(time.Second)
		}
		r.world.mu.Lock()
		defer r.world.mu.Unlock()
		for l := range r.world.links {
			if len(l.sent) != 0 {
				t.Errorf("still follows %v", l.sent)
			}
		}
	})
}

func TestSilentSocketIsClosed(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann")
		c := r.handshake("/websocket?token=ann") // answers no ping
		go func() {
			for {
				//lint:ignore SA1019 the peer is our own, and bounded
				f, err := ws.ReadFrame(c.r)
				if err != nil {
					return
				}
				if f.Header.OpCode == ws.OpClose {
					c.mu.Lock()
					c.code = wire.CloseCode(f.Payload[0])<<8 | wire.CloseCode(f.Payload[1])
					c.mu.Unlock()
					c.close()
				}
			}
		}()
		time.Sleep(119 * time.Second)
		if code, _ := c.closed(); code != 0 {
			t.Fatalf("closed with %d before its time", code)
		}
		time.Sleep(5 * time.Second)
		if code, _ := c.closed(); code != wire.CloseIdle {
			t.Errorf("closed with %d, want %d", code, wire.CloseIdle)
		}
	})
}

// A resume of many streams in several frames: 5,000 events in all, the rest are
// discontinuities, and every stream has its one answer.
func TestResumeLimits(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		w := r.world
		w.addUser("ann", chat.Member)
		var cursors []map[chat.StreamID]int64
		for i := range 30 {
			name := fmt.Sprintf("c%d", i)
			w.join(name, "ann", false)
			for range 300 {
				w.post(name, "ann", "x")
			}
			if i%10 == 0 {
				cursors = append(cursors, map[chat.StreamID]int64{})
			}
			cursors[len(cursors)-1][channelID(name)] = 1
		}
		ann := r.connect("ann")
		ann.take()
		for i, c := range cursors {
			ann.send(`{"type":"resume","id":%d,"incarnation":"one","cursor":%s}`, i+1, cursorOf(c))
		}
		count := map[string]int{}
		for _, f := range decode(t, ann.take()) {
			count[f.Type+string(f.Reason)]++
		}
		// 16 streams of 300 events fit into 5,000.
		want := "map[:3 current:3 discontinuitylimit:14 message:4800 resumed:16]"
		if got := fmt.Sprint(count); got != want {
			t.Errorf("frames %s, want %s", got, want)
		}
	})
}

// Frames that each leave a stream open are bounded in number.
func TestOpenResumeFramesAreBounded(t *testing.T) {
	const most = 64
	bubble(t, nil, func(r *rig) {
		r.world.addUser("ann", chat.Member)
		for i := range most + 1 {
			name := fmt.Sprintf("c%d", i)
			r.world.join(name, "ann", false)
			r.world.post(name, "ann", "x")
		}
		ann := r.connect("ann")
		ann.take()
		hold := make(chan struct{})
		r.world.mu.Lock()
		r.world.holdReads = hold
		r.world.mu.Unlock()
		for i := range most + 1 {
			cursor := map[chat.StreamID]int64{channelID(fmt.Sprintf("c%d", i)): 1}
			ann.send(`{"type":"resume","id":%d,"incarnation":"one","cursor":%s}`, i, cursorOf(cursor))
		}
		synctest.Wait()
		id := int64(most)
		want := string(wire.AppendRefusal(nil, &id, wire.Error{Code: wire.ErrTooFast, Msg: wire.MsgTooFast}))
		if got := ann.take(); got[len(got)-1] != want {
			t.Errorf("the last is %s, want %s", got[len(got)-1], want)
		}
		close(hold)
		synctest.Wait()
		if n := strings.Count(strings.Join(ann.take(), ""), `"ok":true`); n != most {
			t.Errorf("%d frames were answered, want %d", n, most)
		}
	})
}

// A kick that is committed while the kicked one connects: nothing after it.
func TestKickWhileConnecting(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann", "bob")
		w := r.world
		w.mu.Lock()
		w.beforeSubscribe = func() { // after the first snapshot, before the position
			w.leave("town", "ann", true)
			w.post("town", "bob", "secret")
		}
		w.mu.Unlock()
		ann := r.connect("ann")
		synctest.Wait()
		w.post("town", "bob", "secret too")
		for _, f := range ann.take() {
			if strings.Contains(f, "secret") {
				t.Errorf("got %s", f)
			}
		}
	})
}

func TestDeactivatedUserIsSentAway(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann", "bob")
		ann, bob := r.connect("ann"), r.connect("bob")
		synctest.Wait()
		r.world.event(chat.StreamID(team), map[string]any{"type": "user_change", "user": map[string]any{"id": userID("ann"), "deleted": true}})
		r.world.event(chat.StreamID(team), map[string]any{"type": "user_change", "user": map[string]any{"id": userID("bob"), "is_restricted": true}})
		if code, _ := ann.closed(); code != wire.CloseInactive {
			t.Errorf("ann: %d, want %d", code, wire.CloseInactive)
		}
		if code, _ := bob.closed(); code != wire.CloseChanged {
			t.Errorf("bob: %d, want %d", code, wire.CloseChanged)
		}
	})
}

// A gateway that cannot reach a channel server keeps its clients waiting, and
// tells them to come back.
func TestNoPositions(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann")
		r.world.mu.Lock()
		r.world.failSubs = 1000
		r.world.mu.Unlock()
		ann := r.connect("ann")
		time.Sleep(11 * time.Second)
		if code, _ := ann.closed(); code != wire.CloseUnavailable {
			t.Errorf("closed with %d, want %d", code, wire.CloseUnavailable)
		}
		r.world.mu.Lock()
		r.world.failSubs = 0
		r.world.mu.Unlock()
	})
}

func parseURL(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil {
		panic(err)
	}
	return u
}
