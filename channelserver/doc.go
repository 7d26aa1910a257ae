// Package channelserver keeps the order of streams in memory and fans their
// events out to the gateways that subscribe to them.
//
// It stands between the log and the gateways. A router publishes each committed
// event to it; per stream a stream.Tail makes of that each event once and in
// order, reading from the log what a publish failed to bring, and each
// subscribed gateway is sent one copy from the place where it stands. It holds
// no truth: whatever is in it can be rebuilt from the log, and two channel
// servers for one stream do no harm to its order.
//
// What is known of a stream is guarded by the mutex of its shard, under which
// the sinks are called too: they must not block and must not call back. No lock
// is held while the log is read. The goroutines are the Server's, which stops
// and awaits them in Close: one looks once a second at the heads that moved
// (G13), one sends heartbeats and drops what is idle, one starts repairs when
// they are due, each in a worker of a bounded number. One more guards the tenure of a
// server that is a member of a ring: when its lease ends, by its own clock, it refuses
// all and ends its links by itself.
//
// A stream costs some 400 bytes, its map entry with them, while a gateway subscribes to
// it, and nothing a minute after that ended. Its recent events are kept while it
// moves, bounded per stream and in sum.
package channelserver
