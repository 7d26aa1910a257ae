package chat

import "context"

// Roles meet here and nowhere else: in one process app hands a role the other
// role itself, across processes its rpc client. Every method may be called from
// several goroutines. Errors carry a Code.

// Router takes events to the channel server that owns their stream's slot.
type Router interface {
	// Publish hands on committed events, in the order of seq within each stream.
	// It doesn't wait for their readers. A publish that is lost is repaired by
	// the owner's look at the heads (G13), so there is nothing to retry.
	Publish(ctx context.Context, events []Event)
	// Whisper hands on an ephemeral event; it may be dropped.
	Whisper(ctx context.Context, e Ephemeral)
}

// ChannelServer owns the order in memory of the streams of its slots, and the
// gateways' subscriptions to them.
type ChannelServer interface {
	// Publish hands on committed events. Moved: some belong to another channel
	// server by now; Unavailable: this one can't be reached. Those that get nowhere
	// the owner finds in the log.
	Publish(ctx context.Context, events []Event) error
	Whisper(ctx context.Context, e Ephemeral)
	// Attach opens a gateway's one link to this channel server. What the gateway
	// subscribes to over it arrives at sink.
	Attach(ctx context.Context, gateway string, sink Sink) (Link, error)
}

// Link is a gateway's side of its connection to a channel server: all its
// subscriptions are multiplexed over it.
type Link interface {
	// Ended is closed when the link is at its end, whoever ended it: the sink gets
	// nothing more, and what was subscribed is to be subscribed anew.
	Ended() <-chan struct{}
	// Subscribe answers where each stream stands, then its events with
	// seq > Position.Seq arrive at the sink in order, without a hole. Those in
	// (After, Position.Seq] arrive there too, before; with After < 0 none do.
	// A stream that is subscribed already is answered with where the link
	// stands. A gateway subscribes once however many of its sockets care. Moved:
	// one of the streams belongs to another channel server.
	Subscribe(ctx context.Context, subs []Subscription) ([]Position, error)
	Unsubscribe(streams []Stream)
	// Read is one page of a stream's log, from the ring or the store. It is how
	// a socket catches up.
	Read(ctx context.Context, r ReadRequest) (Page, error)
	// Close ends all subscriptions. The sink gets nothing after it returned.
	Close()
}

// Subscription asks for a stream from after a seq; After < 0: from its head.
type Subscription struct {
	Stream Stream
	After  int64
	// Known: what was committed to the stream before this mark is not after After. So
	// a channel server that is new to the stream need not ask how far it has grown.
	Known Mark
}

// Mark is a place in the order of commits. Of which history it is Of tells: only marks
// of the same one can be compared. The zero Mark is none.
type Mark struct{ Of, At int64 }

// Before tells whether m is the earlier one; false where they can't be compared.
func (m Mark) Before(o Mark) bool { return m.Of == o.Of && m.At < o.At }

// Position is where a subscription starts to be live.
type Position struct {
	Stream Stream
	Seq    int64
}

// ReadRequest asks for the events of a stream with seq > After, at most Limit. A
// page ends early with the event that makes its payloads more than Bytes; at 0
// the log has a bound of its own.
// With User set, only those that lie in the user's membership intervals, as the
// stream's own members table has them.
type ReadRequest struct {
	Stream Stream
	User   UserID
	After  int64
	Limit  int
	Bytes  int
}

// Page is a piece of a stream's log.
type Page struct {
	Events []Event
	// Next is the cursor after the page. It is beyond the last event where those
	// after it are not for the reader.
	Next int64
	// Head is the stream's head when the page was read: at Next ≥ Head there
	// was no more.
	Head int64
	// Trimmed is the seq up to which the log may lack events: a reader with a
	// cursor below it gets a discontinuity.
	Trimmed int64
	// Gone says that the user may not read the stream, or that it doesn't exist.
	Gone bool
}

// Sink is the gateway's end of a link. Its methods are called one at a time for
// each stream and must not block.
type Sink interface {
	// Deliver takes events of one stream in order, those that no other Deliver
	// brought. False: it has no room; the channel server keeps the place and
	// offers them again.
	Deliver(events []Event) bool
	Whisper(e Ephemeral)
	// Heartbeat comes once a second with the heads of the subscribed streams
	// that lately moved: a gateway that stands behind one of them subscribes
	// again from where it stands. Of all streams that were subscribed before the
	// heartbeat before this one, what was committed before whole came earlier;
	// where whole is zero nothing is said of that.
	Heartbeat(heads []Head, whole Mark)
}

// Authenticator turns what a client presents into a caller.
type Authenticator interface {
	// AuthenticateFrom: Unauthenticated ("revoked" where the token was good once),
	// Inactive, Limited or a caller.
	AuthenticateFrom(ctx context.Context, p Presented) (Caller, error)
	// RedeemTicket takes a ticket of rtm.connect: valid once, for 30 s.
	RedeemTicket(ctx context.Context, ticket string) (Caller, error)
}

// Conversations is what a gateway, which has no store, asks of the API nodes.
type Conversations interface {
	Memberships
	// VisibleUsers are those of the users whom the caller may know of.
	VisibleUsers(ctx context.Context, c Caller, users []UserID) ([]UserID, error)
	// Incarnation is the log's.
	Incarnation(ctx context.Context) (string, error)
	// Post is RTM's message: the same checks, limits and idempotency as
	// chat.postMessage has.
	Post(ctx context.Context, c Caller, p RTMPost) (RTMPosted, error)
}

// Memberships tells where callers are members.
type Memberships interface {
	// Memberships is a snapshot of the caller's channels at seq Seq of the caller's
	// own stream, which the gateway then follows from there. It is no older than the
	// question. Inactive "user" where the caller was deactivated since they were
	// authenticated, Unauthenticated "revoked" where the token ended, NotFound "user",
	// Limited where too many ask. Unavailable: ask another one.
	Memberships(ctx context.Context, c Caller) (MembershipSnapshot, error)
	// LikelyChannels are those in which the caller was a member when somebody last
	// asked, as far as that is remembered: a hint, by which nobody may be judged. None:
	// it isn't.
	LikelyChannels(ctx context.Context, c Caller) ([]ChannelID, error)
}

// MembershipSnapshot holds a user's current memberships, and what else a socket
// begins with.
type MembershipSnapshot struct {
	Seq      int64
	Channels []Membership
	Away     bool // the user's manual away
	Role     Role // the user's present one
}

// RTMPost is a message that a client sends over its socket.
type RTMPost struct {
	Channel     string
	Text        string
	ThreadTS    TS
	Broadcast   bool
	ClientMsgID string // the key for idempotency; "" where the client gave none
	Origin      string // the connection
}

// RTMPosted is what the ack tells.
type RTMPosted struct {
	Stream Stream
	Seq    int64
	TS     TS
	Text   string
}

// Presence knows who is online. A device is one socket; it counts as active
// until its lease ends.
type Presence interface {
	// Attach opens a gateway's one link to the presence server.
	Attach(ctx context.Context, gateway string, sink PresenceSink) (PresenceLink, error)
	// SetAway sets or clears a user's manual away; the durable copy is the caller's to keep.
	SetAway(ctx context.Context, w WorkspaceID, u UserID, away bool) error
	Get(ctx context.Context, w WorkspaceID, u UserID) (PresenceState, error)
}

// PresenceLink is a gateway's side. Renew and Release are bulk.
type PresenceLink interface {
	// Ended is closed when the link is at its end, whoever ended it: nothing is
	// watched any more.
	Ended() <-chan struct{}
	// Renew starts or renews the devices' leases of 30 s.
	Renew(ctx context.Context, devices []Device) error
	// Release ends devices whose socket closed; their user goes away within 3 s
	// unless another device remains.
	Release(ctx context.Context, devices []Device) error
	// Watch replaces the set of users that the gateway wants to hear of in a
	// workspace by adding and removing; the answer is the state of the added.
	Watch(ctx context.Context, w WorkspaceID, add, remove []UserID) ([]PresenceState, error)
	Close()
}

// PresenceSink hears of changes of the watched users. It must not block.
type PresenceSink interface {
	PresenceChanged(w WorkspaceID, s PresenceState)
}

// Device is one socket of a user.
type Device struct {
	Workspace  WorkspaceID
	User       UserID
	Connection string
	ActiveMS   int64 // when the person last did something
	// Away is the user's durable manual away, as known when the socket opened.
	Away bool
}

// PresenceState is what may be known of a user's presence.
type PresenceState struct {
	User         UserID
	Active       bool
	Online       bool // has a device
	ManualAway   bool
	AutoAway     bool
	Connections  int
	LastActiveMS int64
	Version      int64 // grows with each change, also over servers; an older one is dropped
}
