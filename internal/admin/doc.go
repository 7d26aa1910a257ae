// Package admin is what the operator's commands do to a server's data: make
// workspaces, users and bots, and the credentials that are shown once.
//
// Local does it on a store. Serve puts the same acts on the operator's
// listener of a running server, and Client calls them there; the Door file in
// the data folder tells the client where the listener is and holds the secret
// that both sides prove to each other. The package starts no goroutine.
package admin
