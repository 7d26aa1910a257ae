package wire

import (
	"bytes"
	"encoding/binary"

	"taut/chat"
)

// The first bytes of unmasked, unfragmented WebSocket frames.
const (
	opText  = 0x80 | 0x1
	opClose = 0x80 | 0x8
	opPing  = 0x80 | 0x9
	opPong  = 0x80 | 0xA
)

// headerRoom is more than an event's frame header and its place take.
const headerRoom = 10 + 64

// EventFrame is the WebSocket frame of an event, made once and shared by all
// sockets: nobody writes to it. A directory event goes without its place.
func EventFrame(e chat.Event) []byte {
	body := object(e.Payload)
	var place []byte
	if e.Stream.ID.Kind() != chat.WorkspaceStream {
		place = appendPlace(make([]byte, 0, headerRoom), e.Stream.ID, e.Seq)
		if len(body) == 2 {
			place = place[1:] // no comma after "{"
		}
	}
	b := make([]byte, 0, headerRoom+len(body))
	b = appendHeader(b, opText, len(body)+len(place))
	b = append(b, body[:len(body)-1]...)
	return append(append(b, place...), '}')
}

// object is the payload without space around it; "{}" where it is empty.
func object(payload []byte) []byte {
	b := bytes.TrimSpace(payload)
	if len(b) < 2 || b[len(b)-1] != '}' || len(bytes.TrimSpace(b[1:len(b)-1])) == 0 {
		return []byte(`{}`)
	}
	return b
}

// TextFrame is the WebSocket frame of one JSON object.
func TextFrame(payload []byte) []byte {
	return append(appendHeader(make([]byte, 0, 10+len(payload)), opText, len(payload)), payload...)
}

// PingFrame is a ping with an empty payload.
func PingFrame() []byte { return appendHeader(nil, opPing, 0) }

// PongFrame answers a ping frame.
func PongFrame(payload []byte) []byte {
	return append(appendHeader(make([]byte, 0, 2+len(payload)), opPong, len(payload)), payload...)
}

// CloseFrame closes with a code and a reason of at most 123 bytes.
func CloseFrame(code CloseCode, reason string) []byte {
	reason = reason[:min(len(reason), 123)]
	b := appendHeader(make([]byte, 0, 4+len(reason)), opClose, 2+len(reason))
	b = binary.BigEndian.AppendUint16(b, uint16(code))
	return append(b, reason...)
}

func appendHeader(b []byte, first byte, n int) []byte {
	switch {
	case n < 126:
		return append(b, first, byte(n))
	case n <= 0xffff:
		return binary.BigEndian.AppendUint16(append(b, first, 126), uint16(n))
	}
	return binary.BigEndian.AppendUint64(append(b, first, 127), uint64(n))
}
