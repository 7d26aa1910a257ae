// Package bench loads a running server over loopback sockets and measures it:
// the machinery of `taut bench`.
//
// It shares the machine with the server, so it must cost little: sockets are
// read by one epoll loop (poll.go) that belongs to the mode's own goroutine,
// requests are written by lean keep-alive connections (poster.go), and a
// delivery is counted by looking at a few bytes of its text (ledger.go). Modes
// (post, fanout, flood, big, idle, reconnect) compose these. Posters run in
// goroutines that the mode starts and awaits; the ledger belongs to the loop's
// goroutine alone. The workspace that floods beside neighbour's is a process of its
// own (flooder.go). Linux only.
package bench
