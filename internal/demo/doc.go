// Package demo makes a workspace that looks like one: Crumb, a small company that
// makes software for bakeries, with its people, channels and what they said over
// the last days up to now.
//
// The conversations are a text, conversations.txt. The package makes of it an
// export as Slack writes one, dated back from now, has internal/transfer bring
// it in, and adds what an export has not: passwords, user groups, bookmarks, what is
// unread. It starts no goroutine.
package demo
