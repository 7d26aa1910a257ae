// Package search finds messages and files. It keeps an index of what they are
// now in an SQLite file of its own, which it could make anew from the log at any
// time, and answers who may see what when it is asked.
//
// Flow: the store's hook tells Committed which streams grew; the follower, the
// one goroutine of a Server, takes plain messages as they were told and reads from
// the store what other events are about, as it is at that time, and writes it into
// the index a few times a second, in one transaction with the streams' cursors. So it may die at any line, and may read anything twice.
// Searches read beside it: query.go takes the query apart, plan.go finds the
// people and channels that it names, find.go asks the index, rank.go orders.
//
// The words of each workspace stand apart in the index: each begins with the
// workspace's number, so that no query can touch, count or be slowed down by
// another's (G6, G7).
package search
