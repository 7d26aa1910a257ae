//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"taut/internal/history"
)

// footprint is what a process holds when it is idle.
type footprint struct{ goroutines, heap float64 }

func (s *server) footprint() footprint {
	s.t.Helper()
	s.page("/debug/pprof/heap?gc=1")
	goroutines, ok := s.metric("go_goroutines")
	heap, ok2 := s.metric("go_memstats_heap_inuse_bytes")
	if !ok || !ok2 {
		s.t.Fatal("the metrics lack go_goroutines or go_memstats_heap_inuse_bytes")
	}
	return footprint{goroutines, heap}
}

// TestBadInput storms the server with what no client sends: every request is
// answered as Slack answers, nothing panics, others' work goes on, and
// afterwards the process is what it was before.
func TestBadInput(t *testing.T) {
	s := newServer(t, "")
	mine := s.seed("acme", "--users", "4", "--bots", "0", "--channels", "1")
	theirs := s.seed("globex", "--users", "2", "--bots", "0", "--channels", "1", "--messages", "3")
	s.start()
	storm := &storm{t: t, server: s, mine: mine, theirs: theirs}
	storm.blow() // what is allocated once is there before the comparison
	before := s.footprint()
	record := &history.Recorder{}
	calm := read(t, s, record, "calm", mine.Users[1].ID, mine.Users[1].Token, mine.Channels[0].ID)
	at := calm.events()
	work := sending(t, s, record, "worker", mine.Users[2].ID, mine.Users[2].Token, time.Millisecond, "", mine.Channels[0].ID)
	for range 3 {
		storm.blow()
	}
	work.stop()
	work.api.client.CloseIdleConnections()
	if work.acked.Load() == 0 || calm.events() == at {
		t.Errorf("during the storm %d messages were posted and %d events seen", work.acked.Load(), calm.events()-at)
	}
	calm.close()
	calm.api.client.CloseIdleConnections()
	eventually(t, "the process is what it was before", func() error {
		now := s.footprint()
		if now.goroutines > before.goroutines+10 || now.heap > before.heap+24<<20 {
			return fmt.Errorf("%+v, before it was %+v", now, before)
		}
		return nil
	})
	if text := s.tail(); strings.Contains(text, "panic") {
		t.Errorf("the server panicked:\n%s", text)
	}
}

type storm struct {
	t            *testing.T
	server       *server
	mine, theirs workspace
}

// blow runs all kinds of bad input at once.
func (b *storm) blow() {
	var group sync.WaitGroup
	for i := range 4 {
		random := rand.New(rand.NewPCG(7, uint64(i)))
		group.Go(func() { b.foreignIDs(); b.badArguments() })
		group.Go(b.hugeBodies)
		group.Go(func() { b.brokenHTTP(random) })
		group.Go(func() { b.garbageFrames(random) })
	}
	group.Wait()
}

// foreignIDs asks for another workspace's things by their right ids: they don't exist.
func (b *storm) foreignIDs() {
	api := b.server.caller(b.mine.Users[0].Token)
	defer api.client.CloseIdleConnections()
	channel, user := b.theirs.Channels[0].ID, b.theirs.Users[0].ID
	for _, c := range []struct {
		method, want string
		args         []string
	}{
		{"conversations.info", "channel_not_found", []string{"channel", channel}},
		{"conversations.history", "channel_not_found", []string{"channel", channel}},
		{"conversations.replies", "channel_not_found", []string{"channel", channel, "ts", "1700000000.000000"}},
		{"conversations.members", "channel_not_found", []string{"channel", channel}},
		{"conversations.join", "channel_not_found", []string{"channel", channel}},
		{"conversations.invite", "channel_not_found", []string{"channel", channel, "users", b.mine.Users[1].ID}},
		{"conversations.mark", "channel_not_found", []string{"channel", channel, "ts", "1700000000.000000"}},
		{"conversations.open", "user_not_found", []string{"users", user}},
		{"conversations.invite", "user_not_found", []string{"channel", b.mine.Channels[0].ID, "users", user}},
		{"chat.postMessage", "channel_not_found", []string{"channel", channel, "text", "boo"}},
		{"chat.postMessage", "channel_not_found", []string{"channel", user, "text", "boo"}},
		{"users.info", "user_not_found", []string{"user", user}},
		{"users.getPresence", "user_not_found", []string{"user", user}},
	} {
		if answer, err := api.call(b.t.Context(), c.method, form(c.args...)); err == nil || err.Error() != c.want {
			b.t.Errorf("%s of another workspace: %v %v, want %s", c.method, answer, err, c.want)
		}
	}
}

// badArguments expects an answer in Slack's form, and an error, whatever comes.
func (b *storm) badArguments() {
	api := b.server.caller(b.mine.Users[0].Token)
	defer api.client.CloseIdleConnections()
	channel := b.mine.Channels[0].ID
	for _, c := range [][]string{
		{"chat.postMessage"},
		{"chat.postMessage", "channel", channel, "text", "x", "thread_ts", "yesterday"},
		{"chat.postMessage", "channel", channel, "blocks", "[[[["},
		{"chat.update", "channel", channel, "ts", "1e9", "text", "x"},
		{"conversations.history", "channel", channel, "cursor", "\x00\xff"},
		{"conversations.history", "channel", channel, "oldest", strings.Repeat("9", 400)},
		{"conversations.create", "name", "UPPER case & more"},
		{"conversations.create", "name", strings.Repeat("a", 10_000)},
		{"conversations.open", "users", strings.Repeat("U,", 5000)},
		{"reactions.add", "channel", channel, "timestamp", "0", "name", "\n"},
		{"users.info", "user", "../../etc/passwd"},
		{"no.such.method"},
	} {
		_, err := api.call(b.t.Context(), c[0], form(c[1:]...))
		if _, refused := err.(slackError); !refused {
			b.t.Errorf("%.100q: %v, want one of Slack's errors", c, err)
		}
	}
	api.token = "xoxb-0-forged"
	if _, err := api.call(b.t.Context(), "auth.test", nil); err == nil || err.Error() != "invalid_auth" {
		b.t.Errorf("a forged token: %v", err)
	}
}

// hugeBodies are refused without being kept.
func (b *storm) hugeBodies() {
	client := http.Client{Timeout: patience, Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for _, kind := range []string{"application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x"} {
		body := io.LimitReader(endless{}, 64<<20)
		req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.server.api()+"chat.postMessage", body)
		if err != nil {
			b.t.Error(err)
			return
		}
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Authorization", "Bearer "+b.mine.Users[0].Token)
		resp, err := client.Do(req)
		if err != nil {
			continue // the server hung up on it
		}
		answer, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if bytes.Contains(answer, []byte(`"ok":true`)) {
			b.t.Errorf("64 MiB of %s were accepted", kind)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// brokenHTTP opens connections that say nonsense, or nothing to the end.
func (b *storm) brokenHTTP(random *rand.Rand) {
	for _, text := range []string{
		"GET", "\x16\x03\x01\x02\x00", "POST /api/chat.postMessage HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\nhalf",
		"GET /websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
		"GET /websocket/" + strings.Repeat("A", 3000) + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGF1dCBiZW5jaCBjbGllbg==\r\n\r\n",
		noise(random, 2000),
	} {
		conn, err := net.Dial("tcp", b.server.listen)
		if err != nil {
			b.t.Error(err)
			return
		}
		io.WriteString(conn, text)
		conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		io.Copy(io.Discard, conn)
		conn.Close()
	}
}

func noise(random *rand.Rand, n int) string {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(random.Uint32())
	}
	return string(p)
}

// garbageFrames speaks nonsense over real sockets. Those frames that break the
// WebSocket end the socket, the others are answered.
func (b *storm) garbageFrames(random *rand.Rand) {
	deep := strings.Repeat(`{"a":`, 10_000)
	for _, text := range []string{
		"", "null", "[]", "{", `"x"`, deep, "\xff\xfe", `{"type":7}`, `{"type":"no such"}`, `{"id":"x","type":"ping"}`,
		`{"id":1,"type":"message"}`, `{"id":2,"type":"message","channel":"` + b.theirs.Channels[0].ID + `","text":"boo"}`,
		`{"id":3,"type":"typing","channel":"` + b.theirs.Channels[0].ID + `"}`,
		`{"id":4,"type":"presence_sub","ids":["` + b.theirs.Users[0].ID + `","x"]}`,
		`{"id":5,"type":"presence_query","ids":[` + strings.Repeat(`"U",`, 600) + `"U"]}`,
		`{"id":6,"type":"resume","incarnation":"?","cursor":{"` + b.theirs.Channels[0].ID + `":0,"T":-1,"":9}}`,
		`{"id":7,"type":"resume","incarnation":"?","cursor":{"` + b.theirs.Channels[0].ID + `":0,"` + b.theirs.Users[0].ID + `":0}}`,
		`{"id":8,"type":"resume"}`,
		noise(random, 500),
	} {
		b.frame(ws.NewTextFrame([]byte(text)), nil)
	}
	b.frame(ws.NewBinaryFrame([]byte("\x00\x01")), nil)
	b.frame(ws.NewTextFrame(bytes.Repeat([]byte("x"), 200<<10)), nil)
	b.frame(ws.Frame{}, []byte(noise(random, 300)))
	b.frame(ws.Frame{}, []byte{0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4}) // a length of 2^63-1
	b.frame(ws.Frame{}, []byte{0x81, 0x05, 'p', 'l', 'a', 'i', 'n'})                                    // not masked
	b.frame(ws.Frame{}, []byte{0x01, 0x81, 0, 0, 0, 0, 'a', 0x81, 0x81, 0, 0, 0, 0, 'b'})               // a fragment, then a new message
}

// frame opens a socket, sends the frame or the raw bytes, then a ping, and reads
// until the pong or the end. Nothing of the other workspace may come.
func (b *storm) frame(f ws.Frame, raw []byte) {
	conn, in, err := b.server.dial(b.t.Context(), b.mine.Users[0].Token)
	if err != nil {
		b.t.Errorf("connect: %v", err)
		return
	}
	defer conn.Close()
	if raw == nil {
		raw = ws.MustCompileFrame(ws.MaskFrameInPlace(f))
	}
	conn.Write(raw)
	conn.Write(ws.MustCompileFrame(ws.MaskFrameInPlace(ws.NewTextFrame([]byte(`{"id":77,"type":"ping"}`)))))
	conn.SetReadDeadline(time.Now().Add(2 * time.Second))
	for {
		//lint:ignore SA1019 the peer is our own, and bounded
		got, err := ws.ReadFrame(in)
		if err != nil || got.Header.OpCode == ws.OpClose {
			return
		}
		if bytes.Contains(got.Payload, []byte(`"text":"boo"`)) || bytes.Contains(got.Payload, []byte(b.theirs.ID)) {
			b.t.Errorf("after %.80q came %.200q", raw, got.Payload)
		}
		if bytes.Contains(got.Payload, []byte(`"reply_to":77`)) {
			return
		}
	}
}
