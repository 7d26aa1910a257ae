package history

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"taut/chat"
)

// long is a log of C1 with that many messages, of which Ann and Bob may see all.
func long(n int64) []Record {
	var h []Record
	for seq := int64(1); seq <= n; seq++ {
		h = append(h, Record{Kind: Event, Incarnation: "i1", Stream: "C1", Seq: seq, TS: ts(seq), Type: chat.TypeMessage, User: "UA", Text: fmt.Sprint("text ", seq), CommittedMS: seq * 10, AtMS: 1})
	}
	h = append(h, Record{Kind: Head, Incarnation: "i1", Stream: "C1", Seq: n, AtMS: 1})
	for _, u := range []chat.UserID{"UA", "UB"} {
		h = append(h, Record{Kind: Interval, Incarnation: "i1", Stream: "C1", User: u, Seq: 1, AtMS: 1})
	}
	return h
}

// bob is what Bob's laptop was told, at times that count from ms.
func bob(ms int64, records ...Record) []Record {
	for i := range records {
		r := &records[i]
		if r.Incarnation == "" {
			r.Incarnation = "i1"
		}
		r.Client, r.User, r.AtMS = "bob", "UB", r.AtMS+ms
		if r.Kind != Connect && r.Kind != Disconnect {
			r.Stream = "C1"
		}
	}
	return records
}

// trimmedAt is a log that lacks its newest event, and when that was committed.
func trimmedAt(seq int64) []Record {
	records := slices.DeleteFunc(long(seq), func(r Record) bool { return r.Kind == Event && r.Seq == seq })
	for i := range records {
		if records[i].Kind == Head {
			records[i].Trimmed = seq
		}
	}
	return records
}

// TestPlantedBlindness plants faults that leave a client without what is its
// own, and without another event from which that would show.
func TestPlantedBlindness(t *testing.T) {
	const late = 1 << 30
	asks := []Record{{Kind: Connect}, {Kind: Resume, Seq: 10}}
	then := func(r ...Record) []Record { return append(slices.Clone(asks), r...) }
	gone := []Record{{Kind: Gone, AtMS: 1}, {Kind: Disconnect, AtMS: 60_000}}
	told := func(reason string, more ...Record) []Record {
		return then(append([]Record{{Kind: Discontinuity, AtMS: 1, Seq: 100, Reason: reason}}, more...)...)
	}
	leaves := func(h []Record, left int64) []Record { h[len(h)-1].Left = left; return h }
	for _, c := range []struct {
		name string
		want string // of the violation; "" for none
		log  []Record
		bob  []Record
		o    Options
	}{
		{"gone, and a member", "belongs to it", long(100), bob(late, then(gone...)...), Options{}},
		{"gone, and a member, without clocks", "belongs to it", long(100), bob(late, then(gone...)...), Options{NoClock: true}},
		{"gone after leaving, without the events before", "missed [11 12]", leaves(long(100), 12), bob(late, then(gone...)...), Options{}},
		{"gone after leaving, with nothing missed", "", leaves(long(100), 10), bob(late, then(gone...)...), Options{}},
		{"gone before leaving", "belongs to it", leaves(long(9000), 8900), bob(20_000, then(gone...)...), Options{}},
		{"gone, of more than a resume brings", "", leaves(long(9000), 8900), bob(late, then(gone...)...), Options{}},
		{"gone, of the own stream", "belongs to it", long(10), []Record{
			{Kind: Connect, Incarnation: "i1", Client: "bob", User: "UB", AtMS: late},
			{Kind: Resume, Incarnation: "i1", Client: "bob", User: "UB", Stream: "UB", AtMS: late},
			{Kind: Gone, Incarnation: "i1", Client: "bob", User: "UB", Stream: "UB", AtMS: late + 1}}, Options{}},
		{"no reason", "no known reason", long(100), bob(late, told("")...), Options{}},
		{"a reason that there is not", "no known reason", long(100), bob(late, told("felt like it")...), Options{}},
		{"beyond the head", "whose head was 100", long(100), bob(late, then(Record{Kind: Discontinuity, Seq: 101, Reason: "limit"})...), Options{MaxStream: 50}},
		{"to the head, whose event was trimmed", "", trimmedAt(100), bob(late, Record{Kind: Connect}, Record{Kind: Resume, Seq: 10, Incarnation: "i0"},
			Record{Kind: Discontinuity, AtMS: 1, Seq: 100, Reason: "incarnation"}, gone[1]), Options{}},
		{"beyond the head, whose event was trimmed", "whose head was 100", trimmedAt(100), bob(late, Record{Kind: Connect},
			Record{Kind: Resume, Seq: 10, Incarnation: "i0"}, Record{Kind: Discontinuity, AtMS: 1, Seq: 101, Reason: "incarnation"}, gone[1]), Options{}},
		{"never fetched", "never fetched", long(100), bob(late, told("limit", gone[1])...), Options{MaxStream: 50, FetchMustMatch: true}},
		{"never fetched, by who need not", "", long(100), bob(late, told("limit", gone[1])...), Options{MaxStream: 50}},
		{"never fetched, and left", "", leaves(long(100), 100), bob(late, told("limit", gone[1])...), Options{MaxStream: 50, FetchMustMatch: true}},
		{"fetched the second loss only", "did not find 11", long(100), bob(late, then(
			Record{Kind: Discontinuity, Seq: 80, Reason: "limit"}, Record{Kind: Discontinuity, Seq: 100, Reason: "limit"},
			Record{Kind: Fetched, Found: stamps(81, 100)})...), Options{MaxStream: 10, FetchMustMatch: true}},
		{"fetched both losses", "", long(100), bob(late, then(
			Record{Kind: Discontinuity, Seq: 80, Reason: "limit"}, Record{Kind: Discontinuity, Seq: 100, Reason: "limit"},
			Record{Kind: Fetched, Found: stamps(11, 100)})...), Options{MaxStream: 10, FetchMustMatch: true}},
		{"a limit that is kept, as the stream grew later", "for a limit", long(9000), bob(200, then(
			Record{Kind: Discontinuity, AtMS: 1, Seq: 20, Reason: "limit"}, Record{Kind: Disconnect, AtMS: 100})...), Options{}},
		{"nothing ever comes", "had not seen C1 1 ", long(100), bob(5,
			Record{Kind: Connect, Fresh: true}, Record{Kind: Joined}, Record{Kind: Disconnect, AtMS: late}), Options{}},
		{"nothing ever comes, without clocks", "missed C1 1 ", long(100), bob(5,
			Record{Kind: Connect, Fresh: true}, Record{Kind: Joined}), Options{NoClock: true}},
		{"no answer", "had no answer", long(100), bob(late, then(Record{Kind: Disconnect, AtMS: 3001})...), Options{}},
		{"no answer, without clocks", "never had an answer", long(100), bob(late, asks...), Options{NoClock: true}},
		{"no answer in so short a time", "", long(100), bob(late, then(Record{Kind: Disconnect, AtMS: 2999})...), Options{}},
		{"no answer while it took none", "", long(100), bob(late, then(Record{Kind: Pause, AtMS: 1}, Record{Kind: Disconnect, AtMS: 9999})...), Options{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := Check(append(c.log, c.bob...), c.o)
			if c.want == "" && len(found) > 0 || c.want != "" && !anySays(found, c.want) {
				t.Errorf("want %q, found %v", c.want, found)
			}
		})
	}
}

func stamps(from, to int64) (all []chat.TS) {
	for seq := from; seq <= to; seq++ {
		all = append(all, ts(seq))
	}
	return all
}

func anySays(found []Violation, text string) bool {
	return slices.ContainsFunc(found, func(v Violation) bool { return strings.Contains(v.String(), text) })
}

// TestCopies: what was deleted may stay in no copy, and all see the same copies.
func TestCopies(t *testing.T) {
	const secret = "the deleted secret"
	copies := map[string]string{
		"message":                     `{"type":"message","subtype":"message_changed","message":{"ts":"2.000000","text":%q}}`,
		"previous_message":            `{"type":"message","subtype":"message_changed","previous_message":{"ts":"2.000000","text":%q}}`,
		"root":                        `{"type":"message","subtype":"thread_broadcast","text":"reply","root":{"ts":"2.000000","text":%q}}`,
		"the root of what was edited": `{"type":"message","subtype":"message_changed","message":{"ts":"0.000003","text":"x","root":{"ts":"2.000000","text":%q}}}`,
	}
	for of, payload := range copies {
		made := func(kind Kind, text string) Record {
			e := chat.Event{Stream: chat.Stream{ID: "C1"}, Seq: 3, TS: ts(3), User: "UA", Type: chat.TypeMessage, CommittedMS: 30, Payload: json.RawMessage(fmt.Sprintf(payload, text))}
			r := FromLog(kind, e)
			r.Incarnation, r.AtMS = "i1", 1
			return r
		}
		history := func(inLog, shown string) []Record {
			h := long(4)
			h[1].Text = ""
			h[2] = made(Event, inLog)
			h[3].Subtype, h[3].DeletedTS, h[3].Text = chat.SubtypeDeleted, ts(2), ""
			see := made(See, shown)
			see.AtMS = 2
			return append(h, bob(1<<20, Record{Kind: Connect}, Record{Kind: Resume, Seq: 2, AtMS: 1}, see)...)
		}
		if found := Check(history("", ""), Options{}); len(found) > 0 {
			t.Errorf("%s: %v", of, found)
		}
		if found := Check(history(secret, secret), Options{}); !anySays(found, "which was deleted") {
			t.Errorf("%s in the log: %v", of, found)
		}
		if found := Check(history("", secret), Options{}); !anySays(found, "which was deleted at 40") {
			t.Errorf("%s shown: %v", of, found)
		}
	}
	h := long(4)
	h[3].Subtype, h[3].DeletedTS, h[3].Text = chat.SubtypeDeleted, ts(2), ""
	if found := Check(h, Options{}); !anySays(found, "was deleted and is still") {
		t.Errorf("the message itself in the log: %v", found)
	}
}
