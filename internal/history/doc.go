// Package history checks that what happened in a run is what the guarantees
// allow.
//
// A test records, from all its clients and at the end from the log, what each
// client sent, was told and saw. Check then tells which of these guarantees
// the run broke, whatever faults it contained:
//
//	G1  what was acknowledged is in the log; what was seen is in the log
//	G2  one order: seq without holes, ts growing with seq, the same event for everybody
//	G3  a reader with a cursor gets what it missed, or is told of a discontinuity that has a
//	    reason and fetches it, or that a stream is gone where it is; and it gets an answer
//	G4  one key of one sender in one channel is one message
//	G5  nothing is seen twice
//	G10 a member sees and posts inside of their intervals only
//	    and what was deleted is in no event any more, and shown to nobody who asks later
//	G13 what is committed reaches who is connected within a bound
//
// It trusts nothing that a server says of itself but the final log; it is tested
// on histories with each of these faults planted. A Recorder may be used by many
// goroutines; histories of several processes are written as JSON lines and
// checked together.
package history
