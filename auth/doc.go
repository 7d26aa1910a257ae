// Package auth turns what a client presents, a token, a session's token with its
// cookie, or a ticket, into a chat.Caller; lets people in with passwords, second
// factors and codes; and makes the secrets: tokens, cookies, tickets, codes and
// password hashes.
//
// It stands between the edges (webapi and gateway, which call AuthenticateFrom and
// RedeemTicket once for each request or socket, and webapi's account methods) and
// the store, which holds SHA-256 hashes of tokens, cookies and codes and never
// their text. A token's or code's text names its workspace, so that the lookup
// goes straight to the workspace's own rows.
//
// What AuthenticateFrom found is cached for at most a minute, in a bounded map; the
// events that change a user, their tokens or the workspace's settings drop the
// entries at once (Follow). What can be found out by trying is limited by address
// and account, in bounded buckets; only so many passwords are hashed at a time. A
// Service may be used by any number of goroutines. One of its own writes down which
// sessions are in use, while there are some; Close ends and awaits it.
package auth
