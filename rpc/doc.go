// Package rpc carries the roles' interfaces (package chat) between the nodes of a
// cluster. In one process nobody needs it.
//
//	router  ── Publish, Whisper ──────────▶ channel server
//	gateway ══ one link, both ways ═══════▶ channel server
//	gateway ══ one link, both ways ═══════▶ presence server
//	gateway ── callers, channels, posts ──▶ webapi, any of them
//	webapi  ── questions ─────────────────▶ search, a workspace's at one of them
//	webapi  ── who is there ──────────────▶ edge cache, a workspace's at one of them
//
// # The wire
//
// gRPC over mutual TLS (package certs), with a codec of our own (coder): compact,
// bounds-checked and growing at the ends of its objects only. Each call says the
// name of its cluster and which protocols it speaks; a node refuses another
// cluster's, and one with which it has no protocol in common, in words.
//
// # The link
//
// A gateway has one stream with each channel server that it subscribes at. Messages
// hold as many items as wait, in their order:
//
//   - up: subscribe, unsubscribe, read; acknowledgements, which count the weight of
//     all deliveries so far; and refusals: the gateway had no room for a stream's
//     events, which are then offered again from there on.
//   - down: a welcome, answers, deliveries, whispers, and heartbeats each second, the
//     first of them and the first after a change with the ring: a gateway that is apart
//     from the registry hears of it so.
//
// What was delivered and is not acknowledged is bounded by a window. Beyond it the
// channel server's Deliver says that there is no room, as a full gateway in the same
// process does: the place is kept, and nothing is queued. A link that hears nothing
// for a while ends itself, and says so (chat.Link.Ended): whoever held it subscribes
// anew from where it stands.
//
// # Goroutines
//
// A Server has gRPC's, for each link one that receives, one that subscribes and one
// for each page being read, of a bounded number; Close ends and awaits them. The
// client's end of a link has one that sends, one that receives; Link.Close or the
// link's end ends them, and Nodes.Close awaits them.
package rpc
