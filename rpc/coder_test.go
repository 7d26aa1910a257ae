package rpc

import (
	"reflect"
	"testing"

	"taut/chat"
)

var stream1 = chat.Stream{Workspace: "T1", ID: "C1"}

func samples() *batch {
	e := chat.Event{Stream: stream1, Seq: 7, TS: 1700000000000123, Type: "message", User: "U1", N: 3, CommittedMS: -5, Payload: []byte(`{"a":"b"}`), Origin: "x"}
	return &batch{[]item{
		&welcome{},
		&subscribe{1, []chat.Subscription{{Stream: stream1, After: -1}, {Stream: stream1, After: 1 << 60, Known: chat.Mark{Of: -1, At: 7}}}},
		&unsubscribe{[]chat.Stream{stream1}},
		&read{2, chat.ReadRequest{Stream: stream1, User: "U1", After: 4, Limit: 100, Bytes: 1 << 20}},
		&acknowledge{1 << 63},
		&refuse{chat.Subscription{Stream: stream1, After: 9}},
		&positions{3, failure{chat.Moved, "stream"}, []chat.Position{{Stream: stream1, Seq: 5}}},
		&pageRead{4, failure{}, chat.Page{Events: []chat.Event{{Seq: 1, Type: "x"}}, Next: 1, Head: 2, Trimmed: 3, Gone: true}},
		&delivery{200, stream1, []chat.Event{e, e}},
		&whisper{chat.Ephemeral{Stream: stream1, Payload: []byte("{}"), Origin: "y"}},
		&heartbeat{[]chat.Head{{Stream: stream1, Seq: 8}}, chat.Mark{Of: 3, At: 1 << 50}},
		&renew{1, []chat.Device{{Workspace: "T1", User: "U1", Connection: "c", ActiveMS: 5, Away: true}}},
		&release{2, []chat.Device{{Workspace: "T1"}}},
		&watch{3, "T1", []chat.UserID{"U1"}, []chat.UserID{"U2", "U3"}},
		&states{4, failure{chat.Internal, ""}, []chat.PresenceState{{User: "U1", Active: true, Online: true, ManualAway: true, AutoAway: true, Connections: 2, LastActiveMS: 3, Version: 4}}},
		&changed{"T1", chat.PresenceState{User: "U1", Version: 9}},
	}}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	want := samples()
	var got batch
	if err := decode(encode(want), &got); err != nil {
		t.Fatal(err)
	}
	for i := range want.items {
		if !reflect.DeepEqual(got.items[i], want.items[i]) {
			t.Errorf("%T: %+v, want %+v", want.items[i], got.items[i], want.items[i])
		}
	}
	p := &publication{want.items[8].(*delivery).Events}
	back := new(publication)
	if err := decode(encode(p), back); err != nil || !reflect.DeepEqual(p, back) {
		t.Errorf("%v %+v, want %+v", err, back, p)
	}
}

// longer is what a later version could send: more fields, and an item that is new.
type longer struct{}

func (longer) code(c *coder) {
	kind, strange := uint64(9), uint64(99)
	c.uint(&kind)
	c.object(func() {
		samples().items[8].code(c)
		c.uint(&strange)
	})
	c.uint(&strange)
	c.object(func() { c.uint(&strange) })
	kind = 5
	c.uint(&kind)
	c.object(func() { c.uint(&strange) })
}

// shorter is what an earlier version could have sent.
type shorter struct{}

func (shorter) code(c *coder) {
	kind, id := uint64(8), uint64(6)
	c.uint(&kind)
	c.object(func() { c.uint(&id) })
}

func TestVersionsUnderstandEachOther(t *testing.T) {
	var b batch
	if err := decode(encode(longer{}), &b); err != nil {
		t.Fatal(err)
	}
	if len(b.items) != 2 || !reflect.DeepEqual(b.items[0], samples().items[8]) || b.items[1].(*acknowledge).Weight != 99 {
		t.Errorf("of a later version came %+v", b.items)
	}
	b = batch{}
	if err := decode(encode(shorter{}), &b); err != nil || !reflect.DeepEqual(b.items, []item{&pageRead{ID: 6}}) {
		t.Errorf("of an earlier version came %v %+v", err, b.items)
	}
}

// unmarked is what a version sent that knew no marks, and what it read: of each
// subscription the stream and after, of a heartbeat the heads.
type unmarked struct {
	subs  []chat.Subscription
	heads []chat.Head
}

func (u *unmarked) code(c *coder) {
	var id uint64
	kinds := []uint64{(&subscribe{}).kind(), (&heartbeat{}).kind()}
	c.uint(&kinds[0])
	c.object(func() {
		c.uint(&id)
		list(c, &u.subs, func(c *coder, s *chat.Subscription) {
			stream(c, &s.Stream)
			c.int(&s.After)
		})
	})
	c.uint(&kinds[1])
	c.object(func() { list(c, &u.heads, head) })
}

// TestMarksAreAnAddition: nodes that know none of them work with those that do, under
// one protocol number; the zero mark says that nothing is known.
func TestMarksAreAnAddition(t *testing.T) {
	old := unmarked{[]chat.Subscription{{Stream: stream1, After: 3}, {Stream: stream1, After: 4}}, []chat.Head{{Stream: stream1, Seq: 8}}}
	var b batch
	if err := decode(encode(&old), &b); err != nil || !reflect.DeepEqual(b.items, []item{&subscribe{Subs: old.subs}, &heartbeat{Heads: old.heads}}) {
		t.Errorf("of a version without marks came %v %+v", err, b.items)
	}
	marks := &batch{[]item{
		&subscribe{Subs: []chat.Subscription{{Stream: stream1, After: 3, Known: chat.Mark{Of: 1, At: 7}}, {Stream: stream1, After: 4}}},
		&heartbeat{old.heads, chat.Mark{Of: 1, At: 9}},
	}}
	var back unmarked
	if err := decode(encode(marks), &back); err != nil || !reflect.DeepEqual(back, old) {
		t.Errorf("to a version without marks came %v %+v", err, back)
	}
}

func TestMalformedMessages(t *testing.T) {
	good := encode(samples())
	for n := range good {
		decode(good[:n], new(batch)) // must not panic
	}
	for _, in := range [][]byte{
		{9, 255, 255, 255, 255, 15},                                  // an object longer than the message
		{11, 5, 255, 255, 3, 0, 0},                                   // a list longer than there are bytes
		{5, 11, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}, // a number that is too big
		{9, 3, 5, 1, 200},                                            // a string longer than its object
	} {
		if decode(in, new(batch)) == nil {
			t.Errorf("%v is taken for a message", in)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encode(samples()))
	f.Add(encode(longer{}))
	f.Fuzz(func(t *testing.T, in []byte) {
		var b batch
		if decode(in, &b) != nil {
			return
		}
		var again batch
		if err := decode(encode(&b), &again); err != nil || !reflect.DeepEqual(b, again) {
			t.Errorf("%v: read %+v, then %+v", err, b, again)
		}
		decode(in, new(publication))
	})
}
