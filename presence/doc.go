// Package presence knows who is online: the Presence role, wholly in memory.
//
// A device is one socket. Its gateway keeps it alive with a lease of 30 s that
// is renewed in bulk; a socket that closes ends its own device after a short
// grace, so that a reconnect doesn't flicker. A user is active while any device
// lives, the person did something within the last ten minutes, and they have
// not set themself away. What is durable of it (manual away) is kept by the
// caller; this package is told by SetAway, or by the first device of a user.
//
// Users are spread over shards, each with its own lock; gateways' calls run in
// their own goroutines and hold one shard at a time. One goroutine, the
// sweeper, started by New and awaited by Close, ends leases and graces when
// they are due: each shard keeps its users in a heap by the moment at which
// time alone can change them, so a user who does nothing costs nothing.
// Sinks are called without any shard's lock; versions put late news in order.
//
// In a cluster Spread makes of several servers one, by the ring; its links remember
// what they told, so that a server which dies is replaced by one that is told again.
package presence
