// Package gateway holds the clients' sockets: it takes events from channel
// servers and gives them to those who may see them, and takes what clients send
// to whom it concerns. The protocol is package wire's.
//
// # The way of an event
//
//	channel server ─▶ attachment.Deliver: one WebSocket frame made ─▶ the inbox of each shard that follows the stream
//	  ─▶ shard: a reference in each socket's queue ─▶ one write for all that a socket has in its queue
//
// # Goroutines and what they own
//
//   - One per shard (shard.run): all state of the shard's sessions, its table of
//     streams and its positions in them. So a delivery takes no lock. Others talk
//     to it through its inbox only. It never blocks.
//   - One per socket (session.read): reads frames and hands them to the shard; a
//     message is posted from here, so that it waits for the log at nobody's
//     expense. It closes the connection and is the last to go.
//   - One for each channel server that there is something to ask (lane.run):
//     subscribes and unsubscribes in batches.
//   - One for presence (presence.run): leases and watches, in bulk; what failed again.
//   - One for whispers (Server.whisper): typing on its way out, the workspaces in
//     turn.
//   - On demand, and bounded: a writer for a socket that takes no more for now
//     (handOff), a reader of a page of the log (catchUp).
//
// An idle socket costs its session, its subscriptions and the stack of its
// reader; no timer and no buffer but the reader's small one.
//
// # Floods
//
// What a client can make the gateway hold for it is bounded (flow): events by the
// socket's queue, as they can be read again; pages of the log by the room in it;
// answers by not reading on until the client has taken them, so that what it sends
// waits in its own connection; its frames by a pace; whom it watches by their number. No socket has more than a
// few frames in its shard's inbox.
//
// # One recovery path
//
// Each subscription of a session is live (it stands where its shard stands in
// the stream) or lagging (it stands at a cursor of its own, and live events pass
// it by). A socket that overflows its queue, a client that resumes and a channel
// that was just joined are the same thing: a subscription lagging at a cursor. It
// reads pages of the log through the link until its cursor has reached its
// shard's position, where it becomes live. Nothing is queued for it meanwhile.
package gateway
