// Package mail sends short texts to people over SMTP: invitations and links that
// reset a password.
//
// Send checks a mail and puts it into a bounded queue; one goroutine, owned by the
// Sender and awaited by Close, takes them from there one at a time, each over a
// connection of its own with a deadline. A mail that fails is tried again a few
// times, and then dropped with a line in the log that names neither address nor
// text: who asked for it can ask again.
package mail
