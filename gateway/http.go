package gateway

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gobwas/ws"

	"taut/chat"
	"taut/wire"
)

// Path is where clients connect: Path itself with a token, or with a ticket
// after it.
const Path = "/websocket"

const upgradeTimeout = 5 * time.Second

// ServeHTTP upgrades a request and brings the socket as far as its hello. All
// that goes deep, authentication and the snapshot of memberships, happens on
// the request's goroutine: the socket's own begins with a small stack and
// keeps it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		w.Header().Set("Upgrade", "websocket")
		http.Error(w, "this is a WebSocket", http.StatusUpgradeRequired)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.OpenTimeout)
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	caller, err := s.authenticate(ctx, r)
	if err == nil && caller.TokenType == chat.AppToken {
		s.refuse(w, r, refusedAuth, "not_allowed_token_type") // it is an app's, not its bot's
		return
	}
	switch code := chat.CodeOf(err); code {
	case "":
		s.accept(ctx, w, r, caller)
	case chat.Unauthenticated, chat.Inactive, chat.NotFound:
		why, msg := refusalOf(r, code)
		s.refuse(w, r, why, msg)
	case chat.Forbidden:
		http.Error(w, "origin not allowed", http.StatusForbidden)
	default:
		s.log.Warn("authentication failed", "error", err)
		w.Header().Set("Retry-After", "1")
		http.Error(w, "try again", http.StatusServiceUnavailable)
	}
}

// authenticate finds the caller. Neither ticket nor token gets into a log.
func (s *Server) authenticate(ctx context.Context, r *http.Request) (chat.Caller, error) {
	if ticket := ticketOf(r); ticket != "" {
		return s.cfg.Authenticator.RedeemTicket(ctx, ticket)
	}
	token, fromCookie := tokenOf(r)
	if token == "" {
		return chat.Caller{}, chat.NewError(chat.Unauthenticated, "token")
	}
	if fromCookie && !sameOrigin(r) {
		return chat.Caller{}, chat.NewError(chat.Forbidden, "origin")
	}
	return s.cfg.Authenticator.Authenticate(ctx, token)
}

func ticketOf(r *http.Request) string {
	return strings.Trim(strings.TrimPrefix(r.URL.Path, Path), "/")
}

// tokenOf looks for the token where clients put it. One that a browser sends by
// itself, in a cookie, proves nothing about the page that asked.
func tokenOf(r *http.Request) (token string, fromCookie bool) {
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token), false
	}
	if token := r.URL.Query().Get("token"); token != "" {
		return token, false
	}
	c, err := r.Cookie("d")
	if err != nil {
		return "", false
	}
	if plain, err := url.QueryUnescape(c.Value); err == nil {
		return plain, true
	}
	return c.Value, true
}

func sameOrigin(r *http.Request) bool {
	origin, err := url.Parse(r.Header.Get("Origin"))
	return err == nil && origin.Host != "" && strings.EqualFold(origin.Host, r.Host)
}

func refusalOf(r *http.Request, code chat.Code) (reason, string) {
	switch {
	case code == chat.Inactive:
		return deactivated, "account_inactive"
	case ticketOf(r) != "":
		return refusedAuth, wire.MsgExpired
	}
	return refusedAuth, "invalid_auth"
}

// refuse upgrades only to say why not: a browser cannot see an HTTP status.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, why reason, msg string) {
	conn, _, err := upgrade(w, r)
	if err != nil {
		return
	}
	defer conn.Close()
	s.metrics.disconnects[why].Inc()
	conn.SetDeadline(time.Now().Add(upgradeTimeout))
	b := wire.TextFrame(wire.AppendError(nil, wire.Error{Code: wire.ErrUnauthenticated, Msg: msg}))
	if _, err := conn.Write(append(b, wire.CloseFrame(why.code(), msg)...)); err != nil {
		return
	}
	if c, ok := conn.(interface{ CloseWrite() error }); ok {
		c.CloseWrite()
	}
	drainConn(conn)
}

// drainConn reads until the client closes, so that a reset doesn't overtake
// what was written to it.
func drainConn(conn net.Conn) {
	var b [512]byte
	for n := 0; n < 1<<20; {
		m, err := conn.Read(b[:])
		if err != nil {
			return
		}
		n += m
	}
}

// upgrade takes the connection over. rest is what the client has sent already;
// net/http's buffers are let go.
func upgrade(w http.ResponseWriter, r *http.Request) (conn net.Conn, rest []byte, err error) {
	conn, rw, _, err := ws.HTTPUpgrader{Timeout: upgradeTimeout}.Upgrade(r, w)
	if err != nil {
		return nil, nil, err
	}
	if n := rw.Reader.Buffered(); n > 0 {
		buffered, err := rw.Reader.Peek(n)
		if err != nil {
			conn.Close()
			return nil, nil, err
		}
		rest = append(rest, buffered...)
	}
	return conn, rest, conn.SetDeadline(time.Time{})
}

// accept makes a session of the request.
func (s *Server) accept(ctx context.Context, w http.ResponseWriter, r *http.Request, caller chat.Caller) {
	switch why := s.sockets.admit(caller); why {
	case 0:
	case tooMany:
		s.refuse(w, r, why, "too_many_websockets")
		return
	default:
		w.Header().Set("Retry-After", "1")
		http.Error(w, why.String(), http.StatusServiceUnavailable)
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
		steps: make(chan struct{}, 2), subs: map[chat.StreamID]*sub{},
	}
	sn.flow.room.L = &sn.flow.mu
	sn.heard.Store(time.Now().UnixMilli())
	sn.touch()
	return sn
}

// open asks for what the session may follow and waits until it does, with its
// hello on the way. Once the shard has the session, its reader is the one to end
// it, whatever happens here.
func (s *Server) open(ctx context.Context, sn *session) reason {
	incarnation, err := s.cfg.Conversations.Incarnation(ctx)
	if err != nil {
		s.log.Warn("no incarnation", "error", err)
		return unavailable
	}
	snapshot, why := s.memberships(ctx, sn)
	if why != 0 {
		return why
	}
	sn.incarnation = incarnation
	sn.hello = wire.TextFrame(wire.AppendHello(nil, incarnation, s.cfg.Name))
	sn.shard.inbox.command(&opening{sn, snapshot})
	if !s.step(ctx, sn) {
		return 0
	}
	if snapshot, why = s.memberships(ctx, sn); why != 0 {
		sn.shard.inbox.command(&abandon{sn, why})
		return 0
	}
	sn.shard.inbox.command(&confirmed{sn, snapshot})
	s.step(ctx, sn)
	return 0
}

// memberships also tells whether the caller is still who was authenticated. The
// second time, the directory's stream is followed already, so that no change
// lies between.
func (s *Server) memberships(ctx context.Context, sn *session) (chat.MembershipSnapshot, reason) {
	snapshot, err := s.cfg.Conversations.Memberships(ctx, sn.caller)
	switch {
	case chat.CodeOf(err) == chat.Inactive:
		return snapshot, deactivated
	case err != nil:
		s.log.Warn("no memberships", "workspace", sn.caller.Workspace, "user", sn.caller.User, "error", err)
		return snapshot, unavailable
	case snapshot.Role.IsGuest() != sn.caller.Role.IsGuest():
		return snapshot, changed
	}
	return snapshot, 0
}

// step waits for the shard to have done its part of the opening.
func (s *Server) step(ctx context.Context, sn *session) bool {
	select {
	case _, ok := <-sn.steps:
		return ok
	case <-s.ctx.Done():
		sn.conn.Close()
	case <-ctx.Done():
		sn.shard.inbox.command(&abandon{sn, unavailable})
	}
	return false
}
