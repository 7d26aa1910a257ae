package chat

import (
	"testing"
	"testing/quick"
)

func TestIDsCarryTheirNumber(t *testing.T) {
	property := func(n uint64) bool {
		n >>= 64 - idBits
		id := FormatID("C", n)
		back, err := IDNumber(id)
		return err == nil && back == n && ValidID(id, "C") && !ValidID(id, "DU")
	}
	if err := quick.Check(property, nil); err != nil {
		t.Fatal(err)
	}
}

func TestValidIDRefuses(t *testing.T) {
	for _, id := range []string{"", "C", "C0123456", "C01234567890", "c0123456789", "C012345678a", "C01234567é", "C' OR 1=1--", "C012345678\x00"} {
		if ValidID(id, "") {
			t.Errorf("ValidID(%q) = true", id)
		}
	}
}

func TestStreamKind(t *testing.T) {
	for id, want := range map[StreamID]StreamKind{"C1": ChannelStream, "D1": ChannelStream, "U1": UserStream, "T1": WorkspaceStream, "X1": 0, "": 0} {
		if got := id.Kind(); got != want {
			t.Errorf("%q.Kind() = %q, want %q", id, got, want)
		}
	}
}

func TestMembershipChange(t *testing.T) {
	event := func(stream StreamID, payload string) Event {
		return Event{Stream: Stream{"T1", stream}, Payload: []byte(payload)}
	}
	joined, ok := event("U1", `{"type":"channel_joined","channel":{"id":"C1"},"stream_id":"C1","joined_seq":7}`).MembershipChange()
	if want := (MembershipChange{Channel: "C1", JoinedSeq: 7}); !ok || joined != want {
		t.Errorf("joined: got %+v, %v; want %+v", joined, ok, want)
	}
	left, ok := event("U1", `{"type":"channel_left","channel":"C1","stream_id":"C1","left_seq":9}`).MembershipChange()
	if want := (MembershipChange{Channel: "C1", LeftSeq: 9}); !ok || left != want {
		t.Errorf("left: got %+v, %v; want %+v", left, ok, want)
	}
	for _, e := range []Event{
		event("U1", `{"type":"pref_change"}`), event("U1", `nonsense`),
		event("C1", `{"stream_id":"C1","joined_seq":7}`), event("U1", `{"stream_id":"C1"}`),
	} {
		if c, ok := e.MembershipChange(); ok {
			t.Errorf("%s of %s read as %+v", e.Payload, e.Stream.ID, c)
		}
	}
}
