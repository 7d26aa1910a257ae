package webapi

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"taut/chat"
	"taut/internal/fair"
	"taut/store"
)

// request is one call of a method. It belongs to the goroutine that serves it.
type request struct {
	server *Server
	id     string
	name   string // as the path has it; of an unknown method too
	method *method
	args   args
	upload *upload // the file in the body; nil: none
	// sharing are the files that what is posted has.
	sharing []chat.FileID

	// Set once the token is accepted; zero for a call without one.
	caller    chat.Caller
	workspace *store.Workspace
	// recognised: the token in the header was good before anything else was done.
	recognised bool
	presented  chat.Presented // what made the caller

	turn *fair.Gate // in which the call has a place; nil: in none

	http       *http.Request
	warnings   []string
	cookies    []*http.Cookie // to be set by the answer
	retryAfter int            // seconds, where a limit was met; 0: one
	sent       int            // bytes of the answer
}

// warn adds one of Slack's warnings to the answer.
func (q *request) warn(name string) { q.warnings = append(q.warnings, name) }

// authenticate makes the token into the caller. An open method is called
// without one where it is missing or wrong.
func (q *request) authenticate(ctx context.Context, token string) error {
	if token == "" && !q.method.open {
		return fail("not_authed")
	}
	if token == "" {
		return nil
	}
	q.presented = chat.Presented{Token: token, Cookie: q.cookie(), Address: q.address()}
	caller, err := q.server.auth.AuthenticateFrom(ctx, q.presented)
	if err != nil && q.method.open {
		return nil
	}
	if err != nil {
		return err
	}
	q.caller, q.workspace = caller, q.server.store.Workspace(caller.Workspace)
	return nil
}

// admit checks whether the caller may call the method, now, with what came.
func (q *request) admit() error {
	m := q.method
	switch {
	case m.open:
		return q.admitOpen()
	case q.caller.MustSetUp() && !slices.Contains(m.scopes, chat.SetupScope):
		return fail("two_factor_setup_required")
	case !m.accepts(q.caller.TokenType):
		return fail("not_allowed_token_type")
	case !m.allows(q.caller.Scopes):
		return missingScope(m, q.caller.Scopes)
	}
	if err := q.keepToTier(time.Now()); err != nil {
		return err
	}
	if err := q.refuseUnknown(); err != nil {
		return err
	}
	return q.args.require(m.required)
}

// bearer is the token in the header; "": it may be among the arguments. It is
// never taken from a cookie, which other sites' pages could make a browser send.
func (q *request) bearer() string {
	scheme, token, _ := strings.Cut(q.http.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
