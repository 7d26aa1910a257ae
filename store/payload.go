package store

import (
	"bytes"
	"encoding/json"

	"taut/chat"
)

// marshal writes JSON as clients get it: "<" stays "<".
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// hiddenEvent is a message event that no history shows: what happened to
// another message.
type hiddenEvent struct {
	Type      string         `json:"type"`
	Subtype   string         `json:"subtype"`
	Hidden    bool           `json:"hidden"`
	Channel   chat.ChannelID `json:"channel"`
	TS        chat.TS        `json:"ts"`
	EventTS   chat.TS        `json:"event_ts"`
	DeletedTS chat.TS        `json:"deleted_ts,omitzero"`
	Message   any            `json:"message,omitempty"`
	Previous  *chat.Message  `json:"previous_message,omitempty"`
}

// emitHidden appends a hidden message event.
func (t *turn) emitHidden(user chat.UserID, e hiddenEvent) (chat.Event, error) {
	return t.emit(newEvent{Type: chat.TypeMessage, User: user, Payload: func(_ int64, ts chat.TS) ([]byte, error) {
		e.Type, e.Hidden, e.Channel, e.TS, e.EventTS = chat.TypeMessage, true, chat.ChannelID(t.head.stream.ID), ts, ts
		if m, ok := e.Message.(*chat.Message); ok && m.Edited != nil && m.Edited.TS == 0 {
			m.Edited.TS = ts
		}
		return e.marshal()
	}})
}

// marshal leaves out the former version, then the copy of a root, where the event
// would be too large with it.
func (e *hiddenEvent) marshal() ([]byte, error) {
	b, err := marshal(e)
	if err != nil || len(b) <= maxEventBytes || e.Previous == nil {
		return b, err
	}
	short, previous := *e, withoutContent(*e.Previous)
	short.Previous = &previous
	if b, err = marshal(&short); err != nil || len(b) <= maxEventBytes {
		return b, err
	}
	if m, ok := e.Message.(*chat.Message); ok {
		short.Message = withBareRoot(m)
	}
	return marshal(&short)
}

// maxEventBytes is what a payload should not exceed: a socket's queue holds at
// least one. A message alone is shorter; the copies of others that its events
// hold can make them longer.
const maxEventBytes = 240 << 10

// marshalMessage leaves out the content of the root's copy where the message
// would be too large with it.
func marshalMessage(m *chat.Message) ([]byte, error) {
	b, err := marshal(m)
	if err != nil || len(b) <= maxEventBytes {
		return b, err
	}
	return marshal(withBareRoot(m))
}

func withBareRoot(m *chat.Message) *chat.Message {
	if m.Root == nil {
		return m
	}
	short, root := *m, withoutContent(*m.Root)
	short.Root = &root
	return &short
}
