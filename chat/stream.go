package chat

import (
	"encoding/json"
	"strings"
)

// StreamID names a stream inside its workspace: it is the id of the channel,
// user or workspace whose log it is, and its first letter tells the kind.
type StreamID string

// StreamKind says whose log a stream is.
type StreamKind byte

const (
	ChannelStream   StreamKind = 'C' // a channel, DM or group DM
	UserStream      StreamKind = 'U' // a user's own memberships, read marks, preferences
	WorkspaceStream StreamKind = 'T' // the directory: users, public channels, emoji
)

// Kind is 0 for an id that names no stream.
func (id StreamID) Kind() StreamKind {
	if id == "" {
		return 0
	}
	switch id[0] {
	case 'C', 'D', 'G':
		return ChannelStream
	case 'U', 'W':
		return UserStream
	case 'T':
		return WorkspaceStream
	}
	return 0
}

// Stream is a durable, ordered, gapless log with one audience.
type Stream struct {
	Workspace WorkspaceID
	ID        StreamID
}

// Stream is the log of a channel, user or workspace.
func (w WorkspaceID) Channel(c ChannelID) Stream { return Stream{w, StreamID(c)} }
func (w WorkspaceID) User(u UserID) Stream       { return Stream{w, StreamID(u)} }
func (w WorkspaceID) Directory() Stream          { return Stream{w, StreamID(w)} }

// Event is one entry of a stream. Seq, Type and TS are forever; Payload can be
// redacted, in the store only: a value once read never changes.
type Event struct {
	Stream Stream
	Seq    int64  // 1, 2, 3 … without a hole
	TS     TS     // the event's id; strictly increasing with Seq
	Type   string // Slack's event type: "message", "reaction_added", "member_joined_channel", …
	User   UserID // who did it; for member_joined_channel and member_left_channel the member
	N      int64  // the stream's count of visible root messages up to and with this event
	// CommittedMS is when the log took it, milliseconds since 1970.
	CommittedMS int64
	// Payload is the event in Slack's RTM shape, a JSON object, without stream and seq.
	Payload json.RawMessage
	// Origin is the connection whose send made this event, so that it is not
	// echoed there. It travels with a live publish and is never stored.
	Origin string
}

// The event types on which readers act, beside passing them on.
const (
	TypeMessage      = "message"
	TypeMemberJoined = "member_joined_channel"
	TypeMemberLeft   = "member_left_channel"
	TypeFileDeleted  = "file_deleted"
)

// IsHistoryChange tells whether an event of this type says that the messages before a
// ts are gone. Its name differs by the kind of channel.
func IsHistoryChange(typ string) bool { return strings.HasSuffix(typ, "_history_changed") }

// Ephemeral is an event without a seq: typing, presence, a message for one
// person's eyes. It is never stored and may be dropped.
type Ephemeral struct {
	Stream  Stream
	Payload json.RawMessage
	// Origin is the connection that it comes from, which does not get it.
	Origin string
}

// Head is how far a stream has grown.
type Head struct {
	Stream Stream
	Seq    int64
}

// Membership is one interval in which a user belongs to a channel's audience:
// the events with JoinedSeq ≤ seq ≤ LeftSeq, both included.
type Membership struct {
	Channel   ChannelID
	JoinedSeq int64
	LeftSeq   int64 // 0: still a member
}

// Contains tells whether the event with this seq lies in the interval.
func (m Membership) Contains(seq int64) bool {
	return seq >= m.JoinedSeq && (m.LeftSeq == 0 || seq <= m.LeftSeq)
}

// MembershipChange is what an event of a user's stream says of the user's own
// channels. Its JSON keys stand in the event's payload beside Slack's own.
type MembershipChange struct {
	Channel   ChannelID `json:"stream_id,omitempty"`
	JoinedSeq int64     `json:"joined_seq,omitempty"`
	LeftSeq   int64     `json:"left_seq,omitempty"`
}

// MembershipChange reads the change out of an event of a user's stream; ok is
// false where the event is none.
func (e Event) MembershipChange() (c MembershipChange, ok bool) {
	if e.Stream.ID.Kind() != UserStream {
		return c, false
	}
	if err := json.Unmarshal(e.Payload, &c); err != nil {
		return c, false
	}
	return c, c.Channel != "" && (c.JoinedSeq > 0) != (c.LeftSeq > 0)
}
