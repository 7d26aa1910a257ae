package sim

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/gobwas/ws"

	"taut/chat"
	"taut/internal/history"
	"taut/wire"
)

// client is one device of a user: it reads its socket, keeps a cursor for each
// stream, resumes, closes holes and sends, and records all that it is told. One
// that is not aware is an SDK of Slack's: it holds no cursor.
type client struct {
	world *world
	name  string
	user  chat.UserID
	aware bool
	dice  *dice

	mu          sync.Mutex
	away        bool
	paused      bool
	changed     chan struct{} // closed and replaced when away or paused change
	conn        *connection   // nil: none, or no hello yet
	incarnation string
	streams     map[chat.StreamID]*follow
	left        map[chat.StreamID]int64 // the cursors of streams that are gone
	refetch     map[chat.StreamID]bool  // streams with a discontinuity whose state is not fetched yet
	unsent      map[string]*outgoing    // by key: sends without an answer
	nextID      int64
	connections int
	answers     []answer
	shown       int
}

// connection is one socket.
type connection struct {
	conn net.Conn
	out  chan []byte // frames to write
	done chan struct{}
}

// follow is a stream that the client reads.
type follow struct {
	seq   int64   // the cursor
	asked *answer // a question that is not answered yet
	frame int64   // its resume frame; 0: it has begun, or was never asked by a frame
	left  int64   // the user left here; a client need not mind, the next resume tells
}

// outgoing is a message on its way.
type outgoing struct {
	key     string
	channel chat.ChannelID
	text    string
	id      int64
	tries   int
}

func newClient(w *world, name string, user chat.UserID, aware bool, d *dice) *client {
	c := &client{
		world: w, name: name, user: user, aware: aware, dice: d, changed: make(chan struct{}),
		streams: make(map[chat.StreamID]*follow), unsent: make(map[string]*outgoing), left: make(map[chat.StreamID]int64),
		refetch: make(map[chat.StreamID]bool),
	}
	if aware {
		// It holds nothing: the own stream from its begin tells of all channels.
		c.streams[chat.StreamID(user)] = &follow{}
	}
	return c
}

// set changes what the client does; nil leaves a thing as it is.
func (c *client) set(away, paused *bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if away != nil {
		c.away = *away
		if c.away && c.conn != nil {
			c.conn.conn.Close()
		}
	}
	if paused != nil && *paused != c.paused {
		c.paused = *paused
		kind := history.Go
		if c.paused {
			kind = history.Pause
		}
		c.add(history.Record{Kind: kind})
	}
	close(c.changed)
	c.changed = make(chan struct{})
}

// wait returns when the condition holds, false when the run is over.
func (c *client) wait(ready func() bool) bool {
	for {
		c.mu.Lock()
		ok, changed := ready(), c.changed
		c.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-changed:
		case <-c.world.over:
			return false
		}
	}
}

// run connects again and again until the run is over.
func (c *client) run() {
	for c.wait(func() bool { return !c.away }) {
		c.connect()
		select {
		case <-time.After(time.Duration(c.dice.intn(1500)) * time.Millisecond):
		case <-c.world.over:
			return
		}
	}
}

// connect is one socket's life.
func (c *client) connect() {
	raw, err := c.world.dial(c.dice.intn(len(gateNames)))
	if err != nil {
		return
	}
	u := &url.URL{Scheme: "ws", Host: "taut.test", Path: "/websocket", RawQuery: "token=" + string(c.user)}
	in, _, err := ws.Dialer{}.Upgrade(raw, u)
	if err != nil {
		raw.Close()
		return
	}
	if in == nil {
		in = bufio.NewReader(raw)
	}
	conn := &connection{conn: raw, out: make(chan []byte, 4096), done: make(chan struct{})}
	var writing sync.WaitGroup
	writing.Go(conn.write)
	c.read(conn, in)
	raw.Close()
	close(conn.done)
	writing.Wait()
	c.disconnected(conn)
}

func (c *connection) write() {
	for {
		select {
		case b := <-c.out:
			if _, err := c.conn.Write(b); err != nil {
				return
			}
		case <-c.done:
			return
		}
	}
}

func (c *connection) send(op ws.OpCode, payload []byte) {
	c.out <- ws.MustCompileFrame(ws.MaskFrame(ws.NewFrame(op, true, payload)))
}

// read takes frames until the socket ends, none while paused.
func (c *client) read(conn *connection, in *bufio.Reader) {
	for c.wait(func() bool { return !c.paused }) {
		//lint:ignore SA1019 the peer is our own, and bounded
		f, err := ws.ReadFrame(in)
		if err != nil {
			return
		}
		switch f.Header.OpCode {
		case ws.OpPing:
			conn.send(ws.OpPong, f.Payload)
		case ws.OpClose:
			return
		case ws.OpText:
			c.mu.Lock()
			c.take(conn, f.Payload)
			c.mu.Unlock()
		}
	}
}

func (c *client) disconnected(conn *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != conn {
		return // it came to no hello
	}
	c.conn = nil
	c.add(history.Record{Kind: history.Disconnect})
	for _, f := range c.streams {
		if f.asked != nil {
			c.answers = append(c.answers, *f.asked) // without an answer
		}
		f.asked, f.frame = nil, 0
	}
}

func (c *client) add(r history.Record) {
	r.Client, r.User = c.name, c.user
	if r.Incarnation == "" {
		r.Incarnation = c.incarnation
	}
	c.world.record.Add(r)
}

// take handles a text frame. Called with mu, as all below.
func (c *client) take(conn *connection, payload []byte) {
	f, err := wire.Decode(payload)
	if err != nil {
		c.world.fault("%s got a frame that can't be read: %v", c.name, err)
		return
	}
	switch {
	case f.Type == wire.TypeHello:
		c.hello(conn, f)
	case c.conn != conn:
		c.world.fault("%s got %s before hello", c.name, payload)
	case f.Type == wire.TypeResumed, f.Type == wire.TypeDiscontinuity, f.Type == wire.TypeGone:
		c.answered(f.Stream, f)
	case f.Type == wire.TypeCurrent:
		c.begun(f.ReplyTo)
		for _, id := range f.Streams {
			c.answered(id, f)
		}
	case f.Type == "":
		c.acked(f)
	case f.Stream != "":
		c.event(f, payload)
	default: // of the directory, or ephemeral
		c.world.count(c.name + " got " + f.Type)
	}
}

// hello begins: it asks for what it missed, and sends again what has no answer.
func (c *client) hello(conn *connection, f wire.Frame) {
	c.conn = conn
	c.connections++
	old := c.incarnation
	if c.incarnation = f.Incarnation; c.incarnation != old {
		clear(c.left)
	}
	c.add(history.Record{Kind: history.Connect, Fresh: !c.aware})
	if c.aware {
		if old == "" {
			old = c.incarnation // nothing is held: the zero cursor fits all
		}
		c.resume(old, slices.Sorted(maps.Keys(c.streams)))
	}
	for _, key := range slices.Sorted(maps.Keys(c.unsent)) {
		c.post(c.unsent[key])
	}
	for _, id := range slices.Sorted(maps.Keys(c.refetch)) {
		c.fetch(id)
	}
}

// resume asks for streams, now and then in several frames.
func (c *client) resume(incarnation string, ids []chat.StreamID) {
	frames := 1
	if len(ids) > 1 {
		frames += c.dice.intn(2)
	}
	for part := range slices.Chunk(ids, (len(ids)+frames-1)/frames) {
		c.nextID++
		cursor := make(map[chat.StreamID]int64, len(part))
		for _, id := range part {
			f := c.streams[id]
			cursor[id], f.frame = f.seq, c.nextID
			c.ask(id, f, incarnation)
		}
		b, _ := json.Marshal(map[string]any{"type": "resume", "id": c.nextID, "incarnation": incarnation, "cursor": cursor})
		c.conn.send(ws.OpText, b)
	}
}

// ask notes that the stream's answer is awaited.
func (c *client) ask(id chat.StreamID, f *follow, incarnation string) {
	f.asked = &answer{
		client: c.name, stream: id, incarnation: incarnation, hello: c.incarnation, after: f.seq,
		askedMS: chat.Now().UnixMilli(), connection: c.connections,
	}
	c.add(history.Record{Kind: history.Resume, Stream: id, Seq: f.seq, Incarnation: incarnation})
}

// event takes a durable event, or the skip that stands for one.
func (c *client) event(frame wire.Frame, payload []byte) {
	var at struct {
		TS   chat.TS     `json:"event_ts"`
		User chat.UserID `json:"user"`
	}
	// An event of another shape has no event_ts to compare; the checker tells.
	_ = json.Unmarshal(payload, &at)
	e := chat.Event{
		Stream: chat.Stream{Workspace: c.world.team, ID: frame.Stream}, Seq: frame.Seq,
		Type: frame.Type, TS: at.TS, User: at.User, Payload: payload,
	}
	f := c.streams[frame.Stream]
	switch {
	case !c.aware:
		c.see(e)
		return
	case f == nil || e.Seq <= f.seq:
		return // of a channel that it doesn't know yet, or seen
	case f.frame != 0:
		c.world.count("under way when resuming")
		return // it comes again
	}
	f.seq = e.Seq
	if f.asked != nil {
		f.asked.shown = append(f.asked.shown, e.Seq)
	}
	c.see(e)
	c.heed(f, e)
}

// begun: what comes from now on of the streams of this frame is in order.
func (c *client) begun(frame int64) {
	for _, f := range c.streams {
		if f.frame == frame {
			f.frame = 0
		}
	}
}

func (c *client) see(e chat.Event) {
	c.shown++
	if e.Type == wire.TypeSkip {
		c.add(history.Record{Kind: history.Skip, Stream: e.Stream.ID, Seq: e.Seq})
		return
	}
	c.add(history.FromLog(history.See, e))
}

// heed acts on what is the client's own business.
func (c *client) heed(f *follow, e chat.Event) {
	if e.Type == chat.TypeMemberLeft && e.User == c.user {
		f.left = e.Seq
	}
	if change, ok := e.MembershipChange(); ok && change.JoinedSeq > 0 {
		c.joined(f, change)
	}
}

// joined: the own stream says that the channel's events from joined_seq on are
// the client's. Where it has a cursor of the channel, it keeps it.
func (c *client) joined(own *follow, change chat.MembershipChange) {
	id, after := chat.StreamID(change.Channel), change.JoinedSeq-1
	if c.streams[id] != nil {
		return
	}
	f := &follow{seq: max(after, c.left[id])}
	c.streams[id] = f
	if own.asked != nil {
		c.ask(id, f, c.incarnation) // the gateway resumes it by itself
		return
	}
	c.add(history.Record{Kind: history.Joined, Stream: id, Seq: f.seq})
}

// forget drops a stream that is gone; its cursor is kept aside, as news of an
// earlier join may still come. One of another incarnation means nothing.
func (c *client) forget(id chat.StreamID, f *follow) {
	if f.asked == nil || f.asked.incarnation == c.incarnation {
		c.left[id] = f.seq
	}
	delete(c.streams, id)
	delete(c.refetch, id)
}

// answered takes the answer to a resume.
func (c *client) answered(id chat.StreamID, frame wire.Frame) {
	f := c.streams[id]
	if f == nil {
		c.world.count("answers to no question")
		return
	}
	head := frame.Head
	switch frame.Type {
	case wire.TypeCurrent:
		head = f.seq
		c.add(history.Record{Kind: history.Resumed, Stream: id, Seq: head})
	case wire.TypeResumed:
		c.add(history.Record{Kind: history.Resumed, Stream: id, Seq: head})
	case wire.TypeDiscontinuity:
		c.add(history.Record{Kind: history.Discontinuity, Stream: id, Seq: head, Reason: string(frame.Reason)})
		c.refetch[id] = true
		defer c.fetch(id)
	case wire.TypeGone:
		head = f.seq
		c.add(history.Record{Kind: history.Gone, Stream: id})
		c.forget(id, f)
	}
	f.seq = head
	c.settle(f, frame, head)
}

// settle notes the answer for the model.
func (c *client) settle(f *follow, frame wire.Frame, head int64) {
	if f.frame = 0; f.asked == nil {
		return
	}
	a := *f.asked
	f.asked = nil
	a.kind, a.head, a.reason, a.answeredMS = frame.Type, head, frame.Reason, chat.Now().UnixMilli()
	c.answers = append(c.answers, a)
	c.world.count(frame.Type + " " + string(frame.Reason))
}

// typing tells that the user types.
func (c *client) typing(channel chat.ChannelID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b, _ := json.Marshal(wire.ClientFrame{Type: wire.TypeTyping, Channel: string(channel)})
	c.conn.send(ws.OpText, b)
}

// say sends a message over the socket, now or when there is one.
func (c *client) say(channel chat.ChannelID, key, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := &outgoing{key: key, channel: channel, text: text}
	c.unsent[o.key] = o
	c.add(history.Record{Kind: history.Send, Stream: chat.StreamID(channel), Key: o.key, Text: text})
	if c.conn != nil {
		c.post(o)
	}
}

// post sends, again where it had no answer, under the same key.
func (c *client) post(o *outgoing) {
	c.nextID++
	o.id = c.nextID
	o.tries++
	b, _ := json.Marshal(wire.ClientFrame{Type: "message", ID: &o.id, Channel: string(o.channel), Text: o.text, ClientMsgID: o.key})
	c.conn.send(ws.OpText, b)
}

// acked takes the answer to a send, or the end of a resume frame.
func (c *client) acked(f wire.Frame) {
	for key, o := range c.unsent {
		if o.id != f.ReplyTo {
			continue
		}
		var ack struct {
			TS chat.TS `json:"ts"`
		}
		r := history.Record{Kind: history.Ack, Stream: chat.StreamID(o.channel), Key: key, Seq: f.Seq, Socket: true}
		switch {
		case f.OK && json.Unmarshal(f.Raw, &ack) == nil:
			r.TS = ack.TS
		case f.Error != nil && f.Error.Code == wire.ErrNotFound:
			r.Kind, r.Reason, r.Again = history.Refused, f.Error.Msg, o.tries > 1
		default:
			c.retry(o)
			return
		}
		c.add(r)
		delete(c.unsent, key)
		return
	}
	if !f.OK {
		c.world.fault("%s was refused: %s", c.name, f.Raw)
	}
}

// retry sends again a little later.
func (c *client) retry(o *outgoing) {
	c.world.count("sends again")
	c.world.aside.Go(func() {
		time.Sleep(200 * time.Millisecond)
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.conn != nil && c.unsent[o.key] == o {
			c.post(o)
		}
	})
}

// state is what the client still lacks at the end; "" for nothing.
func (c *client) state(heads func(chat.StreamID) int64) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn == nil {
		return c.name + " is not connected"
	}
	if len(c.refetch) > 0 {
		return fmt.Sprintf("%s has not fetched %v", c.name, slices.Collect(maps.Keys(c.refetch)))
	}
	if len(c.unsent) > 0 {
		return fmt.Sprintf("%s has %d sends without an answer", c.name, len(c.unsent))
	}
	for id, f := range c.streams {
		if f.asked != nil {
			return fmt.Sprintf("%s has no answer for %s after %d", c.name, id, f.seq)
		}
		if c.aware && f.seq != f.left && f.seq < heads(id) {
			return fmt.Sprintf("%s stands at %d of %s, whose head is %d", c.name, f.seq, id, heads(id))
		}
	}
	return ""
}
