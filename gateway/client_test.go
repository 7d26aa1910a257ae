package gateway_test

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/gobwas/ws"

	"taut/chat"
	"taut/gateway"
	"taut/wire"
)

// pipes is a listener whose connections are in memory, so that a whole server
// runs in a synctest bubble.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func listenPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (p *pipes) dial() net.Conn {
	ours, theirs := net.Pipe()
	p.conns <- theirs
	return ours
}

// rig is a gateway with its world, served over a listener.
type rig struct {
	t        testing.TB
	world    *world
	presence *fakePresence
	gateway  *gateway.Server
	dial     func() net.Conn
	stop     func()
}

func configOf(w *world) gateway.Config {
	return gateway.Config{
		Authenticator: w, Conversations: w, Name: "gw",
		Owner:  func(chat.Stream) chat.ChannelServer { return w },
		Shards: 2,
	}
}

// bubble runs the test in a synctest bubble over pipes; adjust may change the
// gateway's config. The bubble itself checks that no goroutine is left.
func bubble(t *testing.T, adjust func(*gateway.Config), test func(*rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		l := listenPipes()
		r := serve(t, w, l, adjust)
		r.dial = l.dial
		defer r.stop()
		test(r)
	})
}

func serve(t testing.TB, w *world, l net.Listener, adjust func(*gateway.Config)) *rig {
	c := configOf(w)
	presence := newFakePresence()
	c.Presence = presence
	if adjust != nil {
		adjust(&c)
	}
	g := gateway.New(c)
	server := &http.Server{Handler: g}
	served := make(chan struct{})
	go func() {
		defer close(served)
		server.Serve(l)
	}()
	return &rig{t: t, world: w, presence: presence, gateway: g, stop: func() {
		server.Close()
		g.Close()
		<-served
	}}
}

// client is a WebSocket client that keeps what it gets.
type client struct {
	t    testing.TB
	conn net.Conn
	r    *bufio.Reader

	mu     sync.Mutex
	cond   sync.Cond
	out    [][]byte // for the one writer: a pipe's second one would not count as blocked
	frames []string
	pongs  []string
	code   wire.CloseCode // of the close frame
	ended  bool
}

// connect opens a socket with the user's token and reads all that comes.
func (r *rig) connect(user string) *client {
	r.t.Helper()
	c := r.handshake("/websocket?token=" + user)
	go c.readAll()
	return c
}

func (r *rig) handshake(path string) *client {
	r.t.Helper()
	c := &client{t: r.t, conn: r.dial()}
	c.cond.L = &c.mu
	d := ws.Dialer{}
	url := "ws://gw.test" + path
	br, _, err := d.Upgrade(c.conn, parseURL(url))
	if err != nil {
		r.t.Fatalf("upgrade %s: %v", path, err)
	}
	if br == nil {
		br = bufio.NewReader(c.conn)
	}
	c.r = br
	return c
}

// writeAll writes what send has queued, until the connection ends.
func (c *client) writeAll() {
	for {
		c.mu.Lock()
		for len(c.out) == 0 && !c.ended {
			c.cond.Wait()
		}
		ended, out := c.ended, c.out
		c.out = [][]byte{}
		c.mu.Unlock()
		if ended {
			return
		}
		for _, b := range out {
			if _, err := c.conn.Write(b); err != nil {
				return
			}
		}
	}
}

// close ends the connection without a word.
func (c *client) close() {
	c.conn.Close()
	c.mu.Lock()
	c.ended = true
	c.cond.Broadcast()
	c.mu.Unlock()
}

func (c *client) readAll() {
	defer c.close()
	for {
		//lint:ignore SA1019 the peer is our own, and bounded
		f, err := ws.ReadFrame(c.r)
		if err != nil {
			return
		}
		c.mu.Lock()
		switch f.Header.OpCode {
		case ws.OpText:
			c.frames = append(c.frames, string(f.Payload))
		case ws.OpPong:
			c.pongs = append(c.pongs, string(f.Payload))
		case ws.OpClose:
			c.code = wire.CloseCode(binary.BigEndian.Uint16(f.Payload))
		}
		c.cond.Broadcast()
		c.mu.Unlock()
		if f.Header.OpCode == ws.OpPing {
			c.write(ws.OpPong, nil)
		}
		if f.Header.OpCode == ws.OpClose {
			return
		}
	}
}

// send writes a text frame.
func (c *client) send(format string, args ...any) {
	c.write(ws.OpText, fmt.Appendf(nil, format, args...))
}

func (c *client) write(op ws.OpCode, payload []byte) {
	c.raw(ws.MustCompileFrame(ws.MaskFrame(ws.NewFrame(op, true, payload))))
}

// raw writes any bytes.
func (c *client) raw(b []byte) {
	c.mu.Lock()
	if c.out == nil {
		c.out = [][]byte{}
		go c.writeAll()
	}
	c.out = append(c.out, b)
	c.cond.Broadcast()
	c.mu.Unlock()
}

// take waits until all is quiet and returns what came since the last take.
func (c *client) take() []string {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	frames := c.frames
	c.frames = nil
	return frames
}

func (c *client) closed() (wire.CloseCode, bool) {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.code, c.ended
}

// frames decodes what take returned.
func decode(t *testing.T, texts []string) []wire.Frame {
	t.Helper()
	var frames []wire.Frame
	for _, text := range texts {
		f, err := wire.Decode([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		frames = append(frames, f)
	}
	return frames
}

func cursorOf(c map[chat.StreamID]int64) string {
	b, _ := json.Marshal(c)
	return string(b)
}
