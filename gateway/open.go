package gateway

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net"
	"net/http"
	"time"

	"taut/chat"
	"taut/wire"
)

// accept makes a session of the request.
func (s *Server) accept(ctx context.Context, w http.ResponseWriter, r *http.Request, caller chat.Caller) {
	switch why := s.sockets.admit(caller); why {
	case 0:
	case tooMany:
		s.refuse(w, r, why, "too_many_websockets")
		return
	default:
		s.comeAgain(w, http.StatusServiceUnavailable, why.String())
		return
	}
	defer s.sockets.opening.Done()
	conn, rest, err := upgrade(w, r)
	if err != nil {
		s.sockets.release(caller)
		return
	}
	s.metrics.active.Inc()
	sn := s.newSession(conn, caller)
	sn.batch = r.URL.Query().Get("batch_presence_aware") == "1"
	if why := s.open(ctx, sn); why != 0 {
		s.metrics.active.Dec()
		s.sockets.release(caller)
		s.metrics.disconnects[why].Inc()
		conn.SetDeadline(time.Now().Add(upgradeTimeout))
		conn.Write(wire.CloseFrame(why.code(), why.String()))
		conn.Close()
		return
	}
	s.wg.Go(func() { sn.read(rest) })
}

func (s *Server) newSession(conn net.Conn, caller chat.Caller) *session {
	var id [8]byte
	rand.Read(id[:])
	sn := &session{
		id: hex.EncodeToString(id[:]), server: s,
		shard: s.shards[s.next.Add(1)%uint64(len(s.shards))],
		conn:  conn, raw: rawOf(conn), caller: caller,
		steps: make(chan step, 2), subs: map[chat.StreamID]*sub{},
	}
	sn.flow.room.L = &sn.flow.mu
	sn.heard.Store(time.Now().UnixMilli())
	sn.touch()
	return sn
}

// hintTime bounds the question for likely channels: without an answer it goes on.
const hintTime = 2 * time.Second

// open asks for what the session may follow and waits until it does, with its
// hello on the way. Once the shard has the session, its reader is the one to end
// it, whatever happens here.
func (s *Server) open(ctx context.Context, sn *session) reason {
	incarnation, err := s.cfg.Conversations.Incarnation(ctx)
	if err != nil {
		s.log.Warn("no incarnation", "error", err)
		return unavailable
	}
	channels, why := s.begin(ctx, sn)
	if why != 0 {
		return why
	}
	sn.incarnation = incarnation
	sn.hello = wire.TextFrame(wire.AppendHello(nil, incarnation, s.cfg.Name))
	sn.shard.inbox.command(&opening{sn, channels})
	// A snapshot confirms what is followed by then. Where it has more, that is followed
	// too, and another one is the last.
	for _, last := range []bool{false, true} {
		if at, ok := s.step(ctx, sn); !ok || at == opened {
			return 0
		}
		snapshot, why := s.memberships(ctx, sn)
		if why != 0 {
			sn.shard.inbox.command(&abandon{sn, why})
			return 0
		}
		sn.shard.inbox.command(&confirmed{sn, snapshot, last})
	}
	s.step(ctx, sn)
	return 0
}

// begin finds the channels to follow before it is known in which of them the caller is.
// Most who connect did so before, and are where they were.
func (s *Server) begin(ctx context.Context, sn *session) ([]chat.ChannelID, reason) {
	hinted, cancel := context.WithTimeout(ctx, hintTime)
	defer cancel()
	likely, err := s.cfg.Conversations.LikelyChannels(hinted, sn.caller)
	if err == nil && len(likely) > 0 {
		return likely, 0
	}
	snapshot, why := s.memberships(ctx, sn)
	channels := make([]chat.ChannelID, 0, len(snapshot.Channels))
	for _, m := range snapshot.Channels {
		if m.LeftSeq == 0 {
			channels = append(channels, m.Channel)
		}
	}
	return channels, why
}

// memberships also tells whether the caller is still who was authenticated. Once the
// directory's stream is followed, no change lies between.
func (s *Server) memberships(ctx context.Context, sn *session) (chat.MembershipSnapshot, reason) {
	snapshot, err := s.cfg.Conversations.Memberships(ctx, sn.caller)
	switch {
	case chat.CodeOf(err) == chat.Inactive:
		return snapshot, deactivated
	case chat.CodeOf(err) == chat.Unauthenticated:
		return snapshot, revoked
	case err != nil:
		s.log.Warn("no memberships", "workspace", sn.caller.Workspace, "user", sn.caller.User, "error", err)
		return snapshot, unavailable
	case snapshot.Role.IsGuest() != sn.caller.Role.IsGuest():
		return snapshot, changed
	}
	return snapshot, 0
}

// step waits for the shard to have done its part of the opening, and tells which.
func (s *Server) step(ctx context.Context, sn *session) (step, bool) {
	select {
	case at, ok := <-sn.steps:
		return at, ok
	case <-s.ctx.Done():
		sn.conn.Close()
	case <-ctx.Done():
		sn.shard.inbox.command(&abandon{sn, unavailable})
	}
	return 0, false
}
