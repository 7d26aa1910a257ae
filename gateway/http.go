package gateway

import (
	"context"
	"net"
	"net/http"
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
	if err == nil && caller.MustSetUp() {
		s.refuse(w, r, refusedAuth, "two_factor_setup_required")
		return
	}
	switch chat.CodeOf(err) {
	case "":
		s.acceptInTurn(ctx, w, r, caller)
	case chat.Unauthenticated, chat.Inactive, chat.NotFound:
		why, msg := refusalOf(r, err)
		s.refuse(w, r, why, msg)
	case chat.Limited:
		s.comeAgain(w, http.StatusTooManyRequests, "too many bad tokens")
	case chat.Forbidden:
		http.Error(w, "origin not allowed", http.StatusForbidden)
	default:
		s.log.Warn("authentication failed", "error", err)
		s.comeAgain(w, http.StatusServiceUnavailable, "try again")
	}
}

// acceptInTurn holds the caller to their rate, and lets few of a workspace open
// sockets at a time: all that an opening asks for lies behind it. Nothing is
// upgraded before, as who comes again too soon is to cost as little as can be.
func (s *Server) acceptInTurn(ctx context.Context, w http.ResponseWriter, r *http.Request, caller chat.Caller) {
	if !s.cfg.Limits.Allow(caller.Workspace, caller.User, time.Now()) {
		s.metrics.limited.Inc()
		s.comeAgain(w, http.StatusTooManyRequests, "ratelimited")
		return
	}
	if err := s.openings.Enter(ctx, caller.Workspace); err != nil {
		s.comeAgain(w, http.StatusServiceUnavailable, "too many sockets at once")
		return
	}
	defer s.openings.Leave(caller.Workspace)
	s.accept(ctx, w, r, caller)
}

func (s *Server) comeAgain(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Retry-After", "1")
	http.Error(w, why, status)
}

// maxRefusals are how many are told at a time why not: each has a connection that is no
// socket, and needs no token.
const maxRefusals = 256

// refuse upgrades only to say why not: a browser cannot see an HTTP status.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, why reason, msg string) {
	select {
	case s.refusals <- struct{}{}:
		defer func() { <-s.refusals }()
	default:
		s.comeAgain(w, http.StatusServiceUnavailable, "too many sockets at once")
		return
	}
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
