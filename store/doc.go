// Package store keeps everything that Taut remembers: the streams (durable,
// ordered, gapless logs), the state that their appends check, and the directory
// of workspaces, users and channels. It is one concrete Store on SQL; SQLite
// and MySQL differ by a small dialect value.
//
// A write to a stream is a change: it names its stream, what it reads under the
// lock of the stream's head, and a pure function that decides with that what to
// emit. Committers take changes from queues that are fair between workspaces and
// run many in one transaction with one fsync:
//
//	PostMessage, Join, … ── change ──▶ queue ──▶ committer: lock heads, apply each
//	change to a turn, write, commit ──▶ Options.Committed ──▶ the caller's answer
//
// On SQLite one committer owns the only connection that writes, and so keeps
// heads and members in memory between batches. On MySQL other processes write
// too: a batch locks its heads in order with SKIP LOCKED and reads what its
// changes ask for in one round trip, writes and commits in a second; a stream
// whose head is busy leaves the batch and is waited for alone, and a commit whose
// answer was lost is recognised by its key.
//
// Goroutines, all owned by the Store and awaited by Close: the committers (one
// on SQLite, where it owns the only connection that writes), the carrier of
// facts between streams, the flusher of read marks and the trimmer of the log; on
// SQLite the checkpointer and the scrubber of its write-ahead log.
//
// Every call of a workspace's goes through a Workspace, a handle bound to one
// tenant: code without one cannot ask.
package store
