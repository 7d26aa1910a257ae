package gateway

import (
	"context"
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
