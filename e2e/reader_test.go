//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"taut/chat"
	"taut/internal/history"
	"taut/wire"
)

// reader is a client that resumes, as package wire specifies it: it keeps a
// cursor over its connections, reconnects by itself, and fetches after a
// discontinuity. It records all that it is told.
type reader struct {
	name    string
	user    chat.UserID
	servers []*server // it has its socket at the first one that takes it
	api     *caller
	record  *history.Recorder
	shown   func(history.Record) // may be nil; hears of each event that is shown
	foreign string               // what no frame may hold; "": anything

	ctx    context.Context
	cancel context.CancelFunc
	group  sync.WaitGroup

	gate sync.Mutex // held while a frame is read

	mu          sync.Mutex
	away        bool // stays disconnected
	conn        net.Conn
	where       *server // has the socket
	incarnation string
	cursor      map[chat.StreamID]int64
	pending     map[chat.StreamID]bool    // resumes without an answer
	waiting     map[chat.StreamID]int64   // the resume frame whose current has not come yet
	nextID      int64                     // of frames
	aside       map[chat.StreamID]int64   // the cursors of streams that are gone
	latest      map[chat.StreamID]chat.TS // the newest event that was seen or fetched
	fetching    int
	count       struct{ events, hellos, resumed, discontinuities int }
	reasons     map[wire.Reason]int
	faults      []string
	changed     chan struct{} // closed and replaced when away changes
}

// read starts a reader that holds none of its channels' events yet.
func read(t *testing.T, s *server, r *history.Recorder, name, user, token string, channels ...string) *reader {
	t.Helper()
	c := newReader([]*server{s}, s.caller(token), r, name, user, channels...)
	c.group.Go(c.run)
	t.Cleanup(c.close)
	return c
}

// newReader makes one that does nothing yet.
func newReader(servers []*server, api *caller, r *history.Recorder, name, user string, channels ...string) *reader {
	ctx, cancel := context.WithCancel(context.Background())
	c := &reader{
		name: name, user: chat.UserID(user), servers: servers, api: api, record: r, ctx: ctx, cancel: cancel,
		cursor: map[chat.StreamID]int64{chat.StreamID(user): 0}, aside: map[chat.StreamID]int64{}, latest: map[chat.StreamID]chat.TS{}, reasons: map[wire.Reason]int{}, changed: make(chan struct{}),
	}
	for _, id := range channels {
		c.cursor[chat.StreamID(id)] = 0
	}
	return c
}

func (c *reader) close() {
	c.cancel()
	c.drop()
	c.group.Wait()
}

// drop ends the connection, if there is one.
func (c *reader) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != nil {
		c.conn.Close()
	}
}

// leave keeps the reader away until back.
func (c *reader) leave() { c.setAway(true); c.drop() }
func (c *reader) back()  { c.setAway(false) }

func (c *reader) setAway(away bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away = away
	close(c.changed)
	c.changed = make(chan struct{})
}

func (c *reader) run() {
	for c.ctx.Err() == nil {
		c.mu.Lock()
		away, changed := c.away, c.changed
		c.mu.Unlock()
		if away {
			select {
			case <-changed:
			case <-c.ctx.Done():
			}
			continue
		}
		c.connection()
		select {
		case <-time.After(time.Duration(20+rand.IntN(60)) * time.Millisecond):
		case <-c.ctx.Done():
		}
	}
}

// connection is one socket's life.
func (c *reader) connection() {
	conn, in, err := c.dial()
	if err != nil {
		return
	}
	c.mu.Lock()
	c.conn, c.pending, c.waiting = conn, map[chat.StreamID]bool{}, map[chat.StreamID]int64{}
	away := c.away
	c.mu.Unlock()
	connected := false
	if !away && c.ctx.Err() == nil {
		connected = c.frames(in)
	}
	conn.Close()
	c.mu.Lock()
	c.where = nil
	c.mu.Unlock()
	if connected {
		c.record.Add(history.Record{Kind: history.Disconnect, Client: c.name, Incarnation: c.held()})
	}
}

func (c *reader) dial() (conn net.Conn, in *bufio.Reader, err error) {
	for _, s := range c.servers {
		if conn, in, err = s.dial(c.ctx, c.api.token); err == nil {
			c.mu.Lock()
			c.where = s
			c.mu.Unlock()
			break
		}
	}
	return conn, in, err
}

// on tells whether the reader's socket is at the server.
func (c *reader) on(s *server) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.where == s
}

// home tells whether it is where the reader wants it most.
func (c *reader) home() bool { return c.on(c.servers[0]) }

// unanswered tells for which stream the reader waits, if for any.
func (c *reader) unanswered() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for s := range c.pending {
		return fmt.Errorf("%s waits for %s", c.name, s)
	}
	if c.fetching > 0 {
		return fmt.Errorf("%s fetches", c.name)
	}
	return nil
}

// dial opens a socket with the token in its header.
func (s *server) dial(ctx context.Context, token string) (net.Conn, *bufio.Reader, error) {
	dialer := ws.Dialer{Timeout: 5 * time.Second, NetDial: s.host.dial, Header: ws.HandshakeHeaderHTTP(http.Header{"Authorization": {"Bearer " + token}})}
	conn, in, _, err := dialer.Dial(ctx, "ws://"+s.listen+"/websocket")
	if err == nil && in == nil {
		in = bufio.NewReader(conn)
	}
	return conn, in, err
}

// hold lets the reader read nothing from its socket until release.
func (c *reader) hold() {
	c.record.Add(history.Record{Kind: history.Pause, Client: c.name, Incarnation: c.held()})
	c.gate.Lock()
}

func (c *reader) release() {
	c.gate.Unlock()
	c.record.Add(history.Record{Kind: history.Go, Client: c.name, Incarnation: c.held()})
}

func (c *reader) held() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.incarnation
}

// frames reads until the socket ends; it tells whether there was a hello.
func (c *reader) frames(in *bufio.Reader) (connected bool) {
	for {
		//lint:ignore SA1019 the peer is our own, and bounded
		frame, err := ws.ReadFrame(in)
		if err != nil {
			return connected
		}
		c.mu.Lock()
		switch frame.Header.OpCode {
		case ws.OpPing:
			c.send(ws.NewPongFrame(frame.Payload))
		case ws.OpClose:
			c.mu.Unlock()
			return connected
		case ws.OpText:
			connected = c.take(frame.Payload) || connected
		}
		c.mu.Unlock()
	}
}

// send writes a frame; a broken socket shows when it is read. Called with mu.
func (c *reader) send(f ws.Frame) {
	c.conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
	c.conn.Write(ws.MustCompileFrame(ws.MaskFrameInPlace(f)))
}

func (c *reader) add(kind history.Kind, stream chat.StreamID, seq int64, reason wire.Reason) {
	c.record.Add(history.Record{
		Kind: kind, Client: c.name, User: c.user, Incarnation: c.incarnation, Stream: stream, Seq: seq, Reason: string(reason),
	})
}

// take handles one frame and tells whether it was the hello. Called with mu.
func (c *reader) take(payload []byte) (hello bool) {
	if c.foreign != "" && bytes.Contains(payload, []byte(c.foreign)) {
		c.fault("a frame of another workspace: %.200q", payload)
	}
	f, err := wire.Decode(payload)
	if err != nil {
		c.fault("a frame that cannot be read: %v: %.200q", err, payload)
		return false
	}
	switch {
	case f.Type == "hello":
		c.hello(f)
		return true
	case f.Type == "resumed":
		c.answered(f.Stream, history.Resumed, f.Head, "")
	case f.Type == "current":
		maps.DeleteFunc(c.waiting, func(_ chat.StreamID, frame int64) bool { return frame == f.ReplyTo })
		for _, s := range f.Streams {
			c.answered(s, history.Resumed, c.cursor[s], "")
		}
	case f.Type == "discontinuity":
		c.count.discontinuities++
		c.reasons[f.Reason]++
		c.answered(f.Stream, history.Discontinuity, f.Head, f.Reason)
		c.fetch(f.Stream)
	case f.Type == "gone":
		c.gone(f.Stream)
	case f.Type == "skip":
		c.skip(f)
	case f.Type == "error":
		c.fault("an error frame: %s", payload)
	case f.Type != "" && f.Seq > 0:
		c.event(f)
	}
	return false
}

func (c *reader) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

// hello starts the connection with a resume of all that is held, under the
// incarnation that it is held of.
func (c *reader) hello(f wire.Frame) {
	old := c.incarnation
	if old == "" {
		old = f.Incarnation
	}
	c.count.hellos++
	if f.Incarnation != old {
		clear(c.aside)
	}
	c.incarnation = f.Incarnation
	c.record.Add(history.Record{Kind: history.Connect, Client: c.name, User: c.user, Incarnation: f.Incarnation, Fresh: c.count.hellos == 1})
	c.resume(old, c.cursor)
}

func (c *reader) resume(incarnation string, cursor map[chat.StreamID]int64) {
	c.nextID++
	id := c.nextID
	text, err := json.Marshal(wire.ClientFrame{Type: wire.TypeResume, ID: &id, Incarnation: incarnation, Cursor: cursor})
	if err != nil {
		panic(err) // strings and numbers
	}
	for s, seq := range cursor {
		c.pending[s], c.waiting[s] = true, id
		c.record.Add(history.Record{Kind: history.Resume, Client: c.name, User: c.user, Incarnation: incarnation, Stream: s, Seq: seq})
	}
	c.send(ws.NewTextFrame(text))
}

func (c *reader) answered(s chat.StreamID, kind history.Kind, head int64, reason wire.Reason) {
	delete(c.pending, s)
	at, known := c.cursor[s]
	if !known {
		return // it was gone meanwhile; the user's stream tells if it is joined again
	}
	c.add(kind, s, head, reason)
	if kind == history.Resumed {
		c.count.resumed++
		head = max(head, at)
	}
	c.cursor[s] = head
}

// gone forgets a stream; its cursor is kept aside, as news of a later join may
// still come.
func (c *reader) gone(s chat.StreamID) {
	c.add(history.Gone, s, 0, "")
	delete(c.pending, s)
	if at, known := c.cursor[s]; known {
		c.aside[s] = at
		delete(c.cursor, s)
	}
}

// news tells whether an event is one that the reader wants: not of a stream that
// it doesn't know, nor one that it has, nor what was under way when it resumed.
func (c *reader) news(f wire.Frame) bool {
	at, known := c.cursor[f.Stream]
	_, waits := c.waiting[f.Stream]
	return known && !waits && f.Seq > at
}

// event shows a durable event. A jump in seq is one over what the reader may not
// see; the checker tells if it was not.
func (c *reader) event(f wire.Frame) {
	if !c.news(f) {
		return
	}
	c.cursor[f.Stream] = f.Seq
	c.count.events++
	c.see(f)
}

func (c *reader) skip(f wire.Frame) {
	if c.news(f) {
		c.cursor[f.Stream] = f.Seq
		c.add(history.Skip, f.Stream, f.Seq, "")
	}
}

// eventKeys are what an event's frame tells beside the protocol's own keys.
type eventKeys struct {
	TS      chat.TS     `json:"ts"`
	EventTS chat.TS     `json:"event_ts"`
	User    chat.UserID `json:"user"`
}

func (c *reader) see(f wire.Frame) {
	var keys eventKeys
	json.Unmarshal(f.Raw, &keys) // an event whose user is an object has none here
	ts := keys.EventTS
	if ts == 0 {
		ts = keys.TS
	}
	rec := history.FromLog(history.See, chat.Event{Stream: chat.Stream{ID: f.Stream}, Seq: f.Seq, TS: ts, Type: f.Type, User: keys.User, Payload: f.Raw})
	rec.Client, rec.Incarnation = c.name, c.incarnation
	c.record.Add(rec)
	if c.shown != nil {
		c.shown(rec)
	}
	c.latest[f.Stream] = max(c.latest[f.Stream], ts)
	c.membership(f)
}

// membership follows joins: a channel is known from the user stream's word on.
// Where the reader has a cursor, it keeps it.
func (c *reader) membership(f wire.Frame) {
	s := chat.StreamID(f.Channel)
	if _, known := c.cursor[s]; known || f.Stream != chat.StreamID(c.user) || f.JoinedSeq == 0 {
		return
	}
	c.cursor[s] = max(f.JoinedSeq-1, c.aside[s])
	if c.pending[f.Stream] {
		// The gateway resumes it by itself.
		c.pending[s] = true
		c.add(history.Resume, s, c.cursor[s], "")
		return
	}
	c.add(history.Joined, s, c.cursor[s], "")
}

// fetch reads what a discontinuity left out: a channel's history, or of the own
// stream the channels, which are then resumed. Called with mu.
func (c *reader) fetch(s chat.StreamID) {
	c.fetching++
	incarnation := c.incarnation
	c.group.Go(func() {
		defer func() { c.mu.Lock(); c.fetching--; c.mu.Unlock() }()
		for c.ctx.Err() == nil && c.at(string(s)) != -1 {
			var found []chat.TS
			var channels []string
			var err error
			if s == chat.StreamID(c.user) {
				channels, err = c.channels()
			} else {
				found, err = c.history(string(s))
			}
			if err == nil {
				c.fetched(incarnation, s, found)
				c.find(incarnation, channels)
				return
			}
			select {
			case <-time.After(50 * time.Millisecond):
			case <-c.ctx.Done():
			}
		}
	})
}

// find resumes the channels that the reader didn't know: it holds nothing of
// them, or what it kept aside.
func (c *reader) find(incarnation string, channels []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	news := map[chat.StreamID]int64{}
	for _, id := range channels {
		s := chat.StreamID(id)
		if _, known := c.cursor[s]; !known && incarnation == c.incarnation {
			c.cursor[s] = c.aside[s]
			news[s] = c.cursor[s]
		}
	}
	if len(news) > 0 {
		c.resume(c.incarnation, news) // if the socket is broken, the next hello does
	}
}

func (c *reader) channels() (ids []string, err error) {
	args := url.Values{"types": {"public_channel,private_channel,mpim,im"}, "limit": {"200"}}
	for {
		page, err := c.api.call(c.ctx, "users.conversations", args)
		if err != nil {
			return nil, err
		}
		for _, channel := range page.list("channels") {
			ids = append(ids, channel.text("id"))
		}
		cursor := page.text("response_metadata", "next_cursor")
		if cursor == "" {
			return ids, nil
		}
		args.Set("cursor", cursor)
	}
}

func (c *reader) fetched(incarnation string, s chat.StreamID, found []chat.TS) {
	c.record.Add(history.Record{Kind: history.Fetched, Client: c.name, User: c.user, Incarnation: incarnation, Stream: s, Found: found})
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, ts := range found {
		c.latest[s] = max(c.latest[s], ts)
	}
}

func (c *reader) history(channel string) (found []chat.TS, err error) {
	args := url.Values{"channel": {channel}, "limit": {"999"}}
	for {
		page, err := c.api.call(c.ctx, "conversations.history", args)
		if err != nil {
			return nil, err
		}
		for _, m := range page.list("messages") {
			ts, err := chat.ParseTS(m.text("ts"))
			if err != nil {
				return nil, err
			}
			found = append(found, ts)
		}
		cursor := page.text("response_metadata", "next_cursor")
		if cursor == "" {
			return found, nil
		}
		args.Set("cursor", cursor)
	}
}

// at is the reader's cursor of a stream; -1 when it has none, -2 while it waits
// for an answer, -3 while it fetches.
func (c *reader) at(stream string) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	seq, known := c.cursor[chat.StreamID(stream)]
	switch {
	case !known:
		return -1
	case c.pending[chat.StreamID(stream)]:
		return -2
	case c.fetching > 0:
		return -3
	}
	return seq
}

// has tells whether the reader came to the event with this ts.
func (c *reader) has(stream chat.StreamID, ts chat.TS) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.latest[stream] >= ts
}

func (c *reader) events() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.count.events
}

// summary is for the test's log.
func (c *reader) summary() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.name + ": " + strconv.Itoa(c.count.events) + " events, " + fmt.Sprintf("%d connections, %d resumed, discontinuities %v", c.count.hellos, c.count.resumed, c.reasons)
}

// check fails the test for what the reader found wrong by itself.
func (c *reader) check(t *testing.T) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range c.faults {
		t.Errorf("%s got %s", c.name, f)
	}
}
