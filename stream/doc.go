// Package stream is the reader's side of a log: the cursor that says how far a
// reader has come, and Tail, the one recovery path of every reader.
//
// A reader is told of new events quickly and unreliably: some come twice, some
// out of order, some never. Tail turns that, together with pages read from the
// log, into each event once and in order. The channel server tails the log, a
// gateway its channel server, a client its gateway, all by this code; whether
// what is asked for comes from a database, over a link or in frames is theirs.
//
// The package is pure: no I/O, no goroutine, no clock. A Tail belongs to one
// goroutine, or to the holder of the lock that guards it.
package stream
