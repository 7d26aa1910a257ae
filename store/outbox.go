package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"taut/chat"
)

// The outbox holds facts: what happened on one stream and must follow on
// another. A fact is written in its source's transaction, cannot be refused, and
// is applied by an append of its own on the target. Per source and target facts
// are applied in the order of the source's seq, at least once: what a fact
// changes remembers the seq that it came from, so that an older one is dropped
// and the same one twice changes nothing.
//
// Who made the fact carries it and waits (carryOut, carryAll). What a crash left
// behind the carrier goroutine finds and carries (see carrier).
const (
	factCreate  = "create"  // directory → channel: begin the stream
	factEnter   = "enter"   // directory → #general, or what an invitation names: let a new user in
	factJoined  = "joined"  // channel → user
	factLeft    = "left"    // channel → user
	factChannel = "channel" // channel → directory: its properties
	factThread  = "thread"  // channel → user: their state of a thread
)

const (
	carryTimeout  = 10 * time.Second
	carryParallel = 64
	carryPage     = 500
)

// carried is a row of the outbox.
type carried struct {
	factKey
	target chat.StreamID
	kind   string
	body   []byte
}

// factKey names a row of the outbox.
type factKey struct {
	source  chat.Stream
	seq     int64
	ordinal int64
}

func (c carried) targetStream() chat.Stream {
	return chat.Stream{Workspace: c.source.Workspace, ID: c.target}
}

// follow is what must be carried once a fact was applied; target "" is all.
type follow struct {
	source chat.Stream
	target chat.StreamID
}

// pairs lets one goroutine at a time carry from a source to a target, so that a
// crowd that joins one channel doesn't apply each other's facts again and again.
type pairs struct {
	seed  maphash.Seed
	locks [256]sync.Mutex
}

func (p *pairs) lock(f follow) *sync.Mutex {
	l := &p.locks[maphash.Comparable(p.seed, f)%uint64(len(p.locks))]
	l.Lock()
	return l
}

// carryOut applies what source has for target and waits for it, whatever
// becomes of the caller meanwhile: the source's transaction is committed.
func (s *Store) carryOut(ctx context.Context, source, target chat.Stream) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), carryTimeout)
	defer cancel()
	return s.carryFollow(ctx, follow{source, target.ID})
}

// carryAll is carryOut for all targets.
func (s *Store) carryAll(ctx context.Context, source chat.Stream) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), carryTimeout)
	defer cancel()
	return s.carryFollow(ctx, follow{source: source})
}

func (s *Store) carryFollow(ctx context.Context, f follow) error {
	if f.target == "" {
		return s.carryEach(ctx, f.source)
	}
	next, err := s.carryPair(ctx, f)
	for _, n := range next {
		err = errors.Join(err, s.carryFollow(ctx, n))
	}
	return err
}

// carryEach carries to all targets of a source at once, as group commit likes it.
func (s *Store) carryEach(ctx context.Context, source chat.Stream) error {
	rows, err := s.db.QueryContext(ctx, "SELECT DISTINCT target_id FROM outbox WHERE workspace_id = ? AND stream_id = ?", source.Workspace, source.ID)
	targets, err := collect(rows, err, func(r scanner) (id chat.StreamID, err error) { return id, r.Scan(&id) })
	if err != nil {
		return err
	}
	var group errgroup.Group // without a context: a target that fails stops no other
	group.SetLimit(carryParallel)
	for _, target := range targets {
		group.Go(func() error { return s.carryFollow(ctx, follow{source, target}) })
	}
	return group.Wait()
}

// carryPair applies the facts from a source to a target, in order.
func (s *Store) carryPair(ctx context.Context, f follow) (next []follow, err error) {
	lock := s.carrier.pairs.lock(f)
	defer lock.Unlock()
	after := factKey{seq: -1}
	for {
		facts, err := s.outbox(ctx, f, after)
		if err != nil || len(facts) == 0 {
			return next, err
		}
		for _, c := range facts {
			after = c.factKey
			if s.carrier.isApplied(c.factKey) {
				continue
			}
			n, err := s.applyFact(ctx, c)
			if err != nil {
				return next, fmt.Errorf("carry %s from %s to %s: %w", c.kind, c.source.ID, c.target, err)
			}
			s.carrier.wasApplied(c.factKey)
			next = append(next, n...)
		}
	}
}

// outbox is a page of the facts from a source to a target, in order.
func (s *Store) outbox(ctx context.Context, f follow, after factKey) ([]carried, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT seq, ordinal, kind, body FROM outbox "+
		"WHERE workspace_id = ? AND stream_id = ? AND target_id = ? AND (seq > ? OR seq = ? AND ordinal > ?) ORDER BY seq, ordinal LIMIT ?",
		f.source.Workspace, f.source.ID, f.target, after.seq, after.seq, after.ordinal, carryPage)
	return collect(rows, err, func(r scanner) (carried, error) {
		c := carried{factKey: factKey{source: f.source}, target: f.target}
		return c, r.Scan(&c.seq, &c.ordinal, &c.kind, &c.body)
	})
}

// applyFact appends to the target what the fact means there, and tells what
// that in turn makes to be carried.
func (s *Store) applyFact(ctx context.Context, c carried) ([]follow, error) {
	switch c.kind {
	case factCreate:
		f, err := decode[createFact](c.body)
		if err != nil {
			return nil, err
		}
		return []follow{{source: c.targetStream()}}, s.applyCreate(ctx, c.targetStream(), f)
	case factEnter:
		f, err := decode[enterFact](c.body)
		if err != nil {
			return nil, err
		}
		return []follow{{c.targetStream(), chat.StreamID(f.User)}}, s.applyEnter(ctx, c, f)
	case factJoined, factLeft:
		f, err := decode[membershipFact](c.body)
		if err != nil {
			return nil, err
		}
		return nil, s.applyMembership(ctx, c, f)
	case factGroup:
		f, err := decode[groupFact](c.body)
		if err != nil {
			return nil, err
		}
		return nil, s.applyGroup(ctx, c, f)
	case factThread:
		f, err := decode[threadFact](c.body)
		if err != nil {
			return nil, err
		}
		return nil, s.applyThread(ctx, c, f)
	case factDND:
		f, err := decode[dndFact](c.body)
		if err != nil {
			return nil, err
		}
		return nil, s.applyDND(ctx, c, f)
	case factChannel:
		f, err := decode[channelFact](c.body)
		if err != nil {
			return nil, err
		}
		return nil, s.applyChannel(ctx, c, f)
	}
	return nil, fmt.Errorf("fact of unknown kind %q", c.kind)
}

func decode[T any](body []byte) (v T, err error) { return v, json.Unmarshal(body, &v) }

// enterFact lets a new user into a channel.
type enterFact struct {
	User chat.UserID `json:"user"`
	// Public: the channel was when the user came. One that became private since takes in
	// nobody by that.
	Public bool `json:"public,omitempty"`
}

func (s *Store) applyEnter(ctx context.Context, c carried, f enterFact) error {
	door := anyDoor
	if f.Public {
		door = (*turn).openDoor
	}
	_, err := s.Workspace(c.source.Workspace).join(ctx, chat.ChannelID(c.target), f.User, "", door)
	switch chat.CodeOf(err) {
	case chat.Exists, chat.Archived, chat.NotFound, // a channel that was archived or made private since stays so
		chat.Limited: // a guest of a single channel was let into another one meanwhile
		return nil
	}
	return err
}
