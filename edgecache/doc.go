// Package edgecache keeps the directories of workspaces near those who ask for them:
// who is there, and which public channels (what Slack calls Flannel). It answers what
// clients ask as they meet people, so that none has to be given everybody at its
// start, and the database is not asked.
//
// A directory is a snapshot and the workspace's stream after it, which a stream.Tail
// makes into each event once and in order. The snapshot is no transaction: the head
// is read first, then the rows, then the events from that head up to the one after
// the rows. An event holds all that there is to say of its object, so that what a row
// said too early is said again in its turn.
//
// A Server is told of what its own process commits, and looks at the heads of all that
// it holds, in one query, to find what others did; what it lacks it reads from the log.
// What the log no longer has, an event that it cannot read and a new incarnation all
// end a directory: the next question loads another. It holds as many as fit, the
// latest used; one that is too large by itself, or that it could not look at lately, it
// leaves to the store (Direct), which gives the same answers at its own price.
//
// For clients that connect it finds where they are members, of the store's present
// state, many at once, and remembers it as a hint for the next time: a gateway goes by
// that until the store has said so.
//
// The goroutines are the Server's: one looks at the heads, one applies what its own
// process commits, and each load has one, of a bounded number. Close ends and awaits
// them. A directory is guarded by its own mutex, what is held by the Server's, under which
// only the directory's health is looked at, and what is told and not applied by one more,
// the only one that who commits waits for; nothing is read while any is locked.
package edgecache
