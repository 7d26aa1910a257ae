package history

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"taut/chat"
)

const bound = 3000

// story is a run in which all went well. Ann posts from her laptop over the Web
// API and from her phone over its socket, Bob reads from a laptop that was away
// for a while; he joined at 3, left at 8 and rejoined at 10.
//
//	C1: 1-2 Ann joins · 3-4 Bob joins · 5 6 7 posts · 8 Bob leaves · 9 post · 10 Bob joins · 11 12 13 posts
func story() []Record {
	const c = chat.StreamID("C1")
	var h []Record
	add := func(at int64, r Record) {
		r.AtMS, r.Incarnation = at, "i1"
		h = append(h, r)
	}
	post := func(seq int64, socket bool) {
		key := fmt.Sprint("k", seq)
		add(seq*1000, Record{Kind: Send, Client: "ann", User: "UA", Stream: c, Key: key})
		ack := Record{Kind: Ack, Client: "ann", User: "UA", Stream: c, Key: key, Seq: seq, TS: ts(seq), Socket: socket}
		add(seq*1000+5, ack)
	}
	see := func(client string, user chat.UserID, at int64, seqs ...int64) {
		for _, seq := range seqs {
			e := entry(seq)
			e.Kind, e.Client, e.User, e.CommittedMS = See, client, user, 0
			add(at, e)
		}
	}
	add(100, Record{Kind: Connect, Client: "ann", User: "UA", Fresh: true})
	add(2500, Record{Kind: Connect, Client: "bob", User: "UB", Fresh: true})
	see("ann", "UA", 2100, 1, 2)
	see("ann", "UA", 4100, 3, 4)
	add(4100, Record{Kind: Joined, Client: "bob", User: "UB", Stream: c, Seq: 2})
	see("bob", "UB", 4100, 3, 4)
	post(5, false)
	see("ann", "UA", 5010, 5)
	see("bob", "UB", 5010, 5)
	add(5500, Record{Kind: Disconnect, Client: "bob", User: "UB"})
	post(6, true)
	add(6010, Record{Kind: Skip, Client: "ann", User: "UA", Stream: c, Seq: 6})
	post(7, false)
	see("ann", "UA", 9100, 7, 8)
	post(9, false)
	see("ann", "UA", 9100, 9)
	add(9200, Record{Kind: Refused, Client: "bob", User: "UB", Stream: c, Key: "no", Reason: "not_in_channel"})
	see("ann", "UA", 10100, 10)
	post(11, false)
	see("ann", "UA", 11100, 11)
	add(20000, Record{Kind: Connect, Client: "bob", User: "UB"})
	add(20001, Record{Kind: Resume, Client: "bob", User: "UB", Stream: c, Seq: 5})
	see("bob", "UB", 20002, 6, 7, 8, 10, 11)
	add(20003, Record{Kind: Resumed, Client: "bob", User: "UB", Stream: c, Seq: 11})
	see("ann", "UA", 30010, 12)
	see("bob", "UB", 30010, 12)
	see("ann", "UA", 32000, 13)
	see("bob", "UB", 32000, 13)
	for seq := int64(1); seq <= 13; seq++ {
		add(0, entry(seq))
	}
	add(0, Record{Kind: Head, Stream: c, Seq: 13})
	add(0, Record{Kind: Interval, Stream: c, User: "UA", Seq: 1})
	add(0, Record{Kind: Interval, Stream: c, User: "UB", Seq: 3, Left: 8})
	add(0, Record{Kind: Interval, Stream: c, User: "UB", Seq: 10})
	add(40000, Record{Kind: End})
	return h
}

func ts(seq int64) chat.TS { return chat.MakeTS(seq*1000, 0) }

// entry is an event of the story's log.
func entry(seq int64) Record {
	e := Record{Kind: Event, Incarnation: "i1", Stream: "C1", Seq: seq, TS: ts(seq), Type: chat.TypeMessage, User: "UA", CommittedMS: seq * 1000}
	switch seq {
	case 1, 3, 10:
		e.Type = chat.TypeMemberJoined
	case 8:
		e.Type, e.User = chat.TypeMemberLeft, "UB"
	case 2, 4:
		e.Subtype = chat.SubtypeJoin
	case 12, 13:
		e.CommittedMS = 30000
	}
	if e.isPost() {
		e.Key, e.Text = fmt.Sprint("k", seq), fmt.Sprint("text ", seq)
	}
	return e
}

func check(h []Record) []Violation { return Check(h, Options{BoundMS: bound, FetchMustMatch: true}) }

func TestStoryHolds(t *testing.T) {
	for _, v := range check(story()) {
		t.Error(v)
	}
}

// find is the place of the client's record of that kind; client "" for the log's.
func find(h []Record, kind Kind, client string, seq int64) int {
	return slices.IndexFunc(h, func(r Record) bool {
		return r.Kind == kind && r.Client == client && r.Seq == seq
	})
}

func drop(kind Kind, client string, seqs ...int64) func([]Record) []Record {
	return func(h []Record) []Record {
		for _, seq := range seqs {
			i := find(h, kind, client, seq)
			h = slices.Delete(h, i, i+1)
		}
		return h
	}
}

func change(kind Kind, client string, seq int64, f func(*Record)) func([]Record) []Record {
	return func(h []Record) []Record {
		f(&h[find(h, kind, client, seq)])
		return h
	}
}

// insert puts a record after the one that is found.
func insert(kind Kind, client string, seq int64, r Record) func([]Record) []Record {
	return func(h []Record) []Record {
		r := r
		i := find(h, kind, client, seq)
		if r.AtMS == 0 {
			r.AtMS = h[i].AtMS
		}
		if r.Incarnation == "" {
			r.Incarnation = "i1"
		}
		return slices.Insert(h, i+1, r)
	}
}

func both(fs ...func([]Record) []Record) func([]Record) []Record {
	return func(h []Record) []Record {
		for _, f := range fs {
			h = f(h)
		}
		return h
	}
}

func seen(client string, user chat.UserID, seq int64) Record {
	e := entry(seq)
	e.Kind, e.Client, e.User, e.CommittedMS = See, client, user, 0
	return e
}

func TestPlantedFaultsAreFound(t *testing.T) {
	for _, c := range []struct {
		name string
		want string // how the violation begins, with what it must contain after " … "
		fix  func([]Record) []Record
	}{
		{"an acknowledged message is lost", "G1 … acknowledged to ann", both(drop(Event, "", 13),
			drop(See, "ann", 13), drop(See, "bob", 13), change(Head, "", 13, func(r *Record) { r.Seq = 12 }),
			insert(Send, "ann", 0, Record{Kind: Ack, Client: "ann", User: "UA", Stream: "C1", Key: "k13", Seq: 13, TS: ts(13)}))},
		{"one acknowledged by its ts only is lost", "G1 … acknowledged to ann",
			change(Ack, "ann", 5, func(r *Record) { r.Seq, r.TS = 0, ts(5)+1 })},
		{"an ack with another ts", "G1 … as", change(Ack, "ann", 5, func(r *Record) { r.TS++ })},
		{"something seen is not in the log", "G1 … not in the log", insert(See, "ann", 13, Record{
			Kind: See, Client: "ann", User: "UA", Stream: "C1", Seq: 14, TS: ts(14), Type: "message"})},
		{"a refused message is there", "G1 … was refused", change(Refused, "bob", 0, func(r *Record) { r.Key, r.User = "k12", "UA" })},
		{"a hole in the log", "G2 … missing in the log", drop(Event, "", 9)},
		{"ts that does not grow", "G2 … not above", change(Event, "", 9, func(r *Record) { r.TS = ts(8) })},
		{"other content for one reader", "G2 … the log has", change(See, "bob", 12, func(r *Record) { r.Text = "else" })},
		{"another type for one reader", "G2 … the log has", change(See, "bob", 12, func(r *Record) { r.Type = "reaction_added" })},
		{"two events with one seq", "G2 … and as", insert(Event, "", 7, Record{
			Kind: Event, Stream: "C1", Seq: 7, TS: ts(7) + 1, Type: "message"})},
		{"an event beyond the head", "G2 … beyond the head", change(Head, "", 13, func(r *Record) { r.Seq = 12 })},
		{"out of order", "G2 … after it had come to", both(drop(See, "ann", 11), insert(See, "ann", 12, seen("ann", "UA", 11)))},
		{"a gap without a discontinuity", "G3 … missed C1 11", drop(See, "ann", 11)},
		{"a gap in a resume", "G3 … missed C1 7", drop(See, "bob", 7)},
		{"a resume that ends too early", "G3 … missed C1 11", drop(See, "bob", 11)},
		{"resumed beyond the head", "G3 … whose head is 13", change(Resumed, "bob", 11, func(r *Record) { r.Seq = 99 })},
		{"a skip of what others sent", "G3 … not its own", both(drop(See, "bob", 12),
			insert(Resumed, "bob", 11, Record{Kind: Skip, Client: "bob", User: "UB", Stream: "C1", Seq: 12}))},
		{"a discontinuity for a limit that is kept", "G3 … for a limit", both(drop(See, "bob", 6, 7, 8, 10, 11),
			change(Resumed, "bob", 11, func(r *Record) { r.Kind, r.Reason = Discontinuity, "limit" }))},
		{"a discontinuity for a trim that was not", "G3 … was told of a trim", both(drop(See, "bob", 6, 7, 8, 10, 11),
			change(Resumed, "bob", 11, func(r *Record) { r.Kind, r.Reason = Discontinuity, "trimmed" }))},
		{"a discontinuity for no restore", "G3 … was told of another", both(drop(See, "bob", 6, 7, 8, 10, 11),
			change(Resumed, "bob", 11, func(r *Record) { r.Kind, r.Reason = Discontinuity, "incarnation" }))},
		{"a discontinuity for a cursor that is not ahead", "G3 … to be ahead", both(drop(See, "bob", 6, 7, 8, 10, 11),
			change(Resumed, "bob", 11, func(r *Record) { r.Kind, r.Reason = Discontinuity, "ahead" }))},
		{"a cursor of another incarnation that resumes", "G3 … another incarnation",
			change(Resume, "bob", 5, func(r *Record) { r.Incarnation = "i0" })},
		{"a message that no fetch finds", "G3 … did not find 7", both(drop(See, "bob", 6, 7, 8, 10, 11),
			change(Resumed, "bob", 11, func(r *Record) { r.Kind = Discontinuity }),
			insert(Discontinuity, "bob", 11, Record{Kind: Fetched, Client: "bob", User: "UB", Stream: "C1", Found: []chat.TS{ts(6), ts(9), ts(11)}}))},
		{"one key, two messages", "G4 … made two messages", change(Event, "", 12, func(r *Record) { r.Key = "k11" })},
		{"one key, two answers", "G4 … was acknowledged as", insert(Ack, "ann", 11, Record{
			Kind: Ack, Client: "ann", User: "UA", Stream: "C1", Key: "k11", Seq: 12, TS: ts(12)})},
		{"seen twice", "G5 … twice", insert(See, "bob", 12, seen("bob", "UB", 12))},
		{"seen twice, in two connections", "G5 … twice", insert(Resume, "bob", 5, seen("bob", "UB", 5))},
		{"seen before joining", "G10 … outside", insert(Connect, "bob", 0, seen("bob", "UB", 2))},
		{"seen between leaving and rejoining", "G10 … outside", insert(See, "bob", 8, seen("bob", "UB", 9))},
		{"a post by who had left", "G10 … posted", change(Event, "", 9, func(r *Record) { r.User = "UB" })},
		{"another user's own stream", "G10 … outside", both(
			insert(See, "bob", 12, Record{Kind: See, Client: "bob", User: "UB", Stream: "UA", Seq: 1, Type: "pref_change"}),
			insert(Event, "", 13, Record{Kind: Event, Stream: "UA", Seq: 1, TS: 1, Type: "pref_change"}),
			insert(Event, "", 13, Record{Kind: Head, Stream: "UA", Seq: 1}))},
		{"deleted, and shown to who asked later", "G10 … was deleted at 11000", both(
			change(Event, "", 6, func(r *Record) { r.Subtype, r.Text = chat.SubtypeTombstone, "This message was deleted." }),
			change(Event, "", 11, func(r *Record) { r.Subtype, r.DeletedTS = chat.SubtypeDeleted, ts(6) }))},
		{"seen too late", "G13 … C1 13", change(See, "bob", 13, func(r *Record) { r.AtMS = 33001 })},
		{"never seen, and nothing came after", "G13 … C1 13", drop(See, "bob", 13)},
		{"never seen before the connection ended", "G13 … C1 5", both(drop(See, "bob", 5),
			change(Disconnect, "bob", 0, func(r *Record) { r.AtMS = 8500 }), change(Resume, "bob", 5, func(r *Record) { r.Seq = 4 }),
			insert(Resume, "bob", 4, seen("bob", "UB", 5)))},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := check(c.fix(story()))
			guarantee, text, _ := strings.Cut(c.want, " … ")
			if !slices.ContainsFunc(found, func(v Violation) bool {
				return v.Guarantee == guarantee && strings.Contains(v.Text, text)
			}) {
				t.Errorf("want %q, found %v", c.want, found)
			}
		})
	}
}

// TestExcuses: what looks like a fault and is none.
func TestExcuses(t *testing.T) {
	for _, c := range []struct {
		name string
		fix  func([]Record) []Record
	}{
		{"late because the client took nothing", both(change(See, "bob", 13, func(r *Record) { r.AtMS = 38000 }),
			insert(See, "bob", 12, Record{Kind: Pause, Client: "bob", AtMS: 30011}),
			insert(Pause, "bob", 0, Record{Kind: Go, Client: "bob", AtMS: 37000}))},
		{"late because the server was down", both(change(See, "bob", 13, func(r *Record) { r.AtMS = 38000 }),
			insert(See, "bob", 12, Record{Kind: Pause, AtMS: 29000}),
			insert(Pause, "", 0, Record{Kind: Go, AtMS: 37000}))},
		{"an own send whose ack came after what followed", both(drop(Skip, "ann", 6))},
		{"gone, after what it may see", both(drop(See, "bob", 10, 11, 12, 13), drop(Interval, "", 10),
			change(Resumed, "bob", 11, func(r *Record) { r.Kind = Gone }))},
		{"a discontinuity, and all messages fetched", both(drop(See, "bob", 6, 7, 8, 10, 11),
			change(Resumed, "bob", 11, func(r *Record) { r.Kind, r.Reason = Discontinuity, "trimmed" }), change(Head, "", 13, func(r *Record) { r.Trimmed = 8 }),
			insert(Discontinuity, "bob", 11, Record{Kind: Fetched, Client: "bob", User: "UB", Stream: "C1", Found: []chat.TS{ts(6), ts(7), ts(9), ts(11)}}))},
		{"a message redacted after it was seen", change(Event, "", 7, func(r *Record) {
			r.Subtype, r.Text = chat.SubtypeTombstone, "This message was deleted."
		})},
		{"a refused message whose first attempt had no answer", change(Refused, "bob", 0, func(r *Record) { r.Key, r.User, r.Again = "k12", "UA", true })},
		{"trimmed events", both(drop(Event, "", 3, 8), change(Head, "", 13, func(r *Record) { r.Trimmed = 9 }))},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, v := range check(c.fix(story())) {
				t.Error(v)
			}
		})
	}
}

// TestRestore: a second incarnation begins with the first 9 events again.
func TestRestore(t *testing.T) {
	h := story()
	for seq := int64(1); seq <= 10; seq++ {
		e := entry(seq)
		if seq == 10 {
			e = entry(11)
			e.Seq, e.Text, e.CommittedMS = 10, "after the restore", 50000
		}
		e.Incarnation = "i2"
		h = append(h, e)
	}
	h = append(h,
		Record{Kind: Head, Incarnation: "i2", Stream: "C1", Seq: 10},
		Record{Kind: Interval, Incarnation: "i2", Stream: "C1", User: "UA", Seq: 1},
		Record{Kind: Connect, Incarnation: "i2", Client: "ann", User: "UA", AtMS: 49000},
		Record{Kind: Resume, Incarnation: "i1", Client: "ann", User: "UA", Stream: "C1", Seq: 13, AtMS: 49000},
		Record{Kind: Discontinuity, Incarnation: "i2", Client: "ann", User: "UA", Stream: "C1", Seq: 9, Reason: "incarnation", AtMS: 49001},
		Record{Kind: Fetched, Incarnation: "i2", Client: "ann", User: "UA", Stream: "C1", Found: []chat.TS{ts(5), ts(6), ts(7), ts(9)}, AtMS: 49002},
		Record{Kind: See, Incarnation: "i2", Client: "ann", User: "UA", Stream: "C1", Seq: 10, TS: ts(11), Type: "message", Text: "after the restore", AtMS: 50001},
		Record{Kind: End, AtMS: 60000})
	// Bob's connection ended with the first server.
	h = insert(See, "bob", 13, Record{Kind: Disconnect, Client: "bob", User: "UB", AtMS: 40000})(h)
	for _, v := range check(h) {
		t.Error(v)
	}
	i := slices.IndexFunc(h, func(r Record) bool { return r.Kind == See && r.Incarnation == "i2" })
	h[i].Text = "text 11"
	if len(check(h)) == 0 {
		t.Error("an event of the lost history was shown in the new one, and nothing found")
	}
}

func TestWriteAndRead(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, story()); err != nil {
		t.Fatal(err)
	}
	got, err := Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got) != fmt.Sprint(story()) {
		t.Errorf("read %v", got)
	}
	if _, err := Read(strings.NewReader("{\"kind\":\"see\"}\n{")); err == nil {
		t.Error("half a record was read")
	}
}

func TestRecorder(t *testing.T) {
	var r Recorder
	r.Incarnation("i1")
	r.Add(Record{Kind: Send})
	r.Add(FromLog(See, chat.Event{Type: "message", Seq: 3, Payload: []byte(`{"text":"hi","client_msg_id":"k","subtype":"me_message"}`)}))
	got := r.Records()
	if len(got) != 2 || got[0].AtMS == 0 || got[0].Incarnation != "i1" {
		t.Errorf("recorded %+v", got)
	}
	if e := got[1]; e.Text != "hi" || e.Key != "k" || e.Subtype != "me_message" || e.Seq != 3 {
		t.Errorf("described %+v", e)
	}
}
