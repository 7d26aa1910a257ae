package wire

import (
	"encoding/json"
	"fmt"

	"taut/chat"
)

// The types of the gateway's frames that a reader acts on.
const (
	TypeHello         = "hello"
	TypePong          = "pong"
	TypeGoodbye       = "goodbye"
	TypeError         = "error"
	TypeSkip          = "skip"
	TypeResumed       = "resumed"
	TypeCurrent       = "current"
	TypeDiscontinuity = "discontinuity"
	TypeGone          = "gone"
)

// Frame is a gateway's frame as a client reads it: the protocol's own keys.
// An answer to a message or a resume has no Type.
type Frame struct {
	Type    string `json:"type"`
	OK      bool   `json:"ok"`
	ReplyTo int64  `json:"reply_to"`
	Error   *Error `json:"error"`

	Incarnation string `json:"incarnation"` // of hello

	// Of a durable event, a skip and an ack.
	Stream chat.StreamID `json:"stream"`
	Seq    int64         `json:"seq"`

	// Of the answers to resume.
	Head    int64           `json:"head"`
	Reason  Reason          `json:"reason"`
	Streams []chat.StreamID `json:"streams"`

	// Of an event that changes the user's channels.
	chat.MembershipChange

	// Raw is the whole frame.
	Raw json.RawMessage `json:"-"`
}

// Decode reads a gateway's frame.
func Decode(b []byte) (Frame, error) {
	f := Frame{Raw: b}
	if err := json.Unmarshal(b, &f); err != nil {
		return Frame{}, fmt.Errorf("decode frame of %d bytes: %w", len(b), err)
	}
	return f, nil
}
