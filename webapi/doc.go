// Package webapi is Slack's Web API: /api/METHOD over HTTP.
//
// A request is taken apart into arguments (decode.go, args.go), its token is
// made into a caller, the table of methods (method.go) names the handler, and
// what the handler returns is written in Slack's envelope (respond.go, error.go).
// Handlers are grouped by family, a file or a few each. They reach data only by
// the caller's bound store.Workspace, so another workspace's ids name nothing.
//
// What is posted goes store → log; live delivery begins at the store's hook and
// not here. The router is asked for ephemeral messages only.
//
// Server also is the chat.Conversations of gateways: a message sent over a
// socket takes the path of chat.postMessage.
//
// The package starts no goroutine of its own; everything runs on its callers'.
package webapi
