// Package wire is the protocol between a client and a gateway: Slack's RTM as
// its SDKs know it, with a cursor on top. This comment is its specification;
// the golden transcripts in gateway/testdata show it spoken. The package holds
// encoders that append, decoders for both ends and the WebSocket frames that
// many sockets share. It does no I/O and starts no goroutine.
//
// # Flow
//
//	client                                          gateway
//	  GET /websocket/TICKET, or /websocket + token ──▶
//	  ◀── 101 Switching Protocols
//	  ◀── hello{incarnation, host}
//	  resume{id, incarnation, cursor} ──▶                 (a client that holds cursors; optional)
//	  ◀── current{streams}                                (the resume has begun; these have no news)
//	  ◀── events (cursor, head] · resumed{stream, head}   (each other stream one answer)
//	  ◀── discontinuity{stream} · gone{stream}
//	  ◀── {ok, reply_to}                                  (every stream of the frame is answered)
//	  ◀── events, live, in the order of each stream
//	  ping{id} ──▶   ◀── pong{reply_to}
//	  message{id, channel, text} ──▶   ◀── {ok, reply_to, ts, text, stream, seq}
//	  typing{channel} ──▶                                 (no answer)
//	  presence_sub{ids}, presence_query{ids} ──▶   ◀── presence_change{user, presence}
//	  ◀── goodbye, then a close frame                     (the gateway drains)
//
// Each frame is one WebSocket text message holding one JSON object. The
// WebSocket layer is RFC 6455 without extensions: no permessage-deflate, client
// frames masked, fragments allowed. A WebSocket ping frame is answered at once
// with a pong frame of the same payload. A client message is at most 64 KB
// (MaxClientFrame), of which no more than one is handled at a time; a larger
// one closes the socket with 1009. The gateway sends WebSocket pings to quiet
// sockets and closes those that stay silent.
//
// A socket may send 100 frames a second, and 200 at once; its messages don't
// count, as they have the limits of chat.postMessage, but those that are refused
// do. A frame beyond is refused with code -1, and after 400 of them the socket is
// closed with 4005. Of typing, five a second go out and the others are dropped. A
// client that leaves more than 64 KiB of answers unread is read no further until
// it takes them.
//
// # Connecting
//
// The URL that rtm.connect gives holds a ticket, good for one connection within
// 30 s. /websocket takes the token itself, from "Authorization: Bearer" or the
// query's "token". A browser session's token (xoxc) needs the cookie "d" of its
// session besides, and an Origin, where there is one, of the same host.
// Who is refused is upgraded all the same, gets an error frame and a close
// frame, because a browser cannot see an HTTP status:
//
//	{"type":"error","error":{"code":1,"msg":"Socket URL has expired"}}    close 4500
//	{"type":"error","error":{"code":1,"msg":"invalid_auth"}}             close 4500
//	{"type":"error","error":{"code":1,"msg":"not_allowed_token_type"}}   close 4500
//	{"type":"error","error":{"code":1,"msg":"token_revoked"}}            close 4500
//	{"type":"error","error":{"code":1,"msg":"two_factor_setup_required"}} close 4500
//	{"type":"error","error":{"code":1,"msg":"account_inactive"}}         close 4501
//
// Who has to come again is not upgraded: 429 where the user or the workspace opens
// more sockets, or asks for more else, than they may in a second; 503 where the
// gateway has no room now. Both have Retry-After; a browser sees a connection that
// failed, and tries again as after 4003.
//
// A socket whose token ends while it is open is closed with 4500, that of a user who
// is deactivated with 4501.
//
// The query's "batch_presence_aware=1" asks for presence_change with "users".
//
// # From the gateway
//
//	hello           {"type":"hello","incarnation":"8c1f…","host":"gw-1","start":true}
//	pong            {"type":"pong","reply_to":7,…}       every flat key of the ping comes back
//	ack             {"ok":true,"reply_to":7,"ts":"1700000000.000100","text":"hi","stream":"C…","seq":12}
//	refusal         {"ok":false,"reply_to":7,"error":{"code":2,"msg":"message text is missing"}}
//	error           {"type":"error","error":{"code":3,"msg":"frame is not a JSON object"}}
//	event           {"type":"message","channel":"C…","user":"U…","text":"hi","ts":"…",…,"stream":"C…","seq":12}
//	user_typing     {"type":"user_typing","channel":"C…","user":"U…"}
//	presence_change {"type":"presence_change","user":"U…","presence":"active"}   or "users":["U…"]
//	goodbye         {"type":"goodbye"}
//	skip            {"type":"skip","stream":"C…","seq":12}
//	resumed         {"type":"resumed","reply_to":1,"stream":"C…","head":57}
//	current         {"type":"current","reply_to":1,"streams":["C…","D…"]}
//	discontinuity   {"type":"discontinuity","reply_to":1,"stream":"C…","head":812,"reason":"limit","fetch":["conversations.history"]}
//	gone            {"type":"gone","reply_to":1,"stream":"C…"}
//
// hello is the first frame of a socket that was accepted. Whatever is committed
// after it was sent, and the caller may see, reaches the socket.
//
// A durable event carries stream and seq: within a stream, seq grows by one
// from frame to frame, except over what the socket may not see. Directory
// events (team_join, user_change, channel_created, …) and ephemeral ones carry
// neither. One of ours is channel_convert_to_private, with the id of a channel that
// was public: who is not in it forgets it; channel_convert_to_public brings it as
// channel_created does. Events on a user's own stream that change memberships also carry
// stream_id (the channel) and joined_seq or left_seq.
//
// A message that a socket sent itself is not echoed to it: the ack has its
// stream and seq. A socket that has sent a resume also gets skip in its place,
// in the order of the stream; one that never did gets nothing there, and no
// event type that Slack doesn't have.
//
// # From the client
//
//	ping            {"type":"ping","id":7,…}              at most 4 KiB
//	message         {"type":"message","id":7,"channel":"C…","text":"hi","thread_ts":"…","reply_broadcast":true,"client_msg_id":"…"}
//	typing          {"type":"typing","id":8,"channel":"C…"}
//	tickle          {"type":"tickle"}                    the person did something: not idle
//	presence_sub    {"type":"presence_sub","ids":["U…"]}  at most 500 ids; the list replaces the last one; each added user's state is answered
//	presence_query  {"type":"presence_query","ids":["U…"]}  at most 500 ids; each one's state is answered
//	resume          {"type":"resume","id":1,"incarnation":"8c1f…","cursor":{"C…":41,"U…":7}}
//
// What can't be a user's id is passed over in both. Where more users of a workspace
// are watched than a gateway does, the states of those beyond come when there is room.
//
// A guest is answered for those with whom they share a channel when they ask, and
// for nobody else; when one of them leaves a shared channel the guest's presence_sub
// no longer has them, and it ends when the guest leaves one: the guest asks again.
// To others, who isn't of their workspace is away. Each such frame of a guest
// counts as 20. A bot is active while it has a socket.
//
// id is an integer below 2^63 of the client's choosing; the answer has it as
// reply_to. A frame that is no JSON object, or has a field of the wrong type, is
// answered with an error frame, or a refusal where it has an id; the socket
// stays open, whichever frame it is. Unknown types are ignored if they have no
// id, refused if they have one. Unknown keys are ignored.
//
// # Resume
//
// A cursor is (incarnation, stream → last seq held). A client sends it in one
// or more resume frames, from the first frame after the upgrade on; it names
// only streams whose events it holds: channels, DMs and its own user stream.
// The same frame closes a hole that a client notices in a stream.
//
// From the moment the gateway takes the frame, the live flow of each named
// stream to this socket waits. The first it answers to each frame is a current,
// empty or not: what comes before it of a named stream was under way already, so
// the client drops it (it comes again, in its place); what comes after it is in
// order. Per stream there is exactly one answer:
//
//   - the events after the cursor that the caller may see, then resumed{head}:
//     the socket has had all up to head, live events follow. Where the
//     caller was no member for a while, the seqs of that while are missing.
//   - current: the cursor is the head. Several streams share such a frame.
//   - discontinuity{head, reason, fetch}: the events between are not sent (or no
//     longer all of them); fetch names the Web API methods that bring the
//     state, live events follow after head. Reasons: "incarnation" (the log was
//     restored: all cursors are void), "ahead" (the cursor is beyond the head),
//     "trimmed" (past retention), "limit" (more than 500 events in the stream, or
//     more than 5,000 in all resume frames that are open at a time).
//   - gone: the stream doesn't exist or isn't the caller's to read (any more);
//     where the caller left it while away, the events up to the leave come first.
//
// When all streams of a frame are answered, {"ok":true,"reply_to":ID} follows. A
// frame beyond 64 that are open, or 50,000 streams, is refused with code -1.
// Answers of different streams may come in any order. A second resume of a
// stream replaces the first, whose frame's final ack no longer waits for it; an
// answer to the first that is under way still means nothing any more.
//
// Channels joined while away are not in the cursor. Resuming the user stream
// brings their channel_joined (group_joined, im_created, mpim_joined), and the
// gateway resumes each such channel at joined_seq-1 as if the client had named
// it. So a client that has no cursor of a channel sets it to joined_seq-1 when it
// sees that event (one that has a cursor keeps it), and drops all frames about
// streams that it doesn't know. A stream that is gone is unknown again, but its cursor is
// kept aside, where it is of this incarnation: a later join goes on from the higher
// of that and joined_seq-1.
//
// The user stream and a channel's own come in any order to each other. So a client
// remembers the joined_seq of each such event, and the highest left_seq of the
// channel that it has seen: in channel_left (group_left, …) or as the seq of its
// own member_left_channel. A joined_seq at or below that left_seq is of a stay that
// is over, and is ignored. One that is news while the channel is still read up to
// an earlier leave counts after it: at that leave, or at gone, the client goes on
// at the next join that it remembers instead of dropping the channel.
//
// Where hello names another incarnation than the cursor's, its seqs are void: the
// client still resumes with them, under the incarnation that they are of, but
// compares no event with them and keeps none aside; the discontinuity that answers
// gives each stream its new place.
//
// A reader always drops what it has: an event with seq at or below its cursor.
// Any other moves the cursor to its seq. Except before the first current of a
// resume, a socket never lacks an event between two that it gets, so a jump in
// seq is one over what the caller may not see.
//
// As a model: let log(s) be the stream's events, may(u) the union of the
// intervals [joined_seq, left_seq] of the caller. A resume of s at c, answered by
// resumed{h}, has delivered exactly {e in log(s): c < e.seq ≤ h, e.seq in
// may(u)}, in order, with redacted events in the form they have now (a message of
// subtype tombstone, hidden); gone instead of resumed says that the last
// interval ended at or before h. Join, leave and rejoin change may(u); trim makes
// c < trimmed answer discontinuity; a restore makes every c answer
// discontinuity; the limits bound h - c. Nothing else is observable.
//
// # Errors
//
// Codes of refusals and error frames: 1 not authenticated; 2 message text is
// missing; 3 malformed frame; 4 not found, not a member or archived; 5
// unavailable, send the same client_msg_id again; 6 unknown type; -1 slow down,
// too many messages.
//
// # Closing
//
// 1000 and 4000 to 4499 tell a client to reconnect, with a jittered exponential
// backoff of 1 s to 30 s; 4500 to 4999 tell it to stop, since the next attempt
// would end in the same way. 1002, 1003, 1007 and 1009 are the WebSocket's own
// words for a client's fault.
//
//	4000 draining          the gateway goes away; goodbye came before
//	4001 idle              nothing was heard for too long
//	4002 slow              the client took nothing for too long
//	4003 unavailable       the gateway cannot serve it now
//	4004 changed           the caller's role changed: authenticate again
//	4005 too fast          more frames came than are taken
//	4500 unauthenticated   bad ticket or token
//	4501 inactive          the user was deactivated or the token revoked
//	4502 too many          too many sockets of one user
package wire
