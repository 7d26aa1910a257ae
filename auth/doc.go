// Package auth turns what a client presents, a token or a ticket, into a
// chat.Caller, and makes the secrets: tokens, tickets and password hashes.
//
// It stands between the edges (webapi and gateway, which call Authenticate and
// RedeemTicket once for each request or socket) and the store, which holds
// SHA-256 hashes of tokens and never their text. A token's text names its
// workspace and user, so that the lookup goes straight to the workspace's own
// rows.
//
// What Authenticate found is cached for at most a minute, in a bounded map;
// the events of a workspace's stream that change a user drop the user's
// entries at once (Follow). The package starts no goroutine; a Service may be
// used by any number of them.
package auth
