// Package scheduler does what is due at a time: it sends scheduled messages,
// reminds people, and ends custom statuses. All of it is kept by the store, which
// also says what is due; what dies with the process is done by the next one.
//
//	store ── what is due, over all workspaces ──▶ scheduler ── turns of the streams ──▶ store
//
// Each thing is done in a turn of its stream that finds it due and marks it done,
// so that neither a death on any line nor a second process does it twice.
// Workspaces have equal shares of each round, and a round waits for none of them:
// one with a great many things that are due, or with one that hangs, keeps no
// other waiting.
//
// One goroutine, owned by the Server, looks for what is due, at the time of the
// next thing, when the store says that something was added, and every few seconds;
// it runs a bounded number of goroutines, one a workspace. Close ends it, and waits
// for all of them.
package scheduler
