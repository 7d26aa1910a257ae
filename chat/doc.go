// Package chat holds the nouns of Taut (workspace, user, channel, message,
// stream, event, caller) and the small interfaces in which the roles meet.
//
// It is the bottom of the house: it imports the standard library only, does no
// I/O and starts no goroutine. Everything else imports it. Its values are plain
// data, safe to copy and to read from several goroutines; whoever shares a
// slice or a map of one must not write to it afterwards.
package chat
