package gateway

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"

	"taut/chat"
	"taut/wire"
)

// authenticate finds the caller. Neither ticket nor token gets into a log.
func (s *Server) authenticate(ctx context.Context, r *http.Request) (chat.Caller, error) {
	if ticket := ticketOf(r); ticket != "" {
		return s.cfg.Authenticator.RedeemTicket(ctx, ticket)
	}
	p := chat.Presented{Token: tokenOf(r), Cookie: cookieOf(r), Address: addressOf(r)}
	if p.Token == "" {
		return chat.Caller{}, chat.NewError(chat.Unauthenticated, "token")
	}
	caller, err := s.cfg.Authenticator.AuthenticateFrom(ctx, p)
	if err == nil && caller.TokenType == chat.SessionToken && !sameOrigin(r) {
		return chat.Caller{}, chat.NewError(chat.Forbidden, "origin")
	}
	return caller, err
}

func ticketOf(r *http.Request) string {
	return strings.Trim(strings.TrimPrefix(r.URL.Path, Path), "/")
}

// tokenOf looks for the token where clients put it; never in a cookie, which a
// browser sends by itself and which so proves nothing about the page that asked.
func tokenOf(r *http.Request) string {
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	return r.URL.Query().Get("token")
}

// cookieOf is the cookie without which a session's token is no good.
func cookieOf(r *http.Request) string {
	c, err := r.Cookie("d")
	if err != nil {
		return ""
	}
	return c.Value
}

func addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// sameOrigin tells whether the page that asks is of this server. What is no
// browser names no origin.
func sameOrigin(r *http.Request) bool {
	if r.Header.Get("Origin") == "" {
		return true
	}
	origin, err := url.Parse(r.Header.Get("Origin"))
	return err == nil && origin.Host != "" && strings.EqualFold(origin.Host, r.Host)
}

func refusalOf(r *http.Request, err error) (reason, string) {
	switch what := whatOf(err, ""); {
	case chat.CodeOf(err) == chat.Inactive:
		return deactivated, "account_inactive"
	case what == "revoked":
		return revoked, "token_revoked"
	case what == "expired":
		return refusedAuth, "token_expired"
	case ticketOf(r) != "":
		return refusedAuth, wire.MsgExpired
	}
	return refusedAuth, "invalid_auth"
}
