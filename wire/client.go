package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"taut/chat"
)

// The types of a client's frames.
const (
	TypePing          = "ping"
	TypeMessage       = "message"
	TypeTyping        = "typing"
	TypeTickle        = "tickle"
	TypePresenceSub   = "presence_sub"
	TypePresenceQuery = "presence_query"
	TypeResume        = "resume"
)

// ClientFrame is one frame of a client. The fields that its type doesn't have
// are empty.
type ClientFrame struct {
	Type string `json:"type"`
	// ID is what the answer has as reply_to; nil where the frame had none.
	ID *int64 `json:"id,omitempty"`

	// Of message and typing.
	Channel     string  `json:"channel,omitempty"`
	Text        string  `json:"text,omitempty"`
	ThreadTS    chat.TS `json:"thread_ts,omitzero"`
	Broadcast   bool    `json:"reply_broadcast,omitempty"`
	ClientMsgID string  `json:"client_msg_id,omitempty"`

	// Of presence_sub and presence_query.
	IDs []chat.UserID `json:"ids,omitempty"`

	// Of resume.
	Incarnation string                  `json:"incarnation,omitempty"`
	Cursor      map[chat.StreamID]int64 `json:"cursor,omitempty"`

	// Raw is the frame as it came, to be echoed by AppendPong.
	Raw []byte `json:"-"`
}

// Refusal is the error of DecodeClient: what to tell the client, and under
// which id where the frame had one that could be read.
type Refusal struct {
	ID   *int64
	Said Error
}

func (r *Refusal) Error() string { return r.Said.Msg }

// DecodeClient reads a client's frame. The error is a *Refusal. Beyond the
// JSON it checks what makes a frame of its type meaningless.
func DecodeClient(b []byte) (ClientFrame, error) {
	f := ClientFrame{Raw: b}
	if err := json.Unmarshal(b, &f); err != nil {
		return ClientFrame{}, malformed(b, err)
	}
	if t := bytes.TrimLeft(b, " \t\r\n"); len(t) == 0 || t[0] != '{' {
		return ClientFrame{}, &Refusal{Said: Error{ErrMalformed, "frame is not a JSON object"}}
	}
	if msg := f.fault(); msg != nil {
		return ClientFrame{}, &Refusal{f.ID, *msg}
	}
	return f, nil
}

// fault is what is wrong with a frame whose JSON is right; nil for nothing.
func (f *ClientFrame) fault() *Error {
	switch f.Type {
	case "":
		return &Error{ErrMalformed, "frame has no type"}
	case TypeMessage:
		if f.Text == "" {
			return &Error{ErrNoText, MsgNoText}
		}
		if f.Channel == "" {
			return &Error{ErrNotFound, "channel_not_found"}
		}
	case TypePresenceSub, TypePresenceQuery:
		if len(f.IDs) > MaxPresence {
			return &Error{ErrMalformed, fmt.Sprintf("%s takes at most %d ids", f.Type, MaxPresence)}
		}
	case TypeResume:
		return f.resumeFault()
	case TypePing:
		if len(f.Raw) > MaxPing {
			return &Error{ErrMalformed, fmt.Sprintf("ping takes at most %d bytes", MaxPing)}
		}
	case TypeTyping, TypeTickle:
	default:
		return &Error{ErrUnknownType, "unknown type"}
	}
	return nil
}

func (f *ClientFrame) resumeFault() *Error {
	if f.ID == nil {
		return &Error{ErrMalformed, "resume has no id"}
	}
	for id, seq := range f.Cursor {
		if seq < 0 || id == "" {
			return &Error{ErrMalformed, fmt.Sprintf("cursor of %.20q is not a seq", string(id))}
		}
	}
	return nil
}

// malformed looks for the id, so that a client learns which frame was wrong.
func malformed(b []byte, err error) *Refusal {
	r := &Refusal{Said: Error{ErrMalformed, "frame is not a JSON object"}}
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && t.Field != "" {
		r.Said.Msg = fmt.Sprintf("%s has the wrong type", t.Field)
	}
	var id struct {
		ID *int64 `json:"id"`
	}
	if json.Unmarshal(b, &id) == nil {
		r.ID = id.ID
	}
	return r
}
