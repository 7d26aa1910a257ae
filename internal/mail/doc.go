// Package mail sends short texts to people over SMTP: invitations and links that
// reset a password.
//
// Send checks a mail and puts it into a bounded queue; one goroutine, owned by the
// Sender and awaited by Close, takes them from there one at a time, each over a
// connection of its own with a deadline. A mail that the server has not taken is put
// aside, so that others go first, and tried again a few times, then dropped; one
// that it refuses for good is dropped at once. The log tells the cause, without
// anybody's address and without the text. Who asked for the mail can ask again.
package mail
