package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/gobwas/ws"

	"taut/chat"
	"taut/wire"
)

func TestDecodeClientRefuses(t *testing.T) {
	for _, c := range []struct {
		frame string
		id    int64 // 0: none
		code  wire.ErrorCode
		msg   string
	}{
		{``, 0, wire.ErrMalformed, "frame is not a JSON object"},
		{`{`, 0, wire.ErrMalformed, "frame is not a JSON object"},
		{`null`, 0, wire.ErrMalformed, "frame is not a JSON object"},
		{`[1]`, 0, wire.ErrMalformed, "frame is not a JSON object"},
		{`{}`, 0, wire.ErrMalformed, "frame has no type"},
		{`{"id":3}`, 3, wire.ErrMalformed, "frame has no type"},
		{`{"type":"dance","id":3}`, 3, wire.ErrUnknownType, "unknown type"},
		{`{"type":"message","id":3,"channel":"C1"}`, 3, wire.ErrNoText, "message text is missing"},
		{`{"type":"message","id":3,"text":"hi"}`, 3, wire.ErrNotFound, "channel_not_found"},
		{`{"type":"message","id":3,"text":7,"channel":"C1"}`, 3, wire.ErrMalformed, "text has the wrong type"},
		{`{"type":"ping","id":"x"}`, 0, wire.ErrMalformed, "id has the wrong type"},
		{`{"type":"resume","cursor":{}}`, 0, wire.ErrMalformed, "resume has no id"},
		{`{"type":"resume","id":1,"cursor":{"C1":-1}}`, 1, wire.ErrMalformed, `cursor of "C1" is not a seq`},
		{`{"type":"presence_query","id":1,"ids":[` + strings.Repeat(`"U1",`, 500) + `"U2"]}`, 1, wire.ErrMalformed, "presence_query takes at most 500 ids"},
	} {
		_, err := wire.DecodeClient([]byte(c.frame))
		r, ok := errors.AsType[*wire.Refusal](err)
		if !ok {
			t.Errorf("%.60s: error %v, want a refusal", c.frame, err)
			continue
		}
		if got := idOf(r.ID); got != c.id || r.Said.Code != c.code || r.Said.Msg != c.msg {
			t.Errorf("%.60s: id %d %+v, want id %d code %d %q", c.frame, got, r.Said, c.id, c.code, c.msg)
		}
	}
}

func idOf(id *int64) int64 {
	if id == nil {
		return 0
	}
	return *id
}

func TestPongEchoesFlatKeys(t *testing.T) {
	f, err := wire.DecodeClient([]byte(`{"type":"ping","id":7,"timestamp":12,"note":"a\"b","deep":{"x":1},"list":[1],"reply_to":3}`))
	if err != nil {
		t.Fatal(err)
	}
	got := string(wire.AppendPong(nil, f))
	want := `{"type":"pong","reply_to":7,"note":"a\"b","timestamp":12}`
	if got != want {
		t.Errorf("pong\n got %s\nwant %s", got, want)
	}
}

func TestEventFrame(t *testing.T) {
	e := chat.Event{Stream: chat.Stream{Workspace: "T0", ID: "C0"}, Seq: 12}
	for _, c := range []struct {
		stream  chat.StreamID
		payload string
		want    string
	}{
		{"C0", `{"type":"message"}`, `{"type":"message","stream":"C0","seq":12}`},
		{"C0", "{\"a\":1}\n ", `{"a":1,"stream":"C0","seq":12}`},
		{"C0", `{}`, `{"stream":"C0","seq":12}`},
		{"T0", `{"type":"team_join"}`, `{"type":"team_join"}`},
		{"C0", `{"text":"` + strings.Repeat("x", 200) + `"}`, `{"text":"` + strings.Repeat("x", 200) + `","stream":"C0","seq":12}`},
		{"C0", `{"text":"` + strings.Repeat("x", 70000) + `"}`, `{"text":"` + strings.Repeat("x", 70000) + `","stream":"C0","seq":12}`},
	} {
		e.Stream.ID, e.Payload = c.stream, json.RawMessage(c.payload)
		//lint:ignore SA1019 the peer is our own, and bounded
		f, err := ws.ReadFrame(bytes.NewReader(wire.EventFrame(e)))
		if err != nil || f.Header.OpCode != ws.OpText || !f.Header.Fin {
			t.Fatalf("frame of %.40s: %v %+v", c.payload, err, f.Header)
		}
		if string(f.Payload) != c.want {
			t.Errorf("frame of %.40s\n got %.80s\nwant %.80s", c.payload, f.Payload, c.want)
		}
	}
}

func TestEncodersWriteJSONThatDecodes(t *testing.T) {
	id := int64(4)
	for name, b := range map[string][]byte{
		"hello":         wire.AppendHello(nil, "inc", `ho"st`),
		"ack":           wire.AppendAck(nil, &id, chat.RTMPosted{Stream: chat.Stream{Workspace: "T0", ID: "C0"}, Seq: 3, TS: 1700000000000100, Text: "a<&\n"}),
		"ok":            wire.AppendOK(nil, &id),
		"refusal":       wire.AppendRefusal(nil, &id, wire.Error{Code: 2, Msg: "no"}),
		"error":         wire.AppendRefusal(nil, nil, wire.Error{Code: 2, Msg: "no"}),
		"typing":        wire.AppendTyping(nil, "C0", "U0", 1700000000000100),
		"presence":      wire.AppendPresence(nil, "U0", true, true),
		"skip":          wire.AppendSkip(nil, "C0", 9),
		"resumed":       wire.AppendResumed(nil, &id, "C0", 9),
		"current":       wire.AppendCurrent(nil, &id, []chat.StreamID{"C0", "C1"}),
		"discontinuity": wire.AppendDiscontinuity(nil, &id, "U0", 9, wire.ReasonLimit),
		"gone":          wire.AppendGone(nil, &id, "C0"),
	} {
		if _, err := wire.Decode(b); err != nil {
			t.Errorf("%s: %s: %v", name, b, err)
		}
	}
}

// What decodes can be answered, and the answer is JSON.
func FuzzDecodeClient(f *testing.F) {
	for _, s := range []string{
		`{"type":"ping","id":1,"timestamp":1700000000}`,
		`{"type":"message","id":2,"channel":"C0","text":"hi","thread_ts":"1700000000.000100"}`,
		`{"type":"resume","id":1,"incarnation":"x","cursor":{"C0":41,"U0":0}}`,
		`{"type":"presence_sub","ids":["U0","U1"]}`,
		`{"type":"typing","id":3,"channel":"C0"}`,
		`{"type":"ping","id":9223372036854775807,"":null}`,
		`{"type":"ping","id":1e3}`, `[]`, `"`, "\xff", `{"type":"ping","a":"\ud800"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		frame, err := wire.DecodeClient(b)
		if err != nil {
			r, ok := errors.AsType[*wire.Refusal](err)
			if !ok || !json.Valid(wire.AppendRefusal(nil, r.ID, r.Said)) {
				t.Fatalf("refusal of %q: %v", b, err)
			}
			return
		}
		if pong := wire.AppendPong(nil, frame); !json.Valid(pong) {
			t.Fatalf("pong of %q is %q", b, pong)
		}
	})
}

// A gateway's frame never harms its reader, and an event's frame holds JSON
// when its payload does.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"type":"resumed","stream":"C0","head":3}`))
	f.Add([]byte(`{"type":"message","stream":"C0","seq":3}`))
	f.Add([]byte(`{} `))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := wire.Decode(b); err != nil {
			return
		}
		e := chat.Event{Stream: chat.Stream{ID: "C0"}, Seq: 1, Payload: b}
		//lint:ignore SA1019 the peer is our own, and bounded
		frame, err := ws.ReadFrame(bytes.NewReader(wire.EventFrame(e)))
		if err != nil || !json.Valid(frame.Payload) {
			t.Fatalf("event frame of %q: %q %v", b, frame.Payload, err)
		}
	})
}
