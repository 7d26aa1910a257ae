package store

import (
	"context"
	"database/sql"

	"taut/chat"
)

// change is one append: what it reads under its stream's head lock, and what it
// then does.
type change struct {
	stream chat.Stream
	// sender and key make the change idempotent: the pipeline looks the key up
	// before apply (see turn.duplicate) and writes it after.
	sender chat.UserID
	key    string
	// reads are fetched together with the lock. It is a hint that saves round
	// trips: what isn't listed is fetched when the turn asks.
	reads []read
	// create makes the head where there is none; nil: NotFound "channel".
	create *head
	// mayCreate with create set: whether an existing head is fine too
	// (otherwise Exists "channel").
	orExists bool
	origin   string
	// apply runs with the head locked, perhaps again on a retry: it touches
	// nothing but t and its own results.
	apply func(t *turn) error
}

// fact is what must follow on another stream; the outbox carries it there.
type fact struct {
	Target chat.Stream
	Kind   string
	Body   any
}

// read is one thing that a change looks at. Exactly one group is set.
type read struct {
	member  chat.UserID // the user's current membership
	message chat.TS     // a message and its state
	reactor chat.UserID // with message: the user's reactions to it
	replier chat.UserID // with message: the user's share in its thread
}

// newEvent is what a turn emits. Payload is made when seq and ts are known.
type newEvent struct {
	Type    string
	User    chat.UserID
	Kind    eventKind
	Thread  chat.TS // the root, of a reply
	Payload func(seq int64, ts chat.TS) ([]byte, error)
}

// turn is one change's view of the transaction. Changes of one batch see what
// the earlier ones of the batch did.
type turn struct {
	// head is the stream's; it is written back once a batch.
	head *head
	// nowMS is the clock that this transaction goes by.
	nowMS int64
}

// member is the user's current membership; ok false: not a member.
func (t *turn) member(u chat.UserID) (m member, ok bool, err error) { panic("stub") }

// setMember writes the membership row (join: LeftSeq 0; leave: LeftSeq set).
// It keeps head.members.
func (t *turn) setMember(u chat.UserID, m member) { panic("stub") }

// emit gives the event its seq and ts and queues its row.
func (t *turn) emit(e newEvent) (chat.Event, error) { panic("stub") }

// exec queues a write; it is sent with the commit.
func (t *turn) exec(query string, args ...any) { panic("stub") }

// queryRow reads at once, with everything queued before visible. For rare
// directory operations: on MySQL it costs a round trip.
func (t *turn) queryRow(query string, args ...any) *sql.Row { panic("stub") }

// query is queryRow for several rows; the caller closes them before it goes on.
func (t *turn) query(query string, args ...any) (*sql.Rows, error) { panic("stub") }

// carry puts a fact into the outbox, in the same transaction.
func (t *turn) carry(f fact) error { panic("stub") }

// append runs the change and waits for its commit. The events are those that
// its turn emitted, in order.
func (s *Store) append(ctx context.Context, c change) ([]chat.Event, error) { panic("stub") }

// tx is a transaction on directory tables, for writes that belong to no stream.
// Its statements run at once.
type tx struct{}

func (t *tx) exec(query string, args ...any) (int64, error)      { panic("stub") }
func (t *tx) queryRow(query string, args ...any) *sql.Row        { panic("stub") }
func (t *tx) query(query string, args ...any) (*sql.Rows, error) { panic("stub") }

// write runs fn in a transaction of its own; fn may run again on a retry, so it
// touches nothing but t and its own results. An error of fn's rolls back.
func (s *Store) write(ctx context.Context, fn func(t *tx) error) error { panic("stub") }
