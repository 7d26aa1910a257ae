// Package registry is what the nodes of a cluster know of each other: a small, shared,
// watched table with leases and leaders. It is not for data: a few keys for each node.
//
// A Registry is what the roles need of such a service, small enough that it can be
// another one; Etcd is on etcd, whose servers are others' or Embedded in this process.
//
// A lease lives for as long as it is renewed, which it is by itself. It measures its
// life by this process's monotonic clock from before each renewal was sent, so that
// its holder knows of the end before anybody else can: what must not be done by two
// is done while time.Now() is before Lease.Until. What a leader writes is fenced: it
// is not written any more once there may be another.
//
// Goroutines: a lease renews itself until Close or its end; Watch and Lead run in
// their caller's.
package registry

import (
	"context"
	"errors"
	"time"
)

// Registry is the table. Keys are paths, as members/node-1; a prefix ends in a slash.
type Registry interface {
	// Lease begins a lease that lives for ttl beyond each renewal. held, where not
	// nil, hears of each new end.
	Lease(ctx context.Context, ttl time.Duration, held func(until time.Time)) (Lease, error)
	// List gives all keys under a prefix, without the prefix.
	List(ctx context.Context, prefix string) (map[string][]byte, error)
	// Put writes a key that stays until Delete. Put and Delete that failed may be done
	// all the same, but not after a later one.
	Put(ctx context.Context, key string, value []byte) error
	Delete(ctx context.Context, key string) error
	// Unseat takes the leader's place from who is known to be gone, before their lease
	// ends. Were they there all the same, they would be deposed.
	Unseat(ctx context.Context, name, who string) error
	// Watch calls seen with all keys under a prefix, without the prefix, now and
	// whenever they changed, until ctx ends. It goes on by itself after faults;
	// changes that follow each other closely may be seen as one.
	Watch(ctx context.Context, prefix string, seen func(map[string][]byte))
	Close() error
}

// Lease is a node's life, as the others see it.
type Lease interface {
	// Put writes a key that goes with the lease.
	Put(ctx context.Context, key string, value []byte) error
	// Lead waits until the lease's holder is the only leader of the name; leaders/NAME
	// then says who it is.
	Lead(ctx context.Context, name, who string) (Leader, error)
	// Until is when the lease ends, unless it is renewed before.
	Until() time.Time
	// Ended is closed when it is over.
	Ended() <-chan struct{}
	// Close gives the lease back, with all its keys.
	Close(ctx context.Context) error
}

// Leader may write what only a leader may.
type Leader interface {
	// Put writes a key that outlives the leader; ErrDeposed where there may be
	// another one already.
	Put(ctx context.Context, key string, value []byte) error
}

var (
	// ErrEnded says that a lease is over.
	ErrEnded = errors.New("the lease is over")
	// ErrDeposed says that a leader is none any more.
	ErrDeposed = errors.New("no leader any more")
)
