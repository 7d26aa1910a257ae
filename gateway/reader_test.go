package gateway_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"

	"taut/chat"
	"taut/gateway"
	"taut/wire"
)

// reader is a client that follows the specification: it keeps a cursor, drops
// what it has, resumes after each reconnect and asks for what it lacks.
type reader struct {
	rig  *rig
	user string

	mu      sync.Mutex
	cursor  map[chat.StreamID]int64
	since   map[chat.StreamID][]int64 // what it fetched instead of reading: seqs up to here
	seen    map[chat.StreamID][]int64
	gone    map[chat.StreamID]bool
	named   map[chat.StreamID]int64 // the last resume that named the stream
	asked   map[chat.StreamID]int64 // streams named in the resume with this id, which has not begun
	aware   bool
	resumes int64
	conn    *client
	gates   *gate
	faults  []string
	heard   []string // all frames, to be shown when something is wrong
}

// gate is a client's appetite: it reads when open.
type gate struct {
	mu   sync.Mutex
	cond sync.Cond
	shut bool
}

func (g *gate) set(shut bool) {
	g.mu.Lock()
	g.shut = shut
	g.cond.Broadcast()
	g.mu.Unlock()
}

func (g *gate) pass() {
	g.mu.Lock()
	for g.shut {
		g.cond.Wait()
	}
	g.mu.Unlock()
}

func newReader(r *rig, user string) *reader {
	d := &reader{
		rig: r, user: user,
		cursor: map[chat.StreamID]int64{}, since: map[chat.StreamID][]int64{},
		seen: map[chat.StreamID][]int64{}, gone: map[chat.StreamID]bool{}, named: map[chat.StreamID]int64{}, asked: map[chat.StreamID]int64{},
	}
	d.gates = &gate{}
	d.gates.cond.L = &d.gates.mu
	return d
}

// connect opens a socket and, if the reader has been here before, resumes.
func (d *reader) connect() {
	c := d.rig.handshake("/websocket?token=" + d.user)
	d.mu.Lock()
	d.conn = c
	d.mu.Unlock()
	go func() {
		defer d.lost(c)
		for {
			d.gates.pass()
			//lint:ignore SA1019 the peer is our own, and bounded
			f, err := ws.ReadFrame(c.r)
			if err != nil || f.Header.OpCode == ws.OpClose {
				return
			}
			if f.Header.OpCode == ws.OpText {
				d.frame(c, f.Payload)
			}
		}
	}()
}

// lost notes the end of a connection, whoever ended it.
func (d *reader) lost(c *client) {
	c.close()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.conn == c {
		d.conn = nil
	}
}

func (d *reader) hangUp() {
	d.mu.Lock()
	c := d.conn
	d.conn = nil
	d.mu.Unlock()
	d.gates.set(false)
	if c != nil {
		c.close()
	}
}

func (d *reader) frame(c *client, payload []byte) {
	f, err := wire.Decode(payload)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.heard = append(d.heard, fmt.Sprintf("%s  (cursor %v, asked %v)", payload, d.cursor, d.asked))
	if err != nil {
		d.fault("frame %s: %v", payload, err)
		return
	}
	if d.conn != c {
		return
	}
	switch {
	case f.Type == wire.TypeHello:
		d.hello()
	case f.Type == "":
	case f.Stream != "" && f.ReplyTo > 0 && f.ReplyTo < d.named[f.Stream]: // to a resume that was replaced
	case f.Stream != "" && d.unknown(f.Stream):
	case f.Type == wire.TypeResumed:
		d.cursor[f.Stream] = max(d.cursor[f.Stream], f.Head)
	case f.Type == wire.TypeCurrent:
		maps.DeleteFunc(d.asked, func(_ chat.StreamID, id int64) bool { return id == f.ReplyTo })
	case f.Type == wire.TypeGone:
		d.gone[f.Stream] = true
	case f.Type == wire.TypeDiscontinuity:
		d.since[f.Stream] = append(d.since[f.Stream], d.cursor[f.Stream], f.Head)
		d.cursor[f.Stream] = f.Head
	case f.Stream != "":
		d.event(f)
	case f.Type == wire.TypeError:
		d.fault("error %s", payload)
	}
}

func (d *reader) fault(format string, args ...any) {
	if len(d.faults) < 10 {
		d.faults = append(d.faults, fmt.Sprintf(format, args...))
	}
}

// hello starts from what the API would answer now, or from the cursor.
func (d *reader) hello() {
	clear(d.asked)
	if d.aware {
		d.resume(d.cursor)
		return
	}
	d.aware = true
	w := d.rig.world
	w.mu.Lock()
	defer w.mu.Unlock()
	u := userID(d.user)
	d.start(chat.StreamID(u), w.head(streamOf(chat.StreamID(u))))
	for s := range w.members {
		if w.isMember(s, u) {
			d.start(s.ID, w.head(s))
		} else { // owed from now on
			d.since[s.ID] = append(d.since[s.ID], 0, w.head(s))
		}
	}
}

func (d *reader) start(s chat.StreamID, head int64) {
	d.cursor[s] = head
	d.since[s] = append(d.since[s], 0, head)
}

func (d *reader) resume(cursor map[chat.StreamID]int64) {
	d.resumes++
	cursor = maps.Clone(cursor)
	maps.DeleteFunc(cursor, func(s chat.StreamID, _ int64) bool { return d.gone[s] })
	for s := range cursor {
		d.asked[s], d.named[s] = d.resumes, d.resumes
	}
	text := fmt.Sprintf(`{"type":"resume","id":%d,"incarnation":"one","cursor":%s}`, d.resumes, cursorOf(cursor))
	d.conn.send("%s", text)
}

// unknown is a channel that it has not heard of yet, or hears of no more.
func (d *reader) unknown(s chat.StreamID) bool {
	_, known := d.cursor[s]
	return !known || d.gone[s]
}

func (d *reader) event(f wire.Frame) {
	switch {
	case f.Seq <= d.cursor[f.Stream]:
		return
	case d.asked[f.Stream] != 0: // a stray: the resume brings it again
		return
	}
	d.cursor[f.Stream] = f.Seq
	d.seen[f.Stream] = append(d.seen[f.Stream], f.Seq)
	if ch := chat.StreamID(f.Channel); f.JoinedSeq > 0 {
		if _, known := d.cursor[ch]; d.gone[ch] {
			d.cursor[ch] = max(d.cursor[ch], f.JoinedSeq-1)
			delete(d.gone, ch)
		} else if !known {
			d.cursor[ch] = f.JoinedSeq - 1
			d.since[ch] = append(d.since[ch], 0, f.JoinedSeq-1)
		}
	}
}

// check compares with the log: all that lies in the user's intervals, each once,
// nothing else.
func (d *reader) check(t *testing.T) {
	d.mu.Lock()
	defer d.mu.Unlock()
	w := d.rig.world
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range d.faults {
		t.Errorf("%s: %s", d.user, f)
	}
	for s, users := range w.members {
		d.checkStream(t, s, users[userID(d.user)], w.head(s))
	}
	own := streamOf(chat.StreamID(userID(d.user)))
	d.checkStream(t, own, []chat.Membership{{JoinedSeq: 1}}, w.head(own))
}

func (d *reader) checkStream(t *testing.T, s chat.Stream, may []chat.Membership, head int64) {
	got := map[int64]bool{}
	last := int64(0)
	wrong := false
	for _, seq := range d.seen[s.ID] {
		if seq <= last {
			t.Errorf("%s %s: %d after %d", d.user, s.ID, seq, last)
		}
		last = seq
		got[seq] = true
	}
	if len(d.since[s.ID]) == 0 && len(may) > 0 {
		t.Errorf("%s %s: never heard of", d.user, s.ID)
	}
	for seq := int64(1); seq <= head; seq++ {
		allowed, fetched := false, false
		for _, m := range may {
			allowed = allowed || m.Contains(seq)
		}
		for i := 0; i+1 < len(d.since[s.ID]); i += 2 {
			fetched = fetched || seq > d.since[s.ID][i] && seq <= d.since[s.ID][i+1]
		}
		if got[seq] && !allowed {
			t.Errorf("%s %s: got %d, which is not theirs (%v)", d.user, s.ID, seq, may)
		}
		if !got[seq] && allowed && !fetched {
			t.Errorf("%s %s: lacks %d of %d (%v; fetched %v)", d.user, s.ID, seq, head, may, d.since[s.ID])
			wrong = true
		}
	}
	for _, line := range d.heard {
		if wrong && (strings.Contains(line, string(s.ID)) || strings.Contains(line, "reply_to")) {
			t.Log(line)
		}
	}
}

// Readers that come, go, stall and resume, members that join and leave, and
// deliveries that are lost or refused: in the end everybody has exactly what is
// theirs.
func TestReadersUnderFaults(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			small := func(c *gateway.Config) {
				c.QueueBytes, c.InboxEvents, c.MaxReads = 2000, 8, 2
			}
			bubble(t, small, func(r *rig) { chaos(t, r, rand.New(rand.NewPCG(seed, 7))) })
			if t.Failed() {
				t.FailNow()
			}
		})
	}
}

func chaos(t *testing.T, r *rig, rnd *rand.Rand) {
	w := r.world
	users, channels := []string{"ann", "bob", "cat", "dan"}, []string{"town", "hall", "yard"}
	var readers []*reader
	for _, u := range users {
		w.addUser(u, chat.Member)
		for _, c := range channels {
			if rnd.IntN(2) == 0 {
				w.join(c, u, false)
			}
		}
		for range 2 {
			readers = append(readers, newReader(r, u))
		}
	}
	late := map[string]func(){}
	for range 400 {
		step(r, rnd, users, channels, readers, late)
		if rnd.IntN(3) == 0 {
			synctest.Wait()
		}
		if rnd.IntN(10) == 0 {
			time.Sleep(time.Duration(rnd.IntN(1500)) * time.Millisecond)
		}
	}
	for _, u := range users {
		tellLate(late, u)
	}
	w.mu.Lock()
	w.lose, w.failReads, w.failSubs = 0, 0, 0
	w.mu.Unlock()
	for _, d := range readers {
		d.gates.set(false)
	}
	for range 10 {
		time.Sleep(time.Second)
		synctest.Wait()
		w.beat()
		for _, d := range readers {
			if !d.online() {
				d.connect()
			}
		}
	}
	synctest.Wait()
	for _, d := range readers {
		d.check(t)
		d.hangUp()
	}
}

func (d *reader) online() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.conn != nil
}

// tellLate tells a user's stream what it hasn't heard yet.
func tellLate(late map[string]func(), user string) {
	if tell := late[user]; tell != nil {
		delete(late, user)
		tell()
	}
}

func step(r *rig, rnd *rand.Rand, users, channels []string, readers []*reader, late map[string]func()) {
	w := r.world
	u, c := users[rnd.IntN(len(users))], channels[rnd.IntN(len(channels))]
	d := readers[rnd.IntN(len(readers))]
	w.mu.Lock()
	member := w.isMember(streamOf(channelID(c)), userID(u))
	w.mu.Unlock()
	switch k := rnd.IntN(100); {
	case k < 55:
		w.post(c, u, fmt.Sprint("text ", rnd.IntN(1000)))
	case k < 65:
		tellLate(late, u) // a user's own stream is in order
		change := w.join
		if member {
			change = w.leave
		}
		if tell := change(c, u, rnd.IntN(2) == 0); tell != nil {
			late[u] = tell
		}
	case k < 70:
		tellLate(late, u)
	case k < 80:
		if d.online() {
			d.hangUp()
		} else {
			d.connect()
		}
	case k < 86:
		d.gates.set(rnd.IntN(2) == 0)
	case k < 90:
		w.mu.Lock()
		w.lose += rnd.IntN(3)
		w.mu.Unlock()
	case k < 93:
		w.mu.Lock()
		w.failReads += rnd.IntN(2)
		w.failSubs += rnd.IntN(2)
		w.mu.Unlock()
	case k < 96:
		w.beat()
	default:
		d.mu.Lock()
		if d.conn != nil && d.aware && rnd.IntN(2) == 0 {
			d.resume(d.cursor)
		}
		d.mu.Unlock()
	}
}
