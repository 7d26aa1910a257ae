package wire

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"taut/chat"
)

// The encoders append one JSON object to b.

// AppendHello: the first frame.
func AppendHello(b []byte, incarnation, host string) []byte {
	b = append(b, `{"type":"hello","incarnation":`...)
	b = appendString(b, incarnation)
	b = append(b, `,"host":`...)
	b = appendString(b, host)
	return append(b, `,"start":true}`...)
}

// AppendPong answers a ping with all its flat keys, id as reply_to.
func AppendPong(b []byte, ping ClientFrame) []byte {
	var keys map[string]json.RawMessage
	if json.Unmarshal(ping.Raw, &keys) != nil {
		keys = nil
	}
	b = append(b, `{"type":"pong"`...)
	if ping.ID != nil {
		b = append(b, `,"reply_to":`...)
		b = strconv.AppendInt(b, *ping.ID, 10)
	}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		v := keys[k]
		if k == "type" || k == "id" || k == "reply_to" || len(v) == 0 || v[0] == '{' || v[0] == '[' {
			continue
		}
		b = append(b, ',')
		b = appendString(b, k)
		b = append(b, ':')
		b = append(b, v...)
	}
	return append(b, '}')
}

// AppendAck answers a message.
func AppendAck(b []byte, id *int64, p chat.RTMPosted) []byte {
	b = append(b, `{"ok":true`...)
	b = appendReplyTo(b, id)
	b = append(b, `,"ts":"`...)
	b = append(b, p.TS.String()...)
	b = append(b, `","text":`...)
	b = appendString(b, p.Text)
	b = append(b, `,"stream":`...)
	b = appendString(b, string(p.Stream.ID))
	b = append(b, `,"seq":`...)
	b = strconv.AppendInt(b, p.Seq, 10)
	return append(b, '}')
}

// AppendOK is the final ack of a resume.
func AppendOK(b []byte, id *int64) []byte {
	b = append(b, `{"ok":true`...)
	b = appendReplyTo(b, id)
	return append(b, '}')
}

// AppendRefusal answers a frame that had an id; without one it is an error
// frame.
func AppendRefusal(b []byte, id *int64, e Error) []byte {
	if id == nil {
		return AppendError(b, e)
	}
	b = append(b, `{"ok":false`...)
	b = appendReplyTo(b, id)
	return append(appendError(b, e), '}')
}

// AppendError is an error that answers no frame in particular.
func AppendError(b []byte, e Error) []byte {
	b = append(b, `{"type":"error"`...)
	return append(appendError(b, e), '}')
}

// AppendTyping is what the others see of a typing frame.
func AppendTyping(b []byte, channel chat.StreamID, user chat.UserID, thread chat.TS) []byte {
	b = append(b, `{"type":"user_typing","channel":`...)
	b = appendString(b, string(channel))
	b = append(b, `,"user":`...)
	b = appendString(b, string(user))
	if thread != 0 {
		b = append(b, `,"thread_ts":"`...)
		b = append(append(b, thread.String()...), '"')
	}
	return append(b, '}')
}

// AppendPresence tells one user's presence; batch in the form with "users".
func AppendPresence(b []byte, user chat.UserID, active, batch bool) []byte {
	b = append(b, `{"type":"presence_change",`...)
	if batch {
		b = append(b, `"users":[`...)
		b = append(appendString(b, string(user)), ']')
	} else {
		b = append(b, `"user":`...)
		b = appendString(b, string(user))
	}
	if active {
		return append(b, `,"presence":"active"}`...)
	}
	return append(b, `,"presence":"away"}`...)
}

// AppendGoodbye says that the gateway will close the socket soon.
func AppendGoodbye(b []byte) []byte { return append(b, `{"type":"goodbye"}`...) }

// AppendSkip stands for an event that the socket doesn't get.
func AppendSkip(b []byte, s chat.StreamID, seq int64) []byte {
	return append(appendPlace(append(b, `{"type":"skip"`...), s, seq), '}')
}

// AppendResumed says that the socket has had all of the stream up to head.
func AppendResumed(b []byte, id *int64, s chat.StreamID, head int64) []byte {
	b = appendAnswer(b, "resumed", id, s)
	b = append(b, `,"head":`...)
	return append(strconv.AppendInt(b, head, 10), '}')
}

// AppendCurrent says that the cursors of these streams are their heads.
func AppendCurrent(b []byte, id *int64, streams []chat.StreamID) []byte {
	b = append(b, `{"type":"current"`...)
	b = appendReplyTo(b, id)
	b = append(b, `,"streams":[`...)
	for i, s := range streams {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, string(s))
	}
	return append(b, `]}`...)
}

// AppendDiscontinuity says that the stream goes on after head, and what brings
// the state until there. A gap without a resume has no id.
func AppendDiscontinuity(b []byte, id *int64, s chat.StreamID, head int64, reason Reason) []byte {
	b = appendAnswer(b, "discontinuity", id, s)
	b = append(b, `,"head":`...)
	b = strconv.AppendInt(b, head, 10)
	b = append(b, `,"reason":`...)
	b = appendString(b, string(reason))
	b = append(b, `,"fetch":[`...)
	b = append(b, fetch(s.Kind())...)
	return append(b, `]}`...)
}

// fetch names the methods that bring what the log no longer does.
func fetch(k chat.StreamKind) string {
	if k == chat.UserStream {
		return `"users.conversations","users.prefs.get"`
	}
	return `"conversations.info","conversations.history","conversations.replies"`
}

// AppendGone says that the stream is not the caller's to read.
func AppendGone(b []byte, id *int64, s chat.StreamID) []byte {
	return append(appendAnswer(b, "gone", id, s), '}')
}

func appendAnswer(b []byte, kind string, id *int64, s chat.StreamID) []byte {
	b = append(b, `{"type":"`...)
	b = append(append(b, kind...), '"')
	b = appendReplyTo(b, id)
	b = append(b, `,"stream":`...)
	return appendString(b, string(s))
}

func appendReplyTo(b []byte, id *int64) []byte {
	if id == nil {
		return b
	}
	b = append(b, `,"reply_to":`...)
	return strconv.AppendInt(b, *id, 10)
}

func appendPlace(b []byte, s chat.StreamID, seq int64) []byte {
	b = append(b, `,"stream":"`...)
	b = append(b, s...)
	b = append(b, `","seq":`...)
	return strconv.AppendInt(b, seq, 10)
}

func appendError(b []byte, e Error) []byte {
	b = append(b, `,"error":{"code":`...)
	b = strconv.AppendInt(b, int64(e.Code), 10)
	b = append(b, `,"msg":`...)
	return append(appendString(b, e.Msg), '}')
}

func appendString(b []byte, s string) []byte {
	quoted, err := json.Marshal(s)
	if err != nil {
		return append(b, `""`...) // json.Marshal of a string does not fail
	}
	return append(b, quoted...)
}
